import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import { messageOf } from '../errors.js';
import { SnowflakeError, UnknownOutcomeError } from '../snowflake/warehouse.js';
import type { Row, Statement, Warehouse } from '../snowflake/warehouse.js';

const READ_BACK_ATTEMPTS = 15;
const READ_BACK_PAUSE_MS = 2_000;

/**
 * Executes a statement that must not be taken for failed when only its answer was lost: the warehouse is read back until the
 * effect shows or the attempts end. A statement that the server refused because it was already done counts as done.
 *
 * @throws what the statement threw, when its effect does not show.
 */
export function executeConfirmed(
  tools: ConfirmingTools,
  statement: Statement,
  isDone: () => Promise<boolean>,
): Promise<readonly Row[]> {
  return confirmed(tools, statement, isDone, 1);
}

/**
 * The same for what only one of several runs may do: that its effect is there when the server refused the statement means that
 * another run did it.
 *
 * @throws what the statement threw, when it was refused or its effect does not show.
 */
export function executeAsTheOnlyOne(
  tools: ConfirmingTools,
  statement: Statement,
  isDone: () => Promise<boolean>,
): Promise<readonly Row[]> {
  return confirmed(tools, statement, isDone, 0);
}

interface ConfirmingTools {
  readonly warehouse: Warehouse;
  readonly log: Log;
  readonly clock: Clock;
}

async function confirmed(
  tools: ConfirmingTools,
  statement: Statement,
  isDone: () => Promise<boolean>,
  looksWhenRefused: number,
): Promise<readonly Row[]> {
  try {
    return await tools.warehouse.execute(statement);
  } catch (error) {
    const attempts = error instanceof UnknownOutcomeError ? READ_BACK_ATTEMPTS : looksWhenRefused;
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      if (await shows(tools.log, statement, isDone)) {
        tools.log.info(`${statement.name}: the answer was lost or refused, but its effect is there. Going on.`);
        return [];
      }
      if (attempt < attempts) await tools.clock.sleep(READ_BACK_PAUSE_MS);
    }
    throw error;
  }
}

/** A look that gets no answer tells nothing, least of all why the statement failed: while the connection is down there is no effect to see. */
async function shows(log: Log, statement: Statement, isDone: () => Promise<boolean>): Promise<boolean> {
  try {
    return await isDone();
  } catch (error) {
    if (!(error instanceof SnowflakeError || error instanceof UnknownOutcomeError)) throw error;
    log.debug(`Whether ${statement.name} took effect could not be read: ${messageOf(error)}`);
    return false;
  }
}
