import { describe, expect, test } from '@jest/globals';
import type { DbtNodeResult, DbtNodeStatus } from '../../src/dbt/dbt.js';
import { outcomeOf } from '../../src/dbt/outcome.js';
import { nodeStatus, readRunResults } from '../../src/dbt/run-results.js';

const COMMAND = {
  command: 'run',
  nodes: [
    { uniqueId: 'model.shop.a', fqn: ['shop', 'a'] },
    { uniqueId: 'model.shop.b', fqn: ['shop', 'b'] },
  ],
} as const;
const words = (): string => 'last words';

function result(uniqueId: string, status: DbtNodeStatus): DbtNodeResult {
  return { uniqueId, status, message: undefined, failures: undefined, seconds: 1 };
}

const BOTH_GOOD = [result('model.shop.a', 'success'), result('model.shop.b', 'success')];

describe('a dbt command', () => {
  test('completed when every selected node has a result, good or bad, and hooks ran beside them', () => {
    expect(outcomeOf(COMMAND, { exitCode: 0, killedBy: undefined }, BOTH_GOOD, words).kind).toBe('completed');
    const mixed = [
      result('model.shop.a', 'error'),
      result('model.shop.b', 'skipped'),
      result('operation.shop.shop-on-run-end-0', 'success'),
    ];
    expect(outcomeOf(COMMAND, { exitCode: 1, killedBy: undefined }, mixed, words).kind).toBe('completed');
  });

  test('is broken when it reports success without a result for a node', () => {
    const outcome = outcomeOf(
      COMMAND,
      { exitCode: 0, killedBy: undefined },
      [result('model.shop.a', 'success')],
      words,
    );
    expect(outcome).toMatchObject({
      kind: 'broken',
      reason: expect.stringMatching(/exit code 0 without a result for model\.shop\.b\.\nlast words/),
    });
  });

  test('is broken when it was killed, and keeps what it had finished', () => {
    const finished = [result('model.shop.a', 'success')];
    expect(outcomeOf(COMMAND, { exitCode: undefined, killedBy: 'SIGKILL' }, finished, words)).toMatchObject({
      kind: 'broken',
      results: finished,
      reason: expect.stringMatching(/was killed by SIGKILL/),
    });
  });

  test('is broken when it ran a node that nobody selected', () => {
    const outcome = outcomeOf(
      COMMAND,
      { exitCode: 0, killedBy: undefined },
      [...BOTH_GOOD, result('model.shop.c', 'success')],
      words,
    );
    expect(outcome).toMatchObject({ kind: 'broken', reason: expect.stringMatching(/also ran model\.shop\.c/) });
  });

  test('is broken when it fails though each node succeeded: a hook or the connection did not', () => {
    expect(outcomeOf(COMMAND, { exitCode: 2, killedBy: undefined }, BOTH_GOOD, words)).toMatchObject({
      kind: 'broken',
      reason: expect.stringMatching(/exit code 2 though all nodes succeeded/),
    });
  });
});

describe('statuses', () => {
  test.each([
    ['success', 'success'],
    ['partial success', 'error'],
    ['runtime error', 'error'],
    ['Pass', 'pass'],
    ['reused', 'unknown'],
    ['no-op', 'unknown'],
    ['a new word', 'unknown'],
    [undefined, 'unknown'],
  ])('of dbt: %s is %s', (written, status) => {
    expect(nodeStatus(written)).toBe(status);
  });

  test('are read from run results, whatever else they hold', () => {
    const json = {
      metadata: {},
      results: [
        {
          unique_id: 'test.shop.t',
          status: 'fail',
          failures: 3,
          message: 'Got 3 results',
          execution_time: 0.5,
          extra: [],
        },
        { unique_id: 'model.shop.a', status: 'reused', failures: null, message: null },
        { status: 'success' },
        'nonsense',
      ],
    };
    expect(readRunResults(json)).toEqual([
      { uniqueId: 'test.shop.t', status: 'fail', failures: 3, message: 'Got 3 results', seconds: 0.5 },
      { uniqueId: 'model.shop.a', status: 'unknown', failures: undefined, message: undefined, seconds: 0 },
    ]);
    expect(readRunResults(undefined)).toEqual([]);
  });
});
