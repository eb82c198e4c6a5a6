import { isGood } from './dbt.js';
import type { DbtCommand, DbtNodeResult, DbtOutcome } from './dbt.js';
import type { ProcessEnd } from './process.js';

/**
 * Judges a finished command. Only if each selected node has a result, and bad results explain a bad exit code, did dbt
 * complete; everything else fails closed, with dbt's last words as the reason.
 */
export function outcomeOf(
  command: Pick<DbtCommand, 'command' | 'nodes'>,
  end: ProcessEnd,
  results: readonly DbtNodeResult[],
  lastWords: () => string,
): DbtOutcome {
  const reported = new Set(results.map((result) => result.uniqueId));
  const missing = command.nodes.filter((node) => !reported.has(node.uniqueId)).map((node) => node.uniqueId);
  if (missing.length > 0) {
    const lead = `dbt ${command.command} ${howItEnded(end)} without a result for ${some(missing)}.`;
    return { kind: 'broken', results, reason: `${lead}\n${lastWords()}` };
  }
  const unplanned = unplannedNodes(command, results);
  if (unplanned.length > 0) {
    const reason = `dbt ${command.command} also ran ${some(unplanned)}, which was not selected. This is a fault of the selection.`;
    return { kind: 'broken', results, reason };
  }
  if (end.exitCode !== 0 && results.every((result) => isGood(result.status))) {
    return {
      kind: 'broken',
      results,
      reason: `dbt ${command.command} ${howItEnded(end)} though all nodes succeeded.\n${lastWords()}`,
    };
  }
  return { kind: 'completed', results };
}

/** Hooks (`operation.…`) run with every command and are no fault. */
function unplannedNodes(command: Pick<DbtCommand, 'nodes'>, results: readonly DbtNodeResult[]): readonly string[] {
  const selected = new Set(command.nodes.map((node) => node.uniqueId));
  return results.map((result) => result.uniqueId).filter((id) => !selected.has(id) && !id.startsWith('operation.'));
}

function howItEnded(end: ProcessEnd): string {
  return end.killedBy === undefined
    ? `ended with exit code ${end.exitCode ?? 'unknown'}`
    : `was killed by ${end.killedBy}`;
}

function some(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
