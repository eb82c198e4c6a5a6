import { priceOf } from '../deployment/price.js';
import { plural } from '../figures.js';
import type { LeftOutNode, Plan, PlannedNode } from '../selection/plan.js';
import type { Detail } from './detail.js';
import { lineageDiagram } from './lineage-diagram.js';
import { code, details, paragraphs, prose, table } from './markdown.js';
import { bytesText, kindText, leftOutGroups, priceText, rowsText, treatmentText } from './plan-words.js';
import type { TitledNodes } from './plan-words.js';

const MOST_REASONS = 3;
/** More than this would push the rest of a comment out of sight. */
const MOST_OPEN = 20;
/** Reasons are the widest and stand last: where the page is narrow, GitHub cuts tables on the right. */
const HEAD = ['model', 'kind', 'effect', 'treatment', 'why'];
const HEAD_WITH_SIZE = ['model', 'kind', 'rows', 'bytes', 'effect', 'treatment', 'why'];
const SIZES = new Set([2, 3]);

/** What is rebuilt, why and at what price, what is left as it is and why, what is gone, and the lineage. Folded, unless it is the news and short. */
export function planSection(plan: Plan, detail: Pick<Detail, 'plan' | 'lineage'>, isNews: boolean): string | undefined {
  const body = paragraphs([
    rebuiltTable(plan.rebuilt, detail.plan),
    ...leftOutGroups(plan).map((group) => leftOutTable(group, detail.plan)),
    removedList(plan, detail.plan),
    noteList(plan, detail.plan),
    lineage(plan, detail.lineage),
  ]);
  return body === '' ? undefined : details(title(plan), body, isNews && plan.rebuilt.length <= MOST_OPEN);
}

function title({ rebuilt, notRebuilt, removed }: Plan): string {
  const price = priceText(priceOf(rebuilt));
  const what = `${plural(rebuilt.length, 'model')} rebuilt${price === undefined ? '' : ` (${price})`}`;
  return `Plan: ${what}, ${notRebuilt.length} changed and not rebuilt, ${removed.length} removed`;
}

function rebuiltTable(nodes: readonly PlannedNode[], most: number): string | undefined {
  if (nodes.length === 0) return undefined;
  const heading = `**Rebuilt** (${nodes.length})`;
  if (most === 0) return `${heading}.`;
  const rows = nodes
    .slice(0, most)
    .map((node) => [
      ...identity(node),
      rowsText(node),
      bytesText(node),
      node.effect,
      treatmentText(node),
      reasons(node),
    ]);
  return paragraphs([heading, table(HEAD_WITH_SIZE, rows, SIZES), more(nodes, most)]);
}

/** The rule that leaves nodes out stands above the table when it is the same for all. */
function leftOutTable({ title: heading, nodes }: TitledNodes, most: number): string {
  const rules = new Set(nodes.map(({ why }) => why));
  const [rule] = rules.size === 1 ? rules : [];
  const line = `**${heading}** (${nodes.length})${rule === undefined ? '' : `: ${prose(rule)}.`}`;
  if (most === 0) return line;
  const treatment = (node: LeftOutNode): string =>
    rule === undefined ? `${treatmentText(node)}: ${prose(node.why)}` : treatmentText(node);
  const rows = nodes.slice(0, most).map((node) => [...identity(node), node.effect, treatment(node), reasons(node)]);
  return paragraphs([line, table(HEAD, rows), more(nodes, most)]);
}

function identity(node: PlannedNode): readonly string[] {
  return [code(node.name), prose(kindText(node))];
}

function lineage(plan: Plan, most: number): string | undefined {
  const diagram = lineageDiagram(plan, most);
  return diagram === undefined ? undefined : paragraphs(['**Lineage**', diagram]);
}

function more(nodes: readonly unknown[], most: number): string | undefined {
  return nodes.length > most ? `… and ${plural(nodes.length - most, 'more model')}.` : undefined;
}

function reasons(node: PlannedNode): string {
  const texts = node.reasons.slice(0, MOST_REASONS).map((reason) => prose(reason.text));
  const rest = node.reasons.length - texts.length;
  return texts.join('; ') + (rest > 0 ? ` and ${rest} more` : '');
}

function removedList({ removed }: Plan, most: number): string | undefined {
  if (removed.length === 0) return undefined;
  const shown = removed.slice(0, most).map((node) => `- ${code(node.uniqueId)}: ${prose(node.reason)}`);
  return titledList('Removed from the project', shown, removed.length);
}

function noteList({ notes = [] }: Plan, most: number): string | undefined {
  if (notes.length === 0) return undefined;
  const shown = notes.slice(0, most).map(({ text }) => `- ${prose(text)}`);
  return titledList('To know', shown, notes.length);
}

function titledList(heading: string, shown: readonly string[], all: number): string {
  const rest = all - shown.length;
  const lines = [...shown, ...(rest > 0 && shown.length > 0 ? [`- … and ${rest} more`] : [])];
  return paragraphs([`**${heading}** (${all})`, lines.join('\n')]);
}
