import { messageOf } from '../errors.js';
import { displayName } from '../snowflake/identifiers.js';
import { SnowflakeError, UnknownOutcomeError } from '../snowflake/warehouse.js';
import type { Tools } from '../tools.js';
import type { Lost } from './compare-rebuilt.js';

/**
 * Sets on rebuilt tables of blue what they lost: a table that dbt makes anew has only what the model sets.
 *
 * Left as they are, to be judged: conditional masks, tags of several values, what stands in the production schema itself, and
 * whatever Snowflake refuses.
 * @returns whether any statement was sent, so that what was read before may be out of date
 */
export async function putBack(tools: Pick<Tools, 'warehouse' | 'log'>, lost: readonly Lost[]): Promise<boolean> {
  let isTried = false;
  for (const each of lost) isTried = (await trySetting(tools, each)) || isTried;
  return isTried;
}

/** @returns whether a statement was sent: also one that was refused may have been done */
async function trySetting(
  { warehouse, log }: Pick<Tools, 'warehouse' | 'log'>,
  { table, name, change, statement }: Lost,
): Promise<boolean> {
  const { kind, column, before } = change;
  const what = `${kind} ${kind === 'tag' ? before : displayName(name)}${column === undefined ? '' : ` of ${column}`}`;
  if (statement === undefined) {
    log.info(`${displayName(table)} lost ${what}, which cannot be put back by itself.`);
    return false;
  }
  try {
    await warehouse.execute(statement);
    log.info(`${displayName(table)} has ${what} again, as production has it.`);
  } catch (error) {
    // A reply that was lost is one of these: what is set is read again.
    if (!(error instanceof SnowflakeError || error instanceof UnknownOutcomeError)) throw error;
    log.warning(`${displayName(table)} lost ${what}, and it could not be put back: ${messageOf(error)}`);
  }
  return true;
}
