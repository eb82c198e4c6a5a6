/** The pitfalls of the exchange itself, of the way back, and of what fails after it; all go on from one verified version. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Checkpoint, openOnDisk } from '../support/checkpoint.js';
import type { Shop } from '../support/shop.js';
import { ADD_SECTION } from '../support/shop-project.js';
import { type Content, contentOf, sent } from './support/content.js';
import { Reader } from './support/reader.js';

const ROWS = 30;
/** Complaints come in after the swap, or the table that holds them is gone: both show in production only. */
const TEST_OF_COMPLAINTS =
  "select view_id from {{ ref('page_views') }} where view_id in (select view_id from {{ target.database }}.RAW.COMPLAINTS)\n";

const RELEASE_CLONED = '^create schema .*_RELEASE_.* clone';
const RESTORE_CLONED = '^create schema .*_RESTORE_.* clone';
/** The second statement of the block; its first is done by then. */
const RENAME_TO_SNAPSHOT = '^\\s*alter schema .* rename to .*_SNAPSHOT_';
const RENAME_TO_FAILED = '^\\s*alter schema .* rename to .*_FAILED_';
const SWAP_BACK = '^\\s*alter schema .* swap with .*_RESTORE_';
const MARKER = '^comment on schema';

let shop: Shop;
let first: string;
let second: string;
let former: Content;
/** The new version is built, verified, and waits. */
let waiting: Checkpoint | undefined;

beforeAll(async () => {
  shop = await openOnDisk(ROWS);
  first = await shop.project.tip('prod');
  await makeComplaints();
  const change = { ...ADD_SECTION, 'tests/nobody_complains.sql': TEST_OF_COMPLAINTS };
  second = (await shop.merge('Add section to page views', change)).commit;
  await shop.succeeds('build');
  former = await contentOf(shop, 'PUBLIC');
  waiting = await Checkpoint.take(shop);
});

beforeEach(async () => {
  if (waiting === undefined) throw new Error('No version waits.');
  shop = await waiting.open();
});

afterEach(() => shop.close());

afterAll(async () => {
  await shop.close();
  waiting?.dispose();
});

const complaints = (): string => `${shop.warehouse.database}.RAW.COMPLAINTS`;

async function makeComplaints(): Promise<void> {
  await shop.admin.run(
    `create table ${complaints()} (view_id number(38, 0))`,
    `grant select on table ${complaints()} to role ${shop.warehouse.deployRole}`,
  );
}

/** Lets a statement of a run be refused, once and whenever it is tried again. */
async function refusedAt(mode: string, matching: string): Promise<void> {
  await shop.server.addFault({ action: 'fail', matching, times: 1000 });
  await shop.fails(mode);
  await shop.server.clearFaults();
}

async function state(): Promise<string> {
  return (await shop.succeeds('status')).outputs['state'] ?? '';
}

/** What stands beside production, but for versions that were given up, unfinished rollbacks, and the history. */
async function beside(): Promise<readonly string[]> {
  const names = await shop.schemas();
  return names.filter((name) => /UPCOMING|BASELINE|RELEASE|SNAPSHOT/.test(name));
}

/** Production as readers see it: whole, and of which version. */
async function production(): Promise<'former' | 'new'> {
  const content = await contentOf(shop, 'PUBLIC');
  const { PAGE_VIEWS: own, ...others } = content;
  const { PAGE_VIEWS: formerOwn, ...formerOthers } = former;
  expect(others).toEqual(formerOthers);
  if (own === formerOwn) return 'former';
  expect(own).toMatch(new RegExp(`SECTION_ID: ${String(ROWS)} rows`));
  return 'new';
}

