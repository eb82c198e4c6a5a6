import { describe, expect, test } from '@jest/globals';
import { takeUp } from '../../src/building/take-up.js';
import type { TakenUp } from '../../src/building/take-up.js';
import type { DeploymentRecord } from '../../src/deployment/record.js';
import type { Marker } from '../../src/deployment/marker.js';
import type { Marked } from '../../src/deployment/state.js';
import type { History, HistoryChanges } from '../../src/history/history.js';
import type { BuildInputs } from '../../src/inputs.js';
import { UnknownOutcomeError } from '../../src/snowflake/warehouse.js';
import type { Statement } from '../../src/snowflake/warehouse.js';
import type { Tools } from '../../src/tools.js';
import { plan, plannedNode, record } from '../deployment/support/plans.js';
import { D1, D2, PAIR, copyOf, observed, ours } from '../deployment/support/schemas.js';
import { RecordingLog } from '../support/recording-log.js';
import { SettableClock } from '../support/settable-clock.js';
import { StandingSchemas } from '../support/standing-schemas.js';

const HEAD = 'b'.repeat(40);
const PLAN = { ...plan([plannedNode('EVENTS'), plannedNode('SESSIONS')]), head: HEAD };
const DEAD: Partial<Marker> = { deployment: D2, parent: D1, commit: HEAD, phase: 'building' };
const RUN = { repository: 'octo/shop', run: '78', attempt: 1, actor: 'octocat', url: 'https://github.test/runs/78' };

const BEGUN = record({
  deployment: D2,
  commit: HEAD,
  parent: D1,
  phase: 'building',
  plan: PLAN,
  rebuilt: { by: 'these variables', nodes: ['model.shop.events'] },
});

class World {
  readonly warehouse: StandingSchemas;
  readonly log = new RecordingLog();
  readonly clock = new SettableClock('2026-11-22T17:00:00.000Z');
  readonly written: HistoryChanges[] = [];
  stillRunning: number | Error = 0;
  readonly cancelled: string[] = [];

  constructor(upcoming = ours('PUBLIC_UPCOMING', DEAD)) {
    this.warehouse = new StandingSchemas([ours('PUBLIC'), upcoming]);
  }

  async upcoming(): Promise<Marked> {
    const { upcoming } = await observed([...this.warehouse.schemas.values()]);
    if (upcoming?.comment.marker === undefined) throw new Error('no upcoming');
    return { seen: upcoming, marker: upcoming.comment.marker };
  }

  async takeUp(
    found: DeploymentRecord | undefined = BEGUN,
    resume: BuildInputs['resume'] = 'dead',
    made: { readonly plan: typeof PLAN; readonly parent: string } = { plan: PLAN, parent: D1 },
    run = RUN,
    by = 'these variables',
  ): Promise<TakenUp | undefined> {
    const cancelTagged = (queryTag: string): Promise<number> => {
      this.cancelled.push(queryTag);
      const { stillRunning } = this;
      return stillRunning instanceof Error ? Promise.reject(stillRunning) : Promise.resolve(stillRunning);
    };
    const tools = {
      log: this.log,
      clock: this.clock,
      run,
      warehouse: { execute: (statement: Statement) => this.warehouse.execute(statement), cancelTagged },
    } as unknown as Tools;
    const history = {
      read: () => Promise.resolve(found),
      update: (_: string, changes: HistoryChanges) => Promise.resolve(void this.written.push(changes)),
    } as unknown as History;
    const decision = { kind: 'put aside', upcoming: await this.upcoming(), reason: 'x', isUnfinished: true } as const;
    return takeUp(tools, PAIR, history, decision, resume, made, by);
  }
}

test("a dead build of the same commit becomes this run's, with what it has rebuilt", async () => {
  const world = new World();
  const taken = await world.takeUp();
  expect(taken?.record.rebuilt?.nodes).toEqual(['model.shop.events']);
  expect(world.warehouse.standing).toEqual(['PUBLIC', 'PUBLIC_UPCOMING']);
  expect(world.warehouse.markerOf('PUBLIC_UPCOMING')).toEqual(taken?.marker);
  expect(taken?.marker).toMatchObject({ deployment: D2, phase: 'building', run: '78', attempt: 1, verdict: null });
  expect(world.cancelled).toEqual(['blue-green octo/shop 77.1']);
  expect(world.written).toEqual([{ PHASE: 'building', FINISHED_AT: null, RUN: RUN.url }]);
  expect(world.log.lines.join('\n')).toContain('1 of 2 nodes are rebuilt already');
});

