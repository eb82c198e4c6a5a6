import { plural } from '../figures.js';
import type { LeftOutNode, Plan, PlannedNode } from '../selection/plan.js';
import { codeBlock, paragraphs } from './markdown.js';
import { label, labelText } from './mermaid.js';

/** GitHub draws no diagram above 50,000 characters or 500 edges: https://mermaid.js.org/config/schema-docs/config.html */
const MOST_CHARACTERS = 45_000;
const MOST_EDGES = 450;
const NAME_LENGTH = 50;
const REASON_LENGTH = 60;

type Look = 'changed' | 'reader' | 'kept' | 'later' | 'metadata';

/** Pale fills with dark letters are readable on a white page and on a black one; dashes: not rebuilt. */
const LOOKS: Readonly<Record<Look, { readonly style: string; readonly legend: string }>> = {
  changed: { style: 'fill:#ffc078,stroke:#d9480f,color:#1f2328', legend: '🟧 changed, rebuilt' },
  reader: { style: 'fill:#fff3bf,stroke:#e67700,color:#1f2328', legend: '🟨 rebuilt because of what it reads' },
  kept: {
    style: 'fill:#e5dbff,stroke:#7048e8,color:#1f2328,stroke-dasharray:6 4',
    legend: '🟪 data would differ, not rebuilt',
  },
  later: {
    style: 'fill:#d0ebff,stroke:#1971c2,color:#1f2328,stroke-dasharray:6 4',
    legend: '🟦 only future loads differ',
  },
  metadata: {
    style: 'fill:#e9ecef,stroke:#868e96,color:#1f2328,stroke-dasharray:6 4',
    legend: '⬜ only metadata differs',
  },
};

/** What is drawn, and what there is too much of. */
interface Picture {
  readonly nodes: readonly PlannedNode[];
  /** Rebuilt nodes that are only counted. */
  readonly hiddenRebuilt: readonly PlannedNode[];
  readonly hiddenOthers: number;
}

/**
 * The plan's lineage as a Mermaid flowchart: each node with its reason, coloured by effect. With more than `most` nodes, what is not
 * rebuilt is left out first, then what is rebuilt only because of what it reads; both are counted.
 */
export function lineageDiagram(plan: Plan, most: number): string | undefined {
  if (most === 0 || plan.rebuilt.length + plan.notRebuilt.length === 0) return undefined;
  let picture = pictureOf(plan, most);
  let text = draw(picture);
  for (let fewer = most; text.length > MOST_CHARACTERS && fewer > 1; text = draw(picture)) {
    fewer = Math.floor(fewer / 2);
    picture = pictureOf(plan, fewer);
  }
  return paragraphs([codeBlock('mermaid', text), legend(picture), omission(picture)]);
}

function pictureOf(plan: Plan, most: number): Picture {
  const { rebuilt, notRebuilt } = plan;
  // The cause of a rebuild belongs into the picture even if it is no table itself.
  const causes = notRebuilt.filter(({ group }) => group === 'part of its readers' || group === 'to be made first');
  const others = notRebuilt.filter((node) => !causes.includes(node));
  const affected = [...causes, ...rebuilt];
  const whole = affected.length <= most;
  const drawn = whole ? affected : affected.filter(({ changed }) => changed).slice(0, most);
  const room = whole ? most - drawn.length : 0;
  const beside = others.length <= room ? others : [];
  const shown = new Set(drawn);
  const hiddenRebuilt = rebuilt.filter((node) => !shown.has(node));
  return { nodes: [...drawn, ...beside], hiddenRebuilt, hiddenOthers: others.length - beside.length };
}

function draw({ nodes, hiddenRebuilt }: Picture): string {
  const ids = idsOf(nodes);
  const boxes = nodes.map((node, index) => `  n${index}[${labelOf(node)}]:::${lookOf(node)}`);
  const used = [...new Set(nodes.map(lookOf))];
  return [
    'flowchart LR',
    ...used.map((look) => `  classDef ${look} ${LOOKS[look].style}`),
    ...boxes,
    ...(hiddenRebuilt.length === 0 ? [] : rest(hiddenRebuilt, ids)),
    ...edgesOf(nodes).slice(0, MOST_EDGES),
  ].join('\n');
}

function idsOf(nodes: readonly PlannedNode[]): ReadonlyMap<string, string> {
  return new Map(nodes.map((node, index) => [node.uniqueId, `n${index}`]));
}

function edgesOf(nodes: readonly PlannedNode[]): readonly string[] {
  const ids = idsOf(nodes);
  return nodes.flatMap((node, index) =>
    node.reads.flatMap((read) => (ids.has(read) ? [`  ${ids.get(read) ?? ''} --> n${index}`] : [])),
  );
}

/** One box for all that is rebuilt and not drawn, below those whose readers it stands for. */
function rest(hidden: readonly PlannedNode[], ids: ReadonlyMap<string, string>): readonly string[] {
  const read = new Set(hidden.flatMap(({ reads }) => reads));
  const edges = [...ids].filter(([uniqueId]) => read.has(uniqueId)).map(([, id]) => `  ${id} --> rest`);
  return [`  rest(["and ${plural(hidden.length, 'more model')}, rebuilt, too"])`, ...edges.slice(0, 500 - MOST_EDGES)];
}

function labelOf(node: PlannedNode): string {
  const [first, ...others] = node.reasons;
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  const reason = first === undefined ? [] : [`${labelText(first.text, REASON_LENGTH)}${more}`];
  return label([labelText(node.name, NAME_LENGTH), ...reason]);
}

function lookOf(node: PlannedNode | LeftOutNode): Look {
  if (node.effect === 'metadata') return 'metadata';
  if (node.effect === 'future loads') return 'later';
  if (node.treatment !== 'rebuild') return 'kept';
  return node.changed ? 'changed' : 'reader';
}

function legend({ nodes }: Picture): string {
  const used = new Set(nodes.map(lookOf));
  return Object.entries(LOOKS)
    .filter(([look]) => used.has(look as Look))
    .map(([, { legend: text }]) => text)
    .join(' · ');
}

function omission({ nodes, hiddenRebuilt, hiddenOthers }: Picture): string | undefined {
  const hiddenEdges = edgesOf(nodes).length - MOST_EDGES;
  const parts = [
    hiddenRebuilt.length === 0 ? undefined : `${hiddenRebuilt.length} that are rebuilt because of what they read`,
    hiddenOthers === 0 ? undefined : `${hiddenOthers} that are not rebuilt`,
    hiddenEdges <= 0 ? undefined : `${hiddenEdges} of the arrows`,
  ].filter((part) => part !== undefined);
  if (parts.length === 0) return undefined;
  return `Too many for one picture: ${plural(nodes.length, 'node')} drawn; left out are ${parts.join(' and ')}. plan.json has all.`;
}
