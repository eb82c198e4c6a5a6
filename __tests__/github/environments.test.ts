import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { EnvironmentState } from '../../src/github/github.js';
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

function told(state: EnvironmentState['state'], given: Partial<EnvironmentState> = {}): EnvironmentState {
  return {
    environment: 'analytics',
    deployment: 'D2',
    commit: world.shas.merged,
    state,
    description: `It is ${state}`,
    runUrl: 'https://github.com/octo-org/warehouse/actions/runs/1',
    mayCreate: true,
    ...given,
  };
}

const states = (): readonly (readonly [string, ...unknown[]])[] =>
  world.github
    .deployments('analytics')
    .map(({ sha, statuses }) => [sha, ...statuses.map(({ body }) => body['state'])] as const);

test('one deployment goes its way, asked for by several runs', async () => {
  expect(await world.connect().showOnEnvironment(told('in_progress'))).toEqual({ kind: 'done' });
  expect(await world.connect().showOnEnvironment(told('success'))).toEqual({ kind: 'done' });
  expect(states()).toEqual([[world.shas.merged, 'in_progress', 'success']]);
  const [made] = world.github.deployments('analytics');
  expect(made?.body).toEqual({
    ref: world.shas.merged,
    task: 'deploy',
    auto_merge: false,
    required_contexts: [],
    environment: 'analytics',
    production_environment: true,
    description: 'It is in_progress',
    payload: { deployment: 'D2' },
  });
  expect(made?.statuses.at(-1)?.body).toMatchObject({ environment: 'analytics', description: 'It is success' });
});

test('what was live before becomes inactive, and what failed stays so', async () => {
  const github = world.connect();
  const { first, live } = world.shas;
  await github.showOnEnvironment(told('success', { deployment: 'D0', commit: first }));
  await github.showOnEnvironment(told('failure', { deployment: 'D1', commit: live }));
  await github.showOnEnvironment(told('success'));
  expect(states()).toEqual([
    [first, 'success', 'inactive'],
    [live, 'failure'],
    [world.shas.merged, 'success'],
  ]);
});

test('a rollback shows both, and adds nothing that the environment does not know', async () => {
  const github = world.connect();
  await github.showOnEnvironment(told('success'));
  await github.showOnEnvironment(told('inactive', { mayCreate: false }));
  const unknown = told('success', { deployment: 'D1', commit: world.shas.live, mayCreate: false });
  expect(await github.showOnEnvironment(unknown)).toEqual({ kind: 'done' });
  expect(states()).toEqual([[world.shas.merged, 'success', 'inactive']]);
});

test('deployments that others made are left alone, whatever their payload holds', async () => {
  const url = `${world.github.apiUrl}/repos/octo-org/warehouse/deployments`;
  for (const payload of ['', 'D2', { deployment: 7 }, {}]) {
    const asked = { ref: world.shas.live, auto_merge: false, required_contexts: [], environment: 'analytics', payload };
    const headers = { authorization: `Bearer ${world.github.token}` };
    const { status } = await fetch(url, { method: 'POST', headers, body: JSON.stringify(asked) });
    expect(status).toBe(201);
  }
  await world.connect().showOnEnvironment(told('in_progress'));
  expect(states()).toEqual([...Array.from({ length: 4 }, () => [world.shas.live]), [world.shas.merged, 'in_progress']]);
});

test('a creation whose answer was lost is looked up; long words are cut', async () => {
  world.github.addFault({ method: 'POST', path: /\/deployments$/, meets: 'cut', afterwards: true });
  const delivery = await world.connect().showOnEnvironment(told('in_progress', { description: '🙂'.repeat(200) }));
  expect(delivery).toEqual({ kind: 'done' });
  expect(states()).toEqual([[world.shas.merged, 'in_progress']]);
  expect(world.github.deployments('analytics')[0]?.statuses[0]?.body['description']).toMatch(/^(🙂)+…$/u);
});

test('names the permission that is missing', async () => {
  world.github.addAccount('ghs_less', 'github-actions[bot]', ['contents: write']);
  const delivery = await world.connect(undefined, { token: 'ghs_less' }).showOnEnvironment(told('in_progress'));
  expect(delivery).toEqual({
    kind: 'refused',
    reason: expect.stringMatching(/on the environment "analytics".*Add "deployments: write" under "permissions:"/),
  });
});
