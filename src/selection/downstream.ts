/** From changed nodes down to everything that holds or shows other data because of them. */
import type { Manifest, ManifestNode } from '../dbt/manifest.js';
import type { Changes } from './changes.js';
import type { Counterparts } from './counterparts.js';
import type { Lineage } from './lineage.js';
import type { Reason } from './plan.js';
import { followsItsInputs, isEphemeral, isProtected } from './treatment.js';

/** Why a node is affected by what it reads. */
export interface Inherited extends Reason {
  /** Its own compiled query differs (an ephemeral model or a function in it changed), not only the data it reads. */
  readonly isOwnCode: boolean;
}

export interface Closure {
  /** In dependency order, each with what it inherits from what it reads; nothing inherited: it changed itself. */
  readonly rebuilt: ReadonlyMap<string, readonly Inherited[]>;
  /** Affected nodes that are not built themselves, while their readers are: ephemeral models and functions. */
  readonly passed: ReadonlySet<string>;
  /** Affected nodes that dbt never rebuilds: nothing below them is affected through them. */
  readonly stopped: ReadonlyMap<string, readonly Inherited[]>;
}

export interface ClosureInput {
  readonly head: Manifest;
  readonly lineage: Lineage;
  readonly changes: Changes;
  readonly counterparts: Counterparts;
  /** False for nodes that scope or selection leave out: they are not rebuilt and nothing is because of them. */
  readonly mayRebuild: (uniqueId: string) => boolean;
}

export function closeDownstream(input: ClosureInput): Closure {
  const rebuilt = new Map<string, readonly Inherited[]>();
  const passed = new Map<string, readonly Inherited[]>();
  const stopped = new Map<string, readonly Inherited[]>();
  for (const id of input.lineage.order) {
    const node = input.head.nodes.get(id);
    if (node === undefined) continue;
    const inherited = input.lineage
      .parentsOf(id)
      .flatMap((parent) => inheritedFrom(parent, input.head, rebuilt, passed));
    const own = rebuildReasons(input.changes, id);
    if (own.length === 0 && inherited.length === 0) continue;
    if (isEphemeral(node)) passed.set(id, throughEphemeral(node, own, inherited));
    else if (node.resourceType === 'function') passed.set(id, throughFunction(node, own));
    else if (isKept(node, input.counterparts)) stopped.set(id, inherited);
    else if (input.mayRebuild(id)) rebuilt.set(id, inherited);
  }
  return { rebuilt, passed: new Set(passed.keys()), stopped };
}

export function rebuildReasons(changes: Changes, uniqueId: string): readonly Reason[] {
  return (changes.get(uniqueId) ?? []).filter((reason) => reason.effect === 'rebuild');
}

/** Protection is for rows that exist: a new model has none, and a former view stored none. dbt snapshots never run in blue. */
function isKept(node: ManifestNode, counterparts: Counterparts): boolean {
  if (node.resourceType === 'snapshot') return true;
  const before = counterparts.before.get(node.uniqueId);
  return isProtected(node) && before !== undefined && !followsItsInputs(before);
}

function inheritedFrom(
  parent: string,
  head: Manifest,
  rebuilt: ReadonlyMap<string, unknown>,
  passed: ReadonlyMap<string, readonly Inherited[]>,
): readonly Inherited[] {
  if (!rebuilt.has(parent)) return passed.get(parent) ?? [];
  const name = head.nodes.get(parent)?.name ?? parent;
  return [{ text: `reads ${name}, which is rebuilt`, effect: 'rebuild', isOwnCode: false }];
}

/** What calls a function computes something else once the function does. */
function throughFunction(node: ManifestNode, own: readonly Reason[]): readonly Inherited[] {
  return own.map(({ text, effect }) => ({ text: `function ${node.name}: ${text}`, effect, isOwnCode: true }));
}

/** dbt writes an ephemeral model's query into each of its readers: https://docs.getdbt.com/docs/build/materializations#ephemeral */
function throughEphemeral(
  node: ManifestNode,
  own: readonly Reason[],
  inherited: readonly Inherited[],
): readonly Inherited[] {
  const changed = own.map((reason) => ({
    text: `ephemeral model ${node.name}: ${reason.text}`,
    effect: reason.effect,
    isOwnCode: true,
  }));
  const read = inherited.map((reason) =>
    reason.isOwnCode || reason.text.includes(' through ')
      ? reason
      : { ...reason, text: throughText(reason.text, node.name) },
  );
  return [...changed, ...read];
}

function throughText(text: string, ephemeral: string): string {
  return text.replace(/, which is rebuilt$/, ` through ephemeral model ${ephemeral}, and that is rebuilt`);
}
