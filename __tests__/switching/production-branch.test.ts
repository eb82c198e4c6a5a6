import { describe, expect, test } from '@jest/globals';
import { ActionableError } from '../../src/errors.js';
import type { Git } from '../../src/git/git.js';
import type { Delivery, GitHub } from '../../src/github/github.js';
import { promoteBranch, putBranchBack } from '../../src/switching/production-branch.js';
import { RecordingLog } from '../support/recording-log.js';

const FORMER = 'a'.repeat(40);
const DEPLOYED = 'b'.repeat(40);
const ELSEWHERE = 'e'.repeat(40);
const DONE: Delivery = { kind: 'done' };
const REFUSED: Delivery = { kind: 'refused', reason: 'GitHub answered 403.' };
const NO_GIT = new ActionableError('git could not ask origin for refs/heads/prod: … Nothing was changed.', {
  cause: new Error('Could not resolve host'),
});

interface Given {
  readonly tip: string | undefined | Error;
  readonly delivery?: Delivery;
  readonly contained?: boolean | Error;
}

function world({ tip, delivery = DONE, contained = false }: Given): {
  readonly tools: Parameters<typeof promoteBranch>[0];
  readonly log: RecordingLog;
  readonly moves: string[];
} {
  const answer = <T>(value: T | Error): Promise<T> =>
    value instanceof Error ? Promise.reject(value) : Promise.resolve(value);
  const moves: string[] = [];
  const moved = (move: string): Promise<Delivery> => {
    moves.push(move);
    return Promise.resolve(delivery);
  };
  const git: Partial<Git> = { tipOf: () => answer(tip), isAncestor: () => answer(contained) };
  const github: Partial<GitHub> = {
    fastForward: (branch, commit) => moved(`${branch} to ${commit}`),
    moveBack: (branch, from, to) => moved(`${branch} from ${from} back to ${to}`),
  };
  const log = new RecordingLog();
  return { tools: { git: git as Git, github: github as GitHub, log }, log, moves };
}

describe('after a swap', () => {
  test('the branch is moved to the deployed commit', async () => {
    const { tools, moves } = world({ tip: FORMER });
    expect(await promoteBranch(tools, 'prod', DEPLOYED)).toBeUndefined();
    expect(moves).toEqual([`prod to ${DEPLOYED}`]);
  });

  test('a branch that contains it already stays', async () => {
    const { tools, moves } = world({ tip: ELSEWHERE, contained: true });
    expect(await promoteBranch(tools, 'prod', DEPLOYED)).toBeUndefined();
    expect(moves).toEqual([]);
  });

  test.each([
    ['the Git server does not answer', { tip: NO_GIT }],
    ['git cannot compare', { tip: ELSEWHERE, contained: NO_GIT }],
  ])('GitHub is asked to move it where %s', async (_, given) => {
    const { tools, moves, log } = world(given);
    expect(await promoteBranch(tools, 'prod', DEPLOYED)).toBeUndefined();
    expect(moves).toEqual([`prod to ${DEPLOYED}`]);
    expect(log.lines.join()).toContain('Could not resolve host');
    expect(log.lines.join()).not.toContain('Nothing was changed');
  });

  test.each([NO_GIT, FORMER])('what GitHub refuses is told, and ends nothing', async (tip) => {
    const { tools } = world({ tip, delivery: REFUSED });
    expect(await promoteBranch(tools, 'prod', DEPLOYED)).toMatch(/is live, but the branch "prod" .* answered 403/);
  });
});

describe('after a rollback', () => {
  test('the branch is put back', async () => {
    const { tools, moves } = world({ tip: DEPLOYED });
    expect(await putBranchBack(tools, 'prod', DEPLOYED, FORMER)).toBeUndefined();
    expect(moves).toEqual([`prod from ${DEPLOYED} back to ${FORMER}`]);
  });

  test.each([
    ['there is none', undefined],
    ['it is back already', FORMER],
  ])('nothing is done where %s', async (_, tip) => {
    const { tools, moves } = world({ tip });
    expect(await putBranchBack(tools, 'prod', DEPLOYED, FORMER)).toBeUndefined();
    expect(moves).toEqual([]);
  });

  test('a branch that went on stays, and a person is told', async () => {
    const { tools, moves } = world({ tip: ELSEWHERE });
    expect(await putBranchBack(tools, 'prod', DEPLOYED, FORMER)).toMatch(/is at eeeeeee, not where/);
    expect(moves).toEqual([]);
  });

  test('GitHub is asked where the Git server does not answer', async () => {
    const { tools, moves, log } = world({ tip: NO_GIT });
    expect(await putBranchBack(tools, 'prod', DEPLOYED, FORMER)).toBeUndefined();
    expect(moves).toHaveLength(1);
    expect(log.lines.join()).not.toContain('Nothing was changed');
  });

  test.each([
    [NO_GIT, /may still stand at bbbbbbb: GitHub answered 403.*Put it back to aaaaaaa/],
    [DEPLOYED, /still stands at bbbbbbb/],
  ])('what GitHub refuses is told, and ends nothing', async (tip, said) => {
    const { tools } = world({ tip, delivery: REFUSED });
    expect(await putBranchBack(tools, 'prod', DEPLOYED, FORMER)).toMatch(said);
  });
});
