import type { DbtNodeResult, DbtNodeStatus } from './dbt.js';
import { asObject, numberAt, objectsAt, textAt } from './json-values.js';
import type { JsonObject } from './json-values.js';

/**
 * dbt's words for how a node ended. `partial success`: some batches of a microbatch model failed, so rows are missing.
 * `reused` and `no-op` mean that nothing was built, which a deployment never wants: they stay unknown, which is a failure.
 * https://docs.getdbt.com/reference/artifacts/run-results-json
 */
const STATUSES: ReadonlyMap<string, DbtNodeStatus> = new Map([
  ['success', 'success'],
  ['error', 'error'],
  ['runtime error', 'error'],
  ['partial success', 'error'],
  ['skipped', 'skipped'],
  ['pass', 'pass'],
  ['fail', 'fail'],
  ['warn', 'warn'],
]);

/** dbt's status in the words of this code; case and unknown words are tolerated. */
export function nodeStatus(written: string | undefined): DbtNodeStatus {
  return STATUSES.get((written ?? '').toLowerCase()) ?? 'unknown';
}

/** Reads run_results.json (v6), parsed; anything that is none has no results. */
export function readRunResults(json: unknown): readonly DbtNodeResult[] {
  return objectsAt(asObject(json), 'results').flatMap(readResult);
}

function readResult(result: JsonObject): readonly DbtNodeResult[] {
  const uniqueId = textAt(result, 'unique_id');
  if (uniqueId === undefined) return [];
  return [
    {
      uniqueId,
      status: nodeStatus(textAt(result, 'status')),
      message: textAt(result, 'message'),
      failures: numberAt(result, 'failures'),
      seconds: numberAt(result, 'execution_time') ?? 0,
    },
  ];
}
