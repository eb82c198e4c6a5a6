import { plural } from '../figures.js';
import type { Plan, PlannedNode } from '../selection/plan.js';
import { code, details, paragraphs, prose, table } from './markdown.js';

const MOST_REASONS = 3;

/** What is rebuilt and why, what is not and why, and what is gone. */
export function planSection(plan: Plan, mostRows: number, isOpen: boolean): string | undefined {
  const { rebuilt, notRebuilt, removed } = plan;
  const parts = [
    rebuilt.length === 0 ? undefined : nodes('rebuilt', rebuilt, mostRows, reasons),
    notRebuilt.length === 0
      ? undefined
      : nodes('changed, not rebuilt', notRebuilt, mostRows, (node) => prose(node.why)),
    removed.length === 0 ? undefined : removedList(plan, mostRows),
  ];
  const body = paragraphs(parts);
  if (body === '') return undefined;
  const title = `Plan: ${plural(rebuilt.length, 'model')} rebuilt, ${notRebuilt.length} changed and not rebuilt, ${removed.length} removed`;
  return isOpen ? body : details(title, body);
}

function nodes<Node extends PlannedNode>(
  title: string,
  list: readonly Node[],
  most: number,
  why: (node: Node) => string,
): string | undefined {
  if (most === 0) return `${plural(list.length, 'model')} ${title}.`;
  const rows = list.slice(0, most).map((node) => [code(node.name), prose(node.materialized), why(node)]);
  const rest = list.length - rows.length;
  return paragraphs([
    table([title, 'kind', 'why'], rows),
    rest > 0 ? `… and ${plural(rest, 'more model')}.` : undefined,
  ]);
}

function reasons(node: PlannedNode): string {
  const texts = node.reasons.slice(0, MOST_REASONS).map((reason) => prose(reason.text));
  const rest = node.reasons.length - texts.length;
  return texts.join('; ') + (rest > 0 ? ` and ${rest} more` : '');
}

function removedList({ removed }: Plan, most: number): string {
  const shown = removed.slice(0, most).map((node) => `${code(node.uniqueId)} (${prose(node.reason)})`);
  const rest = removed.length - shown.length;
  return `Removed from the project: ${shown.join(', ')}${rest > 0 ? ` … and ${rest} more` : ''}.`;
}
