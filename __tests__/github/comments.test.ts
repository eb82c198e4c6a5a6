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

const bodies = (): readonly string[] => world.github.comments(world.number).map(({ body }) => body);
const writes = (): readonly string[] => world.asked.filter((line) => /^(POST|PATCH) .*comments/.test(line));

describe('upsertComment', () => {
  test('creates one comment and updates it from then on', async () => {
    const github = world.connect();
    const made = await github.upsertComment(world.number, 'PUBLIC', 'building');
    const again = await github.upsertComment(world.number, 'PUBLIC', 'verified');

    expect(made).toEqual({ kind: 'done', url: expect.stringMatching(/warehouse\/pull\/1#issuecomment-\d+$/) });
    expect(again).toEqual(made);
    expect(bodies()).toHaveLength(1);
    expect(bodies()[0]).toMatch(/^<!-- .+ -->\nverified$/);
  });

  test('runs at once leave one comment, with the report of one of them', async () => {
    const runs = ['one', 'two', 'three', 'four'];
    const made = await Promise.all(runs.map((run) => world.connect().upsertComment(world.number, 'PUBLIC', run)));
    expect(made.map(({ kind }) => kind)).toEqual(runs.map(() => 'done'));
    expect(bodies()).toEqual([expect.stringMatching(/\n(one|two|three|four)$/)]);
    // They did get into each other's way.
    expect(writes().filter((line) => line.startsWith('POST')).length).toBeGreaterThan(1);
    expect(new Set(made.map((delivery) => JSON.stringify(delivery))).size).toBe(1);
  });

  test('asks only once who it is', async () => {
    const github = world.connect();
    await github.upsertComment(world.number, 'PUBLIC', 'one');
    await github.upsertComment(world.number, 'PUBLIC', 'two');
    expect(world.asked.filter((line) => line.includes('/graphql'))).toHaveLength(1);
  });

  test('keeps apart what has different keys, whatever they hold', async () => {
    const github = world.connect();
    const keys = ['PUBLIC', 'PUBLIC2', 'A-->B', 'A-B', 'ü ""\n'];
    for (const key of [...keys, ...keys]) {
      await github.upsertComment(world.number, key, `report of ${key}`);
    }
    expect(bodies().map((body) => body.slice(body.indexOf('-->\n') + 4))).toEqual(
      keys.map((key) => `report of ${key}`),
    );
  });

  test('finds its comment behind hundreds of others', async () => {
    const github = world.connect();
    for (let index = 0; index < 250; index += 1) {
      world.github.addComment(world.number, 'octocat', `remark ${String(index)}`);
    }
    await github.upsertComment(world.number, 'PUBLIC', 'one');
    await github.upsertComment(world.number, 'PUBLIC', 'two');
    expect(bodies()).toHaveLength(251);
    expect(bodies().at(-1)).toContain('two');
  });

  test('leaves a comment alone in which somebody else repeats the marker', async () => {
    const github = world.connect();
    await github.upsertComment(world.number, 'PUBLIC', 'ours');
    const ours = String(bodies()[0]);
    world.github.deleteComment(Number(world.github.comments(world.number)[0]?.id));
    world.github.addComment(world.number, 'mallory', ours);
    world.github.addComment(world.number, 'github-actions', ours);
    world.github.addComment(world.number, 'github-actions[bot]', `quoted:\n${ours}`);

    await github.upsertComment(world.number, 'PUBLIC', 'new');
    expect(bodies().slice(0, 3)).toEqual([ours, ours, `quoted:\n${ours}`]);
    expect(bodies()[3]).toContain('new');
  });

  test.each([
    ['an app', 'acme-deploys[bot]'],
    ['a person', 'octocat'],
  ])('updates the comment of %s when the token is theirs', async (_name, login) => {
    world.github.addAccount('ghp_other', login, ['pull-requests: write']);
    const github = world.connect(undefined, { token: 'ghp_other' });
    await github.upsertComment(world.number, 'PUBLIC', 'one');
    await github.upsertComment(world.number, 'PUBLIC', 'two');
    expect(world.github.comments(world.number).map(({ author, body }) => [author, body.slice(-3)])).toEqual([
      [login, 'two'],
    ]);
  });

  test('knows a person from REST when GraphQL does not answer, and the job’s token from neither', async () => {
    world.github.addFault({ path: /graphql/, meets: { status: 403 }, times: 99 });
    world.github.addAccount('ghp_other', 'octocat', ['pull-requests: write']);
    for (const token of ['ghp_other', world.github.token]) {
      const github = world.connect(undefined, { token });
      await github.upsertComment(world.number, 'PUBLIC', 'one');
      await github.upsertComment(world.number, 'PUBLIC', 'two');
    }
    expect(world.github.comments(world.number).map(({ author }) => author)).toEqual(['octocat', 'github-actions[bot]']);
  });

  test('writes anew what was deleted between finding and updating', async () => {
    const github = world.connect();
    await github.upsertComment(world.number, 'PUBLIC', 'one');
    world.github.addFault({ method: 'PATCH', path: /comments/, meets: { status: 404, message: 'Not Found' } });
    expect(await github.upsertComment(world.number, 'PUBLIC', 'two')).toMatchObject({ kind: 'done' });
    expect(bodies().at(-1)).toContain('two');
  });

  test.each(['cut', 'cut body', { status: 502 }] as const)(
    'a lost reply (%j) makes no second comment',
    async (meets) => {
      world.github.addFault({ method: 'POST', path: /comments/, meets, afterwards: true });
      expect(await world.connect().upsertComment(world.number, 'PUBLIC', 'one')).toMatchObject({ kind: 'done' });
      expect(bodies()).toHaveLength(1);
      expect(writes()).toHaveLength(1);
    },
  );

  test('a creation that really failed is tried once more', async () => {
    world.github.addFault({ method: 'POST', path: /comments/, meets: { status: 502 } });
    expect(await world.connect().upsertComment(world.number, 'PUBLIC', 'one')).toMatchObject({ kind: 'done' });
    expect(bodies()).toHaveLength(1);
  });

  test('cuts what is too long, between characters', async () => {
    for (const length of [40_000, 65_529, 65_530]) {
      expect(await world.connect().upsertComment(world.number, 'PUBLIC', `x${'🟢'.repeat(length)}`)).toMatchObject({
        kind: 'done',
      });
    }
    const body = String(bodies()[0]);
    expect(body.length).toBeLessThanOrEqual(65_536);
    // Throws on half of a surrogate pair.
    expect(encodeURIComponent(body)).toContain('Cut%20here');
  });
});

describe('a refusal', () => {
  test('names the permission to add', async () => {
    await world.stop();
    world = await World.on(ground, { permissions: ['contents: read', 'pull-requests: read'] });
    const delivery = await world.connect().upsertComment(world.number, 'PUBLIC', 'x');
    expect(delivery).toEqual({
      kind: 'refused',
      reason: expect.stringMatching(/pull request 1: it answered 403.*Add "pull-requests: write" under "permissions:"/),
    });
    expect(writes()).toHaveLength(1);
  });

  test.each([
    [{ status: 401, message: 'Bad credentials' }, /github-token is wrong or has expired/, 1],
    [{ status: 422, message: 'Validation Failed' }, /answered 422, "Validation Failed"/, 1],
    [{ status: 429, message: 'Too many requests', headers: { 'retry-after': '7' } }, /Too many requests/, 3],
    [{ status: 403, message: 'You have exceeded a secondary rate limit' }, /Too many requests/, 3],
    [{ status: 403, message: 'API rate limit', headers: { 'retry-after': '3600' } }, /Too many requests/, 1],
    [{ status: 500, message: 'Server Error' }, /githubstatus\.com/, 2],
    ['cut', /could not be reached/, 2],
  ] as const)('%j is a sentence, after at most three requests', async (meets, reason, requests) => {
    world.github.addFault({ method: 'POST', path: /comments/, meets, times: 99 });
    const delivery = await world.connect().upsertComment(world.number, 'PUBLIC', 'x');
    expect(delivery).toEqual({ kind: 'refused', reason: expect.stringMatching(reason) });
    expect(writes()).toHaveLength(requests);
    expect(Math.max(0, ...world.pauses)).toBeLessThanOrEqual(60_000);
  });

  test('a rate limit is waited for as long as GitHub asks, and then it works', async () => {
    world.github.addFault({ path: /comments/, meets: { status: 429, headers: { 'retry-after': '7' } } });
    expect(await world.connect().upsertComment(world.number, 'PUBLIC', 'x')).toMatchObject({ kind: 'done' });
    expect(world.pauses).toEqual([7000]);
  });

  test('a locked conversation is called that', async () => {
    world.github.lock(world.number);
    const delivery = await world.connect().upsertComment(world.number, 'PUBLIC', 'x');
    expect(delivery).toMatchObject({ reason: expect.stringContaining('The conversation is locked') });
  });

  test('a pull request that does not exist', async () => {
    expect(await world.connect().upsertComment(99, 'PUBLIC', 'x')).toMatchObject({ kind: 'refused' });
  });

  test('nothing listens at the address', async () => {
    const github = world.connect();
    await world.github.stop();
    expect(await github.upsertComment(world.number, 'PUBLIC', 'x')).toEqual({
      kind: 'refused',
      reason: expect.stringMatching(/could not be reached \(.*ECONNREFUSED/),
    });
  });

  test('nothing comes back from it', async () => {
    world.github.addFault({ path: /./, meets: 'silence', times: 99 });
    const delivery = await world.connect(undefined, { answerLimit: 50 }).upsertComment(world.number, 'PUBLIC', 'x');
    expect(delivery).toEqual({ kind: 'refused', reason: expect.stringMatching(/could not be reached \(.*timeout/) });
  });

  test('no token', async () => {
    const delivery = await world.connect(undefined, { token: '' }).upsertComment(world.number, 'PUBLIC', 'x');
    expect(delivery).toEqual({ kind: 'refused', reason: expect.stringContaining('No github-token') });
    expect(world.asked).toEqual([]);
  });
});

test('an Enterprise Server has its API below /api/v3 and GraphQL beside it', async () => {
  await world.stop();
  world = await World.on(ground, { basePath: '/api/v3', serverUrl: 'https://ghe.example.com' });
  const github = world.connect();
  await github.upsertComment(world.number, 'PUBLIC', 'one');
  await github.upsertComment(world.number, 'PUBLIC', 'two');
  expect(bodies()).toHaveLength(1);
  expect(world.asked[0]).toBe('POST /graphql 200');
});
