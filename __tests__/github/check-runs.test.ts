import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { CheckRun } from '../../src/github/github.js';
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

function check(given: Partial<CheckRun> = {}): CheckRun {
  return {
    name: 'blue/green: ANALYTICS.PUBLIC',
    commit: world.shas.merged,
    externalId: 'D42 1-1',
    detailsUrl: 'https://github.com/octo-org/warehouse/actions/runs/1',
    conclusion: 'failure',
    title: 'blocked',
    summary: '## blocked',
    annotations: [{ path: 'models/sessions.sql', level: 'failure', title: 'sessions', message: '300 ids missing' }],
    ...given,
  };
}

test('puts a finished check with its annotations on the commit', async () => {
  expect(await world.connect().createCheckRun(check())).toEqual({
    kind: 'done',
    url: expect.stringMatching(/\/runs\/\d+$/),
  });
  expect(world.github.checkRuns(world.shas.merged).map(({ body }) => body)).toEqual([
    {
      name: 'blue/green: ANALYTICS.PUBLIC',
      head_sha: world.shas.merged,
      external_id: 'D42 1-1',
      details_url: 'https://github.com/octo-org/warehouse/actions/runs/1',
      status: 'completed',
      conclusion: 'failure',
      output: {
        title: 'blocked',
        summary: '## blocked',
        annotations: [
          {
            path: 'models/sessions.sql',
            start_line: 1,
            end_line: 1,
            annotation_level: 'failure',
            title: 'sessions',
            message: '300 ids missing',
          },
        ],
      },
    },
  ]);
});

test('cuts what GitHub would refuse: the 51st annotation and long texts, never inside a character', async () => {
  const long = '🙂'.repeat(40_000);
  const [annotation] = check().annotations;
  const annotations = Array.from({ length: 60 }, (_, index) => ({
    path: 'models/a.sql',
    level: 'warning' as const,
    title: `${index}${long}`,
    message: long,
    ...(index === 0 ? annotation : {}),
  }));
  const delivery = await world.connect().createCheckRun(check({ title: long, summary: long, annotations }));
  expect(delivery.kind).toBe('done');
  const output = world.github.checkRuns(world.shas.merged)[0]?.body['output'] as {
    readonly title: string;
    readonly summary: string;
    readonly annotations: readonly { readonly message: string; readonly title: string }[];
  };
  expect(output.annotations).toHaveLength(50);
  expect(output.annotations[0]?.title).toBe('sessions');
  for (const text of [
    output.title,
    output.summary,
    output.annotations[49]?.title ?? '',
    output.annotations[49]?.message ?? '',
  ]) {
    expect(text).toMatch(/^\d*(?:🙂)+…$/u);
  }
});

test('names the permission that is missing, and what else GitHub refuses', async () => {
  const permissions = ['contents: write', 'pull-requests: write'];
  world.github.addAccount('ghs_less', 'github-actions[bot]', permissions);
  world.github.addAccount('ghp_person', 'octocat', ['checks: write']);
  const reasonOf = async (token: string, given: Partial<CheckRun> = {}): Promise<string> => {
    const delivery = await world.connect(undefined, { token }).createCheckRun(check(given));
    return delivery.kind === 'refused' ? delivery.reason : 'not refused';
  };
  expect(await reasonOf('ghs_less')).toMatch(/"checks: write" under "permissions:"/);
  expect(await reasonOf('ghp_person')).toMatch(/GitHub App/);
  expect(await reasonOf(world.github.token, { commit: 'f'.repeat(40) })).toMatch(/422.*No commit found/s);
  expect(await reasonOf('')).toMatch(/No github-token/);
});

test('a creation whose answer was lost is looked up before it is tried again', async () => {
  world.github.addFault({ method: 'POST', path: /check-runs$/, meets: 'cut', afterwards: true });
  expect((await world.connect().createCheckRun(check())).kind).toBe('done');
  expect(world.github.checkRuns(world.shas.merged)).toHaveLength(1);

  world.github.addFault({ method: 'POST', path: /check-runs$/, meets: { status: 502 } });
  expect((await world.connect().createCheckRun(check({ externalId: 'D42 1-2' }))).kind).toBe('done');
  expect(world.github.checkRuns(world.shas.merged)).toHaveLength(2);
});