describe('is begun anew', () => {
  const otherPlan = { ...PLAN, rebuilt: [plannedNode('EVENTS')] };
  test.each<[string, DeploymentRecord | undefined, BuildInputs['resume'], { plan: typeof PLAN; parent: string }]>([
    ['before its full refresh had begun', { ...BEGUN, rebuilt: undefined }, 'dead', { plan: PLAN, parent: D1 }],
    ['with another plan', BEGUN, 'dead', { plan: otherPlan, parent: D1 }],
    ['beside another live version', BEGUN, 'dead', { plan: PLAN, parent: D2 }],
    ['of another commit', BEGUN, 'dead', { plan: { ...PLAN, head: 'c'.repeat(40) }, parent: D1 }],
    ['compared with another base', BEGUN, 'dead', { plan: { ...PLAN, base: 'c'.repeat(40) }, parent: D1 }],
    ['that dbt failed in', { ...BEGUN, phase: 'blocked' }, 'dead', { plan: PLAN, parent: D1 }],
    ['when it never is', BEGUN, 'never', { plan: PLAN, parent: D1 }],
  ])('a build %s', async (_, found, resume, made) => {
    const world = new World();
    expect(await world.takeUp(found, resume, made)).toBeUndefined();
    expect(world.warehouse.markerOf('PUBLIC_UPCOMING')?.run).toBe('77');
  });

  test('a build that was judged', async () => {
    const verdict = {
      status: 'failed',
      models: [],
      tests: [],
      blockers: [],
      baseline: { kind: 'clone', at: '' },
    } as const;
    expect(await new World().takeUp({ ...BEGUN, phase: 'blocked', verdict }, 'failed')).toBeUndefined();
  });

  test('a build without a record', async () => {
    const world = new World();
    expect(await world.takeUp({ ...BEGUN, rebuilt: undefined })).toBeUndefined();
  });

  test('a build by other variables or another dbt', async () => {
    const world = new World();
    expect(await world.takeUp(BEGUN, 'dead', undefined, RUN, 'other variables')).toBeUndefined();
    expect(world.warehouse.markerOf('PUBLIC_UPCOMING')?.run).toBe('77');
  });

  test('a build whose statements still run', async () => {
    const world = new World();
    world.stillRunning = 1;
    expect(await world.takeUp()).toBeUndefined();
    expect(world.warehouse.markerOf('PUBLIC_UPCOMING')?.run).toBe('77');
  });

  test('a build of which nobody can say whether its statements still run', async () => {
    const world = new World();
    world.stillRunning = new Error('Insufficient privileges');
    expect(await world.takeUp()).toBeUndefined();
    expect(world.log.lines.join()).toContain('could not be seen: Insufficient privileges');
  });

  test('a copy that a person made', async () => {
    expect(await new World(copyOf('PUBLIC_ELSEWHERE', 'PUBLIC_UPCOMING', DEAD)).takeUp()).toBeUndefined();
  });
});

test('a build that stopped in time is taken up, and its marker no longer says so', async () => {
  const world = new World(ours('PUBLIC_UPCOMING', { ...DEAD, stopped: '2026-11-22T16:59:00.000Z' }));
  const taken = await world.takeUp({ ...BEGUN, phase: 'stopped' });
  expect(taken?.record.rebuilt?.nodes).toEqual(['model.shop.events']);
  expect(world.warehouse.markerOf('PUBLIC_UPCOMING')).not.toHaveProperty('stopped');
});

test.each(['blocked', 'build failed'])('with resume: failed, phase %s is taken up as well', async (phase) => {
  const world = new World(ours('PUBLIC_UPCOMING', { ...DEAD, phase: 'blocked', verdict: 'failed' }));
  expect((await world.takeUp({ ...BEGUN, phase }, 'failed'))?.marker).toMatchObject({
    phase: 'building',
    verdict: null,
  });
});

test('of two runs in the same second only one gets it', async () => {
  const world = new World();
  const results = await Promise.allSettled([
    world.takeUp(),
    world.takeUp(BEGUN, 'dead', undefined, { ...RUN, run: '79' }),
  ]);
  const won = results.flatMap((each) => (each.status === 'fulfilled' ? [each.value?.marker.run] : []));
  const lost = results.flatMap((each) => (each.status === 'rejected' ? [String(each.reason)] : []));
  expect(won).toHaveLength(1);
  expect(lost).toEqual([expect.stringMatching(/Another run took over deployment .* a moment ago/)]);
  expect(world.warehouse.markerOf('PUBLIC_UPCOMING')?.run).toBe(won[0]);
});

test('what a build that began meanwhile keeps from its name is a failed version, which cleanup may drop', async () => {
  const world = new World();
  const other = ours('PUBLIC_UPCOMING', { ...DEAD, run: '80' });
  world.warehouse.after = (statement) => {
    if (statement.name === 'commentOnSchema') world.warehouse.schemas.set('PUBLIC_UPCOMING', other);
    return undefined;
  };
  await expect(world.takeUp()).rejects.toThrow(/Another build began .* put aside as ANALYTICS.PUBLIC_FAILED_/);
  const parked = world.warehouse.standing.find((name) => name.startsWith('PUBLIC_FAILED')) ?? '';
  expect(world.warehouse.markerOf(parked)).toMatchObject({
    schema: `"ANALYTICS"."${parked}"`,
    rejected: { reason: 'another build began while it was taken up', by: '78' },
  });
  expect(world.warehouse.markerOf('PUBLIC_UPCOMING')?.run).toBe('80');
});

test('a lost reply to the renames is read back', async () => {
  const world = new World();
  world.warehouse.after = (statement) =>
    statement.name === 'renameSchema' ? new UnknownOutcomeError(statement, new Error('reset')) : undefined;
  expect((await world.takeUp())?.marker.run).toBe('78');
  expect(world.warehouse.standing).toEqual(['PUBLIC', 'PUBLIC_UPCOMING']);
});
