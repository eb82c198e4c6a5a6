import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { World, layGround } from './world.js';
import type { Ground } from './world.js';

/** The stand-in is believed by many tests: what it refuses is tried here with plain requests. */
let ground: Ground;
let world: World;
beforeAll(async () => {
  ground = await layGround();
});
afterAll(async () => {
  await ground.repositories.dispose();
});
beforeEach(async () => {
  world = await World.on(ground, { permissions: ['contents: write', 'pull-requests: read'] });
});
afterEach(async () => {
  await world.stop();
});

async function ask(method: string, path: string, body?: unknown, token = world.github.token): Promise<unknown[]> {
  const response = await fetch(world.github.apiUrl + path, {
    method,
    headers: token === '' ? {} : { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return [response.status, await response.json(), response.headers];
}

const refs = '/repos/octo-org/warehouse/git/refs/heads/prod';
const comments = '/repos/octo-org/warehouse/issues/1/comments';

test.each([
  ['no token', 401, 'Requires authentication', () => ask('GET', '/user', undefined, '')],
  ['a token that nobody has', 401, 'Bad credentials', () => ask('GET', '/user', undefined, 'x')],
  ['an app that asks REST who it is', 403, 'Resource not accessible by integration', () => ask('GET', '/user')],
  [
    'a permission that is missing',
    403,
    'Resource not accessible by integration',
    () => ask('POST', comments, { body: 'x' }),
  ],
  ['a short sha', 422, 'At least 40 characters', () => ask('PATCH', refs, { sha: 'abc' })],
  ['a step back', 422, 'Update is not a fast forward', () => ask('PATCH', refs, { sha: world.shas.first })],
  [
    'a ref that is not there',
    422,
    'Reference does not exist',
    () => ask('PATCH', `${refs}x`, { sha: world.shas.first }),
  ],
])('refuses %s', async (_name, status, message, request) => {
  expect(await request()).toEqual([
    status,
    expect.objectContaining({ message: expect.stringContaining(message) }),
    expect.anything(),
  ]);
  expect(await world.tip('prod')).toBe(world.shas.live);
});

test.each([
  ['no JSON', 400, 'Problems parsing JSON', () => ask('PATCH', refs, '{'), 'must be object'],
  ['no sha', 422, '"sha" wasn\'t supplied', () => ask('PATCH', refs, {}), "required property 'sha'"],
  [
    'force that is no boolean',
    422,
    'not a boolean',
    () => ask('PATCH', refs, { sha: world.shas.first, force: 'no' }),
    '/force must be boolean',
  ],
] as const)('refuses %s, and remembers that it is not as GitHub describes it', async (...given) => {
  const [, status, message, request, breach] = given;
  expect(await request()).toEqual([
    status,
    expect.objectContaining({ message: expect.stringContaining(message) }),
    expect.anything(),
  ]);
  expect(world.github.takeBreaches()).toEqual([expect.stringContaining(breach)]);
});

test('a request that is not as GitHub describes it fails the test that made it', async () => {
  await ask('POST', comments, { body: 'x', bodi: 'y' });
  await expect(world.github.stop()).rejects.toThrow(/issues\/create-comment, body:.*"bodi"/);
});

test.each(['/repos/octo-org/other/pulls/1', '/repos/octo-org/warehouse/labels', '/'])(
  'answers 404 to %s, which it does not know, and remembers that',
  async (path) => {
    expect((await ask('GET', path))[0]).toBe(404);
    expect(world.github.takeBreaches()).toEqual([`request GET ${path}: the fake has no such endpoint`]);
  },
);

test('gives pages with links, 30 to a page unless told', async () => {
  for (let index = 0; index < 31; index += 1) {
    world.github.addComment(1, 'octocat', 'remark');
  }
  const [, first, headers] = await ask('GET', comments);
  expect(first).toHaveLength(30);
  const next = /<([^>]+)>; rel="next"/.exec(String((headers as Headers).get('link')))?.[1];
  const [, second, end] = await ask('GET', String(next).replace(world.github.apiUrl, ''));
  expect(second).toHaveLength(1);
  expect((end as Headers).get('link')).toBeNull();
});

test('shows pull requests and comments in the shape of GitHub’s own examples', async () => {
  world.github.addComment(1, 'octocat', 'remark');
  expect((await ask('GET', '/repos/octo-org/warehouse/pulls/1'))[1]).toMatchObject({
    number: 1,
    state: 'closed',
    merged: true,
    merge_commit_sha: world.shas.merged,
    base: { ref: 'pre-prod', repo: { full_name: 'octo-org/warehouse', private: true } },
    html_url: 'https://github.com/octo-org/warehouse/pull/1',
  });
  expect((await ask('GET', comments))[1]).toMatchObject([
    { body: 'remark', user: { login: 'octocat', type: 'User' }, issue_url: expect.stringMatching(/issues\/1$/) },
  ]);
});
