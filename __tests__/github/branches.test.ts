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
  await ground.repositories.git(ground.repositories.remote, 'update-ref', 'refs/heads/prod', ground.shas.live);
  world = await World.on(ground);
});
afterEach(async () => {
  await world.stop();
});

const done = { kind: 'done', url: 'https://github.com/octo-org/warehouse/tree/prod' };
const patches = (): number => world.asked.filter((line) => line.startsWith('PATCH')).length;

describe('fastForward', () => {
  test('moves the branch, without force, and twice is as good as once', async () => {
    const github = world.connect();
    expect(await github.fastForward('prod', world.shas.merged)).toEqual(done);
    expect(await github.fastForward('prod', world.shas.merged)).toEqual(done);
    expect(await world.tip('prod')).toBe(world.shas.merged);
    expect(world.github.requests.find(({ method }) => method === 'PATCH')?.body).toEqual({
      sha: world.shas.merged,
      force: false,
    });
    expect(patches()).toBe(1);
  });

  test('leaves a branch that holds commits of its own', async () => {
    await world.repositories.git(world.repositories.author, 'checkout', '--quiet', 'prod');
    const hotfix = await world.repositories.commit('hotfix', { 'hotfix.sql': 'x' });
    const delivery = await world.connect().fastForward('prod', world.shas.merged);
    expect(delivery).toEqual({
      kind: 'refused',
      reason: expect.stringMatching(`holds commits that this one lacks. It still points at ${hotfix}. Merge prod into`),
    });
    expect(await world.tip('prod')).toBe(hotfix);
  });

  test('works for names with slashes and umlauts', async () => {
    await world.repositories.git(world.repositories.remote, 'branch', 'release/ümlaut#1', world.shas.first);
    expect(await world.connect().fastForward('release/ümlaut#1', world.shas.live)).toEqual({
      kind: 'done',
      url: 'https://github.com/octo-org/warehouse/tree/release/%C3%BCmlaut%231',
    });
    expect(await world.tip('release/ümlaut#1')).toBe(world.shas.live);
  });

  test.each(['../../../user', '-f', 'a b', ''])('asks nothing for %j, which is no branch', async (branch) => {
    expect(await world.connect().fastForward(branch, world.shas.merged)).toMatchObject({ kind: 'refused' });
    expect(world.asked).toEqual([]);
  });

  test('names the permission to add', async () => {
    await world.stop();
    world = await World.on(ground, { permissions: ['contents: read'] });
    expect(await world.connect().fastForward('prod', world.shas.merged)).toMatchObject({
      reason: expect.stringMatching(/Add "contents: write" under "permissions:".*It still points at/),
    });
  });

  test('a branch that does not exist, a commit that GitHub lacks', async () => {
    const github = world.connect();
    expect(await github.fastForward('nowhere', world.shas.merged)).toMatchObject({ kind: 'refused' });
    expect(await github.fastForward('prod', '1'.repeat(40))).toMatchObject({
      reason: expect.stringContaining('Object does not exist'),
    });
  });

  test('a ruleset is mentioned where GitHub forbids the move', async () => {
    const message = 'Repository rule violations found\n\nCannot update this protected ref.\n\n';
    world.github.addFault({ method: 'PATCH', path: /refs/, meets: { status: 422, message } });
    expect(await world.connect().fastForward('prod', world.shas.merged)).toMatchObject({
      reason: expect.stringMatching(/rule violations.*A ruleset may forbid it/s),
    });
  });

  test('a lost reply is read back', async () => {
    world.github.addFault({ method: 'PATCH', path: /refs/, meets: { status: 504 }, afterwards: true, times: 3 });
    expect(await world.connect().fastForward('prod', world.shas.merged)).toEqual(done);
  });

  test.each([{ status: 503 }, 'cut'] as const)('%j for good is a refusal', async (meets) => {
    world.github.addFault({ path: /git/, meets, times: 99 });
    expect(await world.connect().fastForward('prod', world.shas.merged)).toMatchObject({ kind: 'refused' });
    expect(await world.tip('prod')).toBe(world.shas.live);
  });
});

describe('moveBack', () => {
  test('puts the branch back where it was', async () => {
    const github = world.connect();
    await github.fastForward('prod', world.shas.merged);
    expect(await github.moveBack('prod', world.shas.merged, world.shas.live)).toEqual(done);
    expect(await world.tip('prod')).toBe(world.shas.live);
  });

  test('does nothing when it is there already', async () => {
    expect(await world.connect().moveBack('prod', world.shas.merged, world.shas.live)).toEqual(done);
    expect(patches()).toBe(0);
  });

  test('leaves a branch that somebody moved on', async () => {
    const github = world.connect();
    const delivery = await github.moveBack('prod', world.shas.merged, world.shas.first);
    expect(delivery).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining(`was left at ${world.shas.live}: somebody moved it on`),
    });
    expect(patches()).toBe(0);
    expect(await world.tip('prod')).toBe(world.shas.live);
  });

  test('forces nothing when the look failed', async () => {
    world.github.addFault({ method: 'GET', path: /git/, meets: { status: 500 }, times: 99 });
    expect(await world.connect().moveBack('prod', world.shas.live, world.shas.first)).toMatchObject({
      kind: 'refused',
    });
    expect(patches()).toBe(0);
  });
});
