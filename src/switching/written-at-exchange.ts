import { rebuiltNames } from '../deployment/rebuilt.js';
import type { Tokens } from '../deployment/record.js';
import { productionSchema } from '../deployment/schema-names.js';
import { messageOf } from '../errors.js';
import { takeInventory } from '../observing/inventory.js';
import { movedTables, readTokens } from '../observing/tokens.js';
import { displayName } from '../snowflake/identifiers.js';
import type { Tools } from '../tools.js';
import type { BuiltSince } from './built-since.js';
import type { PairExchange } from './exchange.js';

/**
 * Warns of what was committed between the last look at production's tokens and the exchange of a rollback: it is in the version that
 * was given up, and nothing of a table that was carried may be lost silently. Never throws: the rollback is done.
 *
 * @param before production's tokens at that last look
 */
export async function tellWrittenAtExchange(
  { warehouse, log }: Pick<Tools, 'warehouse' | 'log'>,
  built: BuiltSince,
  exchanged: readonly PairExchange[],
  before: Tokens,
): Promise<void> {
  for (const { pair, keepAs } of exchanged) {
    const production = productionSchema(pair);
    try {
      const { tables } = await takeInventory(warehouse, keepAs);
      const now = await readTokens(warehouse, keepAs, [...tables.keys()], production);
      const rebuilt = rebuiltNames(built, pair);
      const late = movedTables(production, before, now, tables.keys()).filter((name) => !rebuilt.has(name));
      if (late.length === 0) continue;
      log.warning(
        `${displayName(production)} was written to in the moment of the exchange (${late.join(', ')}): these changes are in ` +
          `${displayName(keepAs)} only. Let the writer run again, or compare the tables and bring over what is missing.`,
      );
    } catch (error) {
      log.warning(
        `Whether ${displayName(production)} was written to in the moment of the exchange could not be read from ` +
          `${displayName(keepAs)}: ${messageOf(error)}`,
      );
    }
  }
}
