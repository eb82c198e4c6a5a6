import { describe, isBusy } from '../deployment/state.js';
import { ActionableError, messageOf } from '../errors.js';
import { History } from '../history/history.js';
import type { CommonInputs } from '../inputs.js';
import { bytes, plural } from '../figures.js';
import { bytesIn } from '../observing/stored-sizes.js';
import { displayName } from '../snowflake/identifiers.js';
import { dropSchema } from '../snowflake/statements/schemas.js';
import { chooseForCleanup } from '../deployment/cleanup-choice.js';
import { observeSides } from '../observing/observe.js';
import { formerSchemas } from '../observing/own-schemas.js';
import { viewsNaming } from '../observing/view-references.js';
import { writtenSinceKept } from '../switching/late-writers.js';
import type { SchemaSeen } from '../deployment/state.js';
import type { SchemaPair } from '../selection/plan.js';
import type { Tools } from '../tools.js';
import type { ModeResult } from './result.js';
import { lookAround } from './situation.js';

interface CleanupInputs {
  readonly olderThanDays: number;
  readonly keep: number;
}

/** Drops old snapshots and failed versions. Timid: whatever could be needed stays, and one failure does not stop the others. */
export async function cleanup(tools: Tools, inputs: CommonInputs & CleanupInputs): Promise<ModeResult> {
  const situation = await lookAround(tools, inputs);
  const { observed, state } = situation;
  if (isBusy(state) || state.kind === 'production missing' || state.kind === 'marker lost') {
    throw new ActionableError(`Nothing was dropped. ${describe(state)}`);
  }
  const sides = await observeSides(tools.warehouse, situation.pair);
  const rule = { ...inputs, now: tools.clock.now() };
  const choice = chooseForCleanup(
    observed,
    rule,
    sides.map((side) => side.observed),
  );
  const former = formerSchemas(observed, sides);
  choice.kept.forEach(({ schema, why }) => tools.log.info(`Kept ${displayName(schema.name)}: ${why}.`));
  const problems: string[] = [];
  const dropped: string[] = [];
  let held = 0;
  for (const seen of choice.drop) {
    try {
      const reason = await reasonToKeep(tools, situation.pair, former, seen);
      if (reason !== undefined) {
        tools.log.warning(`Kept ${displayName(seen.name)}: ${reason}.`);
        continue;
      }
      const size = await bytesIn(tools.warehouse, seen.name);
      await tools.warehouse.execute(dropSchema(seen.name));
      dropped.push(seen.name.schema);
      held += size;
      tools.log.info(`Dropped ${displayName(seen.name)}: its tables held ${bytes(size)}.`);
    } catch (error) {
      problems.push(`${displayName(seen.name)}: ${messageOf(error)}`);
    }
  }
  return {
    report: undefined,
    outputs: {
      state: state.kind,
      busy: 'false',
      next: summaryOf(dropped, held),
    },
    failure:
      problems.length === 0 ? undefined : `Not everything could be dropped; the rest was:\n${problems.join('\n')}`,
  };
}

/** Bytes are an upper bound: what a dropped clone shares with tables that stay is not freed. */
function summaryOf(dropped: readonly string[], held: number): string {
  if (dropped.length === 0) return 'Dropped nothing.';
  const freed = `up to ${bytes(held)} are free once their Time Travel is over`;
  return `Dropped ${plural(dropped.length, 'schema')}: ${dropped.join(', ')}; ${freed}.`;
}

/** What names alone cannot tell: a view that reads from it, or rows that were written to it after it was put aside. */
async function reasonToKeep(
  tools: Tools,
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