describe('pitfall 2: no gap at the exchange', () => {
  test('a reader never gets "does not exist"; killed after each statement in turn, the next run finds the half state and ends whole', async () => {
    const reader = await Reader.start(shop, 'PAGE_VIEWS');

    await shop.dies('swap', { matching: RELEASE_CLONED });
    expect([await production(), await state()]).toEqual(['former', 'staged']);
    // Between the two statements of the block no client can die: it is one request. So the second is refused.
    await refusedAt('swap', RENAME_TO_SNAPSHOT);
    expect([await production(), await state()]).toEqual(['new', 'swapped, not renamed']);
    await shop.dies('swap', { matching: RENAME_TO_SNAPSHOT });
    expect([await production(), await state()]).toEqual(['new', 'swapped']);
    await shop.dies('swap', { matching: MARKER });
    expect([await production(), await state()]).toEqual(['new', 'swapped']);
    expect((await shop.succeeds('swap')).outputs).toMatchObject({ state: 'done', 'production-commit': second });
    expect(await production()).toBe('new');

    await shop.dies('rollback', { matching: RESTORE_CLONED });
    expect(await production()).toBe('new');
    await shop.dies('rollback', { matching: MARKER });
    expect([await production(), await state()]).toEqual(['new', 'rolling back']);
    await refusedAt('rollback', RENAME_TO_FAILED);
    expect([await production(), await state()]).toEqual(['former', 'rolled back, not renamed']);
    await shop.dies('rollback', { matching: RENAME_TO_FAILED });
    expect([await production(), await state()]).toEqual(['former', 'rolled back']);
    expect((await shop.succeeds('rollback')).outputs).toMatchObject({ 'production-commit': first });

    await reader.stop();
    expect(await contentOf(shop, 'PUBLIC')).toEqual(former);
    expect(reader.errors).toEqual([]);
    const [before, between, after, ...more] = reader.seen;
    expect(before).toBe(`VIEW_ID, PAGE_ID, VIEWED_AT: ${String(ROWS)} rows`);
    expect(between).toBe(`VIEW_ID, PAGE_ID, VIEWED_AT, SECTION_ID: ${String(ROWS)} rows`);
    expect([after, more]).toEqual([before, []]);
    expect(reader.reads).toBeGreaterThan(100);
  });
});

describe('pitfall 3: rollback never destroys its own source', () => {
  const DROP = /^\s*(drop|create or replace|truncate|delete)\b/i;
  /** What a rollback may drop: what is left of the deployment that it gives up, and never what it brings back. */
  const LEFTOVER = /^drop schema "\w+"\."PUBLIC_(UPCOMING|BASELINE_\w+|RELEASE_\w+)"$/i;

  async function theSnapshot(): Promise<string> {
    const [name = '', ...others] = (await shop.schemas()).filter((each) => each.startsWith('PUBLIC_SNAPSHOT_'));
    expect(others).toEqual([]);
    return name;
  }

  /** A former production from before this action's first deployment here, as an earlier history would have left it. */
  async function keepOlder(snapshot: string): Promise<string> {
    const older = 'PUBLIC_SNAPSHOT_2020_01_01_000000';
    const marker = ((await shop.warehouse.schemas()).get(snapshot) ?? '').replace(snapshot, older);
    const comment = marker
      .replace(/"deployment":"INITIAL_\w+"/, '"deployment":"INITIAL_0000000"')
      .replaceAll('\\', '\\\\');
    const session = await shop.server.connect(shop.warehouse.deployLogin);
    await session.run(`create schema ${older} clone ${snapshot} comment = '${comment}'`);
    await session.close();
    return older;
  }

  async function refuses(): Promise<void> {
    const before = await shop.warehouse.schemas();
    const position = await shop.server.logPosition();
    await shop.fails('rollback');
    expect(await sent(shop, position, DROP)).toEqual([]);
    expect(await shop.warehouse.schemas()).toEqual(before);
    expect(await contentOf(shop, 'PUBLIC')).toEqual(former);
  }

  async function restores(inputs: Readonly<Record<string, string>> = {}): Promise<void> {
    const position = await shop.server.logPosition();
    await shop.succeeds('rollback', inputs);
    expect(await contentOf(shop, 'PUBLIC')).toEqual(former);
    const drops = await sent(shop, position, DROP);
    expect(drops.filter((text) => !LEFTOVER.test(text))).toEqual([]);
    // The source is there still, and holds what it held.
    expect(await contentOf(shop, await theSnapshot())).toEqual(former);
  }

  test('before the swap and between its statements it refuses or restores, twice in a row too', async () => {
    await refuses();
    await shop.dies('swap', { matching: RELEASE_CLONED });
    await refuses();
    await refusedAt('swap', RENAME_TO_SNAPSHOT);
    expect(await production()).toBe('new');
    await restores();
    await restores();
    expect(await beside()).toHaveLength(1);
  });

  test('after the swap, after a first rollback, and after one that died between its statements', async () => {
    await shop.succeeds('swap');
    expect(await production()).toBe('new');
    await refusedAt('rollback', SWAP_BACK);
    expect(await production()).toBe('new');
    await refusedAt('rollback', RENAME_TO_FAILED);
    await restores();
    await restores();
    // The same by name is the same; going further back is done from what a rollback brought back, too.
    const snapshot = await theSnapshot();
    await restores({ to: snapshot });
    expect((await shop.schemas()).filter((name) => name.startsWith('PUBLIC_FAILED_'))).toHaveLength(1);
    const older = await keepOlder(snapshot);
    await shop.succeeds('rollback', { to: older, carry: 'none' });
    expect(await contentOf(shop, 'PUBLIC')).toEqual(former);
    expect((await shop.warehouse.schemas()).get('PUBLIC')).toContain('INITIAL_0000000');
    for (const source of [snapshot, older]) expect(await contentOf(shop, source)).toEqual(former);
    const position = await shop.server.logPosition();
    const { errors } = await shop.fails('rollback', { to: 'PUBLIC_SNAPSHOT_2019_01_01_000000' });
    expect(errors[0]).toContain(snapshot);
    expect(await sent(shop, position, DROP)).toEqual([]);
  });
});

