import { ActionableError } from './errors.js';
import type { Warehouse } from './snowflake/warehouse.js';

/** What is thrown where a cancelled job stops. */
export function cancelled(): ActionableError {
  return new ActionableError(
    'The job was cancelled, so this run stopped between two statements. Run mode "status" to see what stands where; every mode goes on from there.',
  );
}

/**
 * Turns the runner's signals into an abort: GitHub sends SIGINT, SIGTERM 7.5 seconds later, and kills 2.5 seconds after that.
 * https://docs.github.com/en/actions/reference/workflow-cancellation-reference
 * @returns the signal, and a function that stops listening
 */
export function listenForCancellation(): { readonly signal: AbortSignal; readonly stop: () => void } {
  const controller = new AbortController();
  const abort = (): void => {
    controller.abort(cancelled());
  };
  process.on('SIGINT', abort);
  process.on('SIGTERM', abort);
  return {
    signal: controller.signal,
    stop: () => {
      process.off('SIGINT', abort);
      process.off('SIGTERM', abort);
    },
  };
}

/**
 * A warehouse that begins no further statement once the job is cancelled. One that is on its way ends by itself: a half-known
 * clone or swap would be worse than two seconds more.
 */
export function stoppable(warehouse: Warehouse, signal: AbortSignal): Warehouse {
  return {
    execute: (statement, options) => {
      signal.throwIfAborted();
      return warehouse.execute(statement, options);
    },
    cancelLeftovers: () => warehouse.cancelLeftovers(),
    cancelTagged: (queryTag) => warehouse.cancelTagged(queryTag),
    close: () => warehouse.close(),
  };
}
