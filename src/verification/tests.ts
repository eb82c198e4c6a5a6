import type { DbtNodeResult, DbtOutcome } from '../dbt/dbt.js';
import type { TestVerdict } from './verdict.js';

/** A test that was to run. */
export interface SelectedTest {
  readonly uniqueId: string;
  readonly name: string;
}

/**
 * One verdict for each selected test, in the given order. Fails closed: a test without a result, skipped, or with a
 * status that this version does not know is an error, never a pass.
 */
export function judgeTests(selected: readonly SelectedTest[], outcome: DbtOutcome): readonly TestVerdict[] {
  const results = new Map(outcome.results.map((result) => [result.uniqueId, result]));
  const absent = outcome.kind === 'broken' ? `dbt broke off: ${outcome.reason}` : 'dbt gave no result for this test.';
  return selected.map(({ uniqueId, name }) => {
    const result = results.get(uniqueId);
    if (result === undefined) return { uniqueId, name, status: 'error', failures: undefined, message: absent };
    return { uniqueId, name, status: statusOf(result), failures: result.failures, message: messageOf(result) };
  });
}

/** Ids of tests that ran in blue and passed: proof for the comparison that follows. */
export function passedTests(tests: readonly TestVerdict[]): ReadonlySet<string> {
  return new Set(tests.filter((test) => test.status === 'pass').map((test) => test.uniqueId));
}

function statusOf(result: DbtNodeResult): TestVerdict['status'] {
  switch (result.status) {
    case 'pass':
    case 'success':
      return 'pass';
    case 'warn':
      return 'warn';
    case 'fail':
      return 'fail';
    case 'error':
    case 'skipped':
    case 'unknown':
      return 'error';
  }
}

function messageOf(result: DbtNodeResult): string | undefined {
  if (result.status === 'skipped') return result.message ?? 'dbt skipped this test.';
  if (result.status === 'unknown') return result.message ?? 'dbt gave a status that this version does not know.';
  return result.message;
}
