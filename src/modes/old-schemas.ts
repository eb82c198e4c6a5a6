import { chooseForCleanup } from '../deployment/cleanup-choice.js';
import type { CleanupChoice } from '../deployment/cleanup-choice.js';
import { describe, isBusy } from '../deployment/state.js';
import type { SchemaSeen } from '../deployment/state.js';
import { ActionableError } from '../errors.js';
import { History } from '../history/history.js';
import { observeSides } from '../observing/observe.js';
import { formerSchemas } from '../observing/own-schemas.js';
import { viewsNaming } from '../observing/view-references.js';
import type { SchemaPair } from '../selection/plan.js';
import { writtenSinceKept } from '../switching/late-writers.js';
import type { Tools } from '../tools.js';
import type { Situation } from './situation.js';

export interface CleanupInputs {
  readonly olderThanDays: number;
  readonly keep: number;
}

/**
 * What a cleanup would drop, by names, markers and age, in all pairs.
 * @returns beside the choice the stored names of our own former and failed versions
 * @throws ActionableError while a version is being exchanged, or when what is live cannot be told
 */
export async function chooseOld(
  tools: Pick<Tools, 'warehouse' | 'clock'>,
  { pair, observed, state }: Situation,
  inputs: CleanupInputs,
): Promise<{ readonly choice: CleanupChoice; readonly former: ReadonlySet<string> }> {
  if (isBusy(state) || state.kind === 'production missing' || state.kind === 'marker lost') {
    throw new ActionableError(`Nothing was dropped. ${describe(state)}`);
  }
  const sides = await observeSides(tools.warehouse, pair);
  const beside = sides.map((side) => side.observed);
  const choice = chooseForCleanup(observed, { ...inputs, now: tools.clock.now() }, beside);
  return { choice, former: formerSchemas(observed, sides) };
}

/** What names alone cannot tell: a view that reads from it, or rows that were written to it after it was put aside. */
export async function reasonToKeep(
  tools: Pick<Tools, 'warehouse'>,
  pair: SchemaPair,
  former: ReadonlySet<string>,
  seen: SchemaSeen,
): Promise<string | undefined> {
  const { naming } = await viewsNaming(tools.warehouse, pair.database, [seen.name.schema]);
  const readers = naming.filter(({ schema }) => schema !== seen.name.schema && !former.has(schema));
  if (readers.length > 0) return `${readers.map(({ schema, name }) => `${schema}.${name}`).join(', ')} read from it`;
  if (seen.own?.purpose !== 'snapshot') return undefined;
  const written = await writtenSinceKept(tools, new History(tools.warehouse, pair), pair, seen);
  return written.length === 0
    ? undefined
    : `these tables were written to after the swap, so rows may be only there: ${written.join(', ')}`;
}
