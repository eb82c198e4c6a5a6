import type { Price } from '../deployment/price.js';
import { storesNothing } from '../deployment/price.js';
import { bytes, count, plural } from '../figures.js';
import type { LeftOutGroup, LeftOutNode, Plan, PlannedNode } from '../selection/plan.js';

/** The parts of a plan below what is rebuilt: first what a person may have to act on. */
const GROUP_TITLES: Readonly<Record<LeftOutGroup, string>> = {
  protected: 'Changed, but protected',
  'to be made first': 'To be made in production first',
  'not selected': 'Left out by select or exclude',
  'next scheduled run': 'The next scheduled run builds these, unverified',
  'part of its readers': 'Ephemeral',
  'future loads': 'Future loads',
  metadata: 'Metadata',
};

export interface TitledNodes {
  readonly title: string;
  readonly nodes: readonly LeftOutNode[];
}

/** What is left as it is, by group; groups without a node are left out. */
export function leftOutGroups(plan: Plan): readonly TitledNodes[] {
  const groups = Object.entries(GROUP_TITLES) as readonly (readonly [LeftOutGroup, string])[];
  return groups
    .map(([group, title]) => ({ title, nodes: plan.notRebuilt.filter((node) => node.group === group) }))
    .filter(({ nodes }) => nodes.length > 0);
}

/** How a node is treated in blue. */
export function treatmentText({ treatment, resourceType, materialized }: PlannedNode): string {
  if (treatment !== 'rebuild') return 'carried';
  if (resourceType === 'seed') return 'loaded again';
  if (materialized === 'view') return 'created again';
  return materialized === 'table' ? 'built again' : 'full refresh';
}

/** The materialization, and whether production knows the node. */
export function kindText({ materialized, isNew }: PlannedNode): string {
  return isNew ? `${materialized}, new` : materialized;
}

export function rowsText(node: PlannedNode): string {
  return node.stored === undefined ? unknownText(node) : count(node.stored.rows);
}

export function bytesText(node: PlannedNode): string {
  return node.stored === undefined ? unknownText(node) : bytes(node.stored.bytes);
}

/** What is not known is said to be unknown; `–` is for what has no rows of its own. */
function unknownText(node: PlannedNode): string {
  return storesNothing(node) ? '–' : 'unknown';
}

/** `1,204 rows and 3.2 GB in production today, and 1 model of unknown size`; undefined when nothing is rebuilt. */
export function priceText({ rows, bytes: stored, known, views, unknown }: Price): string | undefined {
  if (known + views + unknown === 0) return undefined;
  if (known + unknown === 0) return 'views only, which store nothing';
  const parts = [
    known === 0 ? undefined : `${plural(rows, 'row')} and ${bytes(stored)} in production today`,
    unknown === 0 ? undefined : `${plural(unknown, 'model')} of unknown size`,
  ];
  return parts.filter((part) => part !== undefined).join(', and ');
}
