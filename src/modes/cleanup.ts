import { messageOf } from '../errors.js';
import type { CommonInputs } from '../inputs.js';
import { bytes, plural } from '../figures.js';
import { bytesIn } from '../observing/stored-sizes.js';
import { displayName } from '../snowflake/identifiers.js';
import { dropSchema } from '../snowflake/statements/schemas.js';
import type { Tools } from '../tools.js';
import type { ModeResult } from './result.js';
import { chooseOld, reasonToKeep } from './old-schemas.js';
import type { CleanupInputs } from './old-schemas.js';
import { lookAround } from './situation.js';

/** Drops old snapshots and failed versions. Timid: whatever could be needed stays, and one failure does not stop the others. */
export async function cleanup(tools: Tools, inputs: CommonInputs & CleanupInputs): Promise<ModeResult> {
  const situation = await lookAround(tools, inputs);
  const { state } = situation;
  const { choice, former } = await chooseOld(tools, situation, inputs);
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
