import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { World, layGround } from './world.js';
import type { Ground } from './world.js';

let ground: Ground;
let world: World;
beforeAll(async () => {
  ground = await layGround();
});
afterAll(async () => {
  await ground.repositories.dispose();
});
beforeEach(async () => {
  world = await World.on(ground);
});
afterEach(async () => {
  await world.stop();
});

const found = (): object => ({
  number: world.number,
  title: 'Add price',
  url: `https://github.com/octo-org/warehouse/pull/${String(world.number)}`,
});

describe('pullRequestOf', () => {
  test('finds the merged pull request whose result is the commit', async () => {
    expect(await world.connect().pullRequestOf(world.shas.merged)).toEqual(found());
  });

  test('asks again while GitHub does not know it yet', async () => {
    world.github.lagBehind(2);
    const { live, merged } = world.shas;
    const github = world.connect(world.github.push('pre-prod', live, merged));
    expect(await github.pullRequestOf(merged)).toEqual(found());
    expect(world.pauses).toEqual([2000, 4000]);
  });

  test('does not wait for one where no merge started the run', async () => {
    const { live } = world.shas;
    const events = [world.github.schedule('pre-prod', live), world.github.workflowDispatch('pre-prod', live)];
    for (const event of events) expect(await world.connect(event).pullRequestOf(live)).toBeUndefined();
    expect(world.asked).toHaveLength(2);
    expect(world.pauses).toEqual([]);
  });

  test('takes neither an open one nor one that merely contains the commit', async () => {
    const { first, live, merged } = world.shas;
    world.github.openPullRequest({ title: 'open', head: { ref: 'x', sha: live }, base: { ref: 'prod', sha: first } });
    const promotion = world.github.openPullRequest({
      title: 'promote',
      head: { ref: 'pre-prod', sha: live },
      base: { ref: 'prod', sha: first },
    });
    world.github.markMerged(promotion, merged);
    expect(await world.connect().pullRequestOf(live)).toBeUndefined();
    expect(world.infos.join()).toContain(`No merged pull request has commit ${live}`);
    expect(world.warnings).toEqual([]);
  });

  test('believes the event, without asking', async () => {
    const github = world.connect(world.github.pullRequestClosed(world.number));
    expect(await github.pullRequestOf(world.shas.merged)).toEqual(found());
    expect(world.asked).toEqual([]);
  });

  test('does not believe an event that is about another commit', async () => {
    const { first, live } = world.shas;
    const other = world.github.openPullRequest({
      title: 'other',
      head: { ref: 'x', sha: live },
      base: { ref: 'prod', sha: first },
    });
    world.github.markMerged(other, live);
    const github = world.connect(world.github.pullRequestClosed(other));
    expect(await github.pullRequestOf(world.shas.merged)).toEqual(found());
  });

  test('reads the number from the branch of a merge queue', async () => {
    const github = world.connect(world.github.mergeGroup(world.number, world.shas.first));
    expect(await github.pullRequestOf(world.shas.first)).toEqual(found());
    expect(world.asked).toEqual([`GET /repos/octo-org/warehouse/pulls/${String(world.number)} 200`]);
  });

  test('the number that a person gave wins', async () => {
    const event = world.github.workflowDispatch('pre-prod', world.shas.live);
    const github = world.connect(event, { pullRequest: world.number });
    expect(await github.pullRequestOf(world.shas.live)).toEqual(found());
  });

  test.each([
    ['a number that does not exist', { pullRequest: 999 }, 'pull-requests: read'],
    ['a wrong token', { token: 'ghs_expired' }, 'github-token is wrong or has expired'],
  ])('%s is a warning, not an error', async (_name, options, expected) => {
    expect(await world.connect(undefined, options).pullRequestOf(world.shas.merged)).toBeUndefined();
    expect(world.warnings.join()).toContain(expected);
  });

  test.each([
    [
      'a permission is missing',
      { status: 403, message: 'Resource not accessible by integration' },
      'pull-requests: read',
    ],
    ['GitHub is down', { status: 503 }, 'githubstatus.com'],
    ['the connection is cut', 'cut' as const, 'could not be reached'],
    ['the answer is cut', 'cut body' as const, 'which pull request'],
  ])('undefined when %s', async (_name, meets, expected) => {
    world.github.addFault({ path: /\/pulls$/, meets, times: 9 });
    expect(await world.connect().pullRequestOf(world.shas.merged)).toBeUndefined();
    expect(world.warnings.join()).toContain(expected);
  });

  test('undefined without a token', async () => {
    expect(await world.connect(undefined, { token: '' }).pullRequestOf(world.shas.merged)).toBeUndefined();
    expect(world.asked).toEqual([]);
  });
});

describe('pullRequestsOf', () => {
  const numbers = async (mainline: readonly string[], options: Parameters<World['connect']>[1] = {}) =>
    (await world.connect(undefined, options).pullRequestsOf(mainline)).map(({ number }) => number);

  function mergedAs(commit: string, title: string): number {
    const { first, live } = world.shas;
    const number = world.github.openPullRequest({
      title,
      head: { ref: title, sha: live },
      base: { ref: 'pre-prod', sha: first },
    });
    world.github.markMerged(number, commit);
    return number;
  }

  test('finds all that were merged, the last one first, and passes over commits without one', async () => {
    const { first, live, merged } = world.shas;
    const earlier = mergedAs(first, 'earlier');
    expect(await numbers([merged, live, first])).toEqual([world.number, earlier]);
    expect(world.pauses).toEqual([]);
    expect(world.warnings).toEqual([]);
  });

  test('where the newest commit came without one, the last merged is the first of the others', async () => {
    const { first, live } = world.shas;
    const earlier = mergedAs(first, 'earlier');
    expect(await numbers([live, first])).toEqual([earlier]);
  });

  test('the number that a person gave comes first, and once', async () => {
    const { live, merged } = world.shas;
    const other = mergedAs(live, 'other');
    expect(await numbers([merged, live], { pullRequest: other })).toEqual([other]);
  });

  test('keeps those that it knows when GitHub stops to answer', async () => {
    const { first, live, merged } = world.shas;
    mergedAs(live, 'other');
    world.github.addFault({ path: new RegExp(`${live}/pulls$`), meets: { status: 403, message: 'No' }, times: 9 });
    expect(await numbers([merged, live, first])).toEqual([world.number]);
    expect(world.warnings.join()).toMatch(/which other pull requests.*pull-requests: read/);
    expect(world.asked).toHaveLength(2);
  });

  test('asks for the last 30 merges only, and says so', async () => {
    const mainline = [world.shas.merged, ...Array.from({ length: 99 }, () => world.shas.live)];
    expect(await numbers(mainline)).toEqual([world.number]);
    expect(world.asked).toHaveLength(30);
    expect(world.infos.join()).toContain('Of 100 commits only the last 30');
  });

  test('none without a commit, none without a token', async () => {
    expect(await numbers([])).toEqual([]);
    expect(await numbers([world.shas.merged], { token: '' })).toEqual([]);
    expect(world.asked).toEqual([]);
  });
});