describe('pitfall 13: failure after the swap', () => {
  test('tests that cannot start, a run that ends between swap and tests, tests that fail, a rollback that fails once: the former production, or a clear state to go on from', async () => {
    // Tests cannot start: live, red, and said so.
    await shop.admin.run(`drop table ${complaints()}`);
    const untested = await shop.fails('swap', { environment: 'analytics' });
    expect(untested.errors[0]).toMatch(/is live, but untested[\s\S]*nobody_complains/);
    expect(untested.outputs).toMatchObject({ state: 'swapped', busy: 'true', 'production-commit': second });
    expect(await production()).toBe('new');
    await makeComplaints();

    // Cancelled between swap and tests: the same state; what the run had started is cancelled by its post step.
    const cancelled = await shop.cancelled('swap', { matching: 'from .*COMPLAINTS' });
    expect(cancelled).toMatchObject({ exitCode: 1, orphans: 0 });
    expect(cancelled.errors[0]).toMatch(/cancelled/);
    expect([await production(), await state()]).toEqual(['new', 'swapped']);
    expect(await shop.project.tip('prod')).toBe(first);

    // The tests fail, and the rollback that follows by itself fails, too: both are said.
    await shop.admin.run(`insert into ${complaints()} values (5), (6), (7)`);
    await shop.server.addFault({ action: 'fail', matching: SWAP_BACK, times: 1, message: 'Out of luck' });
    const failed = await shop.fails('swap', { environment: 'analytics' });
    expect(failed.errors[0]).toMatch(/nobody_complains \(3 rows\)/);
    expect(failed.errors[0]).toMatch(/Out of luck/);
    expect([await production(), await state()]).toEqual(['new', 'rolling back']);

    // The next run brings the former production back, and the branch never moved.
    expect((await shop.succeeds('rollback', { environment: 'analytics' })).outputs).toMatchObject({
      state: 'rolled back',
      'production-commit': first,
    });
    expect(await contentOf(shop, 'PUBLIC')).toEqual(former);
    expect(await shop.project.tip('prod')).toBe(first);
    expect(await beside()).toEqual([expect.stringMatching(/^PUBLIC_SNAPSHOT_/)]);
    // The step for failures was run each time: the environment's page tells of them.
    const states = shop.github
      .deployments('analytics')
      .flatMap(({ statuses }) => statuses.map(({ body }) => body['state']));
    expect(states).toEqual(expect.arrayContaining(['failure', 'inactive']));
  });

  test('tests that fail bring the former production back by themselves', async () => {
    await shop.admin.run(`insert into ${complaints()} values (5), (6), (7)`);
    const { errors, outputs } = await shop.fails('swap');
    expect(errors[0]).toMatch(/was rolled back by itself[\s\S]*nobody_complains \(3 rows\)/);
    expect(outputs).toMatchObject({ state: 'rolled back', 'production-commit': first, busy: 'false' });
    expect(await contentOf(shop, 'PUBLIC')).toEqual(former);
  });
});
