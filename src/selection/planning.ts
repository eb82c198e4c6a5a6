/** What is worked out once and shared by all parts of a plan. */
import { findChanges, type Changes } from './changes.js';
import type { Comparison } from './comparison.js';
import { counterparts, relationOf, storedKey, storedKeysOf, type Counterparts } from './counterparts.js';
import { closeDownstream, type Closure } from './downstream.js';
import { lineageOf, type Lineage } from './lineage.js';
import { inIncrementalParts } from './scope.js';
import { isEphemeral } from './treatment.js';

/** What is known while a plan is made. */
export interface Planning {
  readonly comparison: Comparison;
  readonly counterparts: Counterparts;
  readonly changes: Changes;
  readonly lineage: Lineage;
  /** Everything affected, whatever scope and selection say. */
  readonly whole: Closure;
  /** Of the whole, what the scope keeps. */
  readonly inScope: ReadonlySet<string>;
  /** What will be done. */
  readonly closure: Closure;
  /** True when production has no relation of this name, so the clone brings none. */
  readonly isAbsent: (uniqueId: string) => boolean;
}

/** @throws RangeError when nodes read each other in a circle. */
export function planningOf(comparison: Comparison): Planning {
  const head = comparison.production;
  const same = counterparts(comparison.live, head);
  const changes = findChanges(comparison, same);
  return planningFrom(comparison, same, changes, absence(comparison));
}

/** @throws RangeError when nodes read each other in a circle. */
export function planningFrom(
  comparison: Comparison,
  same: Counterparts,
  changes: Changes,
  isAbsent: (uniqueId: string) => boolean,
): Planning {
  const head = comparison.production;
  const lineage = lineageOf(head);
  const close = (mayRebuild: (id: string) => boolean): Closure =>
    closeDownstream({ head, lineage, changes, counterparts: same, mayRebuild });
  const whole = close(() => true);
  const inScope = comparison.scope === 'all' ? new Set(whole.rebuilt.keys()) : inIncrementalParts(whole, head, lineage);
  const allowed = new Set([...inScope].filter((id) => comparison.selected?.has(id) ?? true));
  const closure = closeWithNeeds(close, allowed, { lineage, inScope, isAbsent, comparison });
  return { comparison, counterparts: same, changes, lineage, whole, inScope, closure, isAbsent };
}

function absence({ live, production }: Comparison): (uniqueId: string) => boolean {
  const existing = storedKeysOf(live);
  return (id) => {
    const relation = relationOf(production.nodes.get(id));
    return relation !== undefined && !existing.has(storedKey(relation));
  };
}

/** A selected model that reads a new one cannot be built without it, so what is missing joins the selection. */
function closeWithNeeds(
  close: (mayRebuild: (id: string) => boolean) => Closure,
  allowed: Set<string>,
  known: Pick<Planning, 'lineage' | 'inScope' | 'isAbsent' | 'comparison'>,
): Closure {
  for (;;) {
    const closure = close((id) => allowed.has(id));
    const needed = [...closure.rebuilt.keys()]
      .flatMap((id) => storedInputs(id, known))
      .filter((id) => known.inScope.has(id) && known.isAbsent(id) && !allowed.has(id));
    if (needed.length === 0) return closure;
    needed.forEach((id) => allowed.add(id));
  }
}

/** What a node reads, with ephemeral models replaced by what they read. */
export function storedInputs(
  uniqueId: string,
  { lineage, comparison }: Pick<Planning, 'lineage' | 'comparison'>,
): readonly string[] {
  return lineage.parentsOf(uniqueId).flatMap((parent) => {
    const node = comparison.production.nodes.get(parent);
    return node !== undefined && isEphemeral(node) ? storedInputs(parent, { lineage, comparison }) : [parent];
  });
}
