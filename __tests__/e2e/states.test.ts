/**
 * Every state that the warehouse can be found in: reached by runs that were killed, told by status, and ended whole by the mode
 * that status names. The states stand in design order in docs/how-it-works.md.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Checkpoint, openOnDisk } from './support/checkpoint.js';
import type { StepResult } from './support/runner.js';
import { scheduleQuestion } from './support/schedule-question.js';
import type { RunOptions, Shop } from './support/shop.js';
import { ADD_SECTION, TAKE_SECTION_OUT } from './support/shop-project.js';

const ROWS = 30;
const OLD = `old: ${ROWS} views, ${ROWS} orders`;
const NEW = `new: ${ROWS} views, ${ROWS} orders`;
const SNAPSHOT = /^PUBLIC_SNAPSHOT_/;
const FAILED = /^PUBLIC_FAILED_/;

/** A statement after which a run is killed. */
const RELEASE_RECORDED = '^update .*"TOKENS_OF_RELEASE"';
const BLOCK = '^execute immediate .*swap with';
/** Inside the block; every further attempt meets the same. */
const RENAME_TO_SNAPSHOT = '^\\s*ALTER SCHEMA .* RENAME TO .*SNAPSHOT';
const SWAP_IN_BLOCK = '^\\s*ALTER SCHEMA .* SWAP WITH';
const ATTEMPTS = 1000;
const LIVE_REJECTED = '^comment on schema "\\w+"."PUBLIC" is .*"rejected":\\{';

let shop: Shop;
let first: string;
let second: string;
/** The new version is built, verified, and waits. */
let waiting: Checkpoint | undefined;
/** The release is staged, and its run is dead. */
let staged: Checkpoint | undefined;
/** The new version is live and finished; the former one is retired to the name of the upcoming schema. */
let retired: Checkpoint | undefined;

/** Which version readers see, and that it is whole. */
async function production(): Promise<string> {
  const isNew = (await shop.columns('PUBLIC', 'PAGE_VIEWS')).includes('section_id');
  const views = await shop.value(`select count(${isNew ? 'section_id' : '*'}) from PUBLIC.PAGE_VIEWS`);
  const orders = await shop.value('select sum(orders) from PUBLIC.DAILY_ORDERS');
  return `${isNew ? 'new' : 'old'}: ${views} views, ${orders} orders`;
}

/** What status says; it only reads. */
async function status(options: RunOptions = {}): Promise<StepResult['outputs']> {
  const position = await shop.server.logPosition();
  const { outputs, summary } = await shop.succeeds('status', {}, options);
  expect(summary).toMatch(/^## Blue\/green: status/);
  const texts = (await shop.server.log(position)).map(({ text }) => text);
  expect(texts.filter((text) => !/^\s*(select|show|alter session)\b/i.test(text))).toEqual([]);
  // What schedules outside of GitHub ask says the same.
  const [told] = await shop.admin.query(scheduleQuestion(shop.warehouse.database));
  expect(String(told?.['BUSY'])).toBe(outputs['busy']);
  expect([null, outputs['production-commit']]).toContain(told?.['PRODUCTION_COMMIT']);
  return outputs;
}

async function schemasLike(pattern: RegExp): Promise<readonly string[]> {
  return (await shop.schemas()).filter((name) => pattern.test(name));
}

/** Runs a mode that must stop with a sentence and leave everything as it is. */
async function refused(mode: string, message: RegExp, inputs: Readonly<Record<string, string>> = {}): Promise<void> {
  const before = await shop.warehouse.schemas();
  expect((await shop.fails(mode, inputs)).errors[0]).toMatch(message);
  expect(await shop.warehouse.schemas()).toEqual(before);
}

/** Goes on from a checkpoint; the test before has left its own copy. */
async function from(checkpoint: Checkpoint | undefined): Promise<void> {
  if (checkpoint === undefined) throw new Error('The test that takes this checkpoint has not run.');
  shop = await checkpoint.open();
}

/** Runs statements on the schema of this shop as the deploying role, as the action itself would. */
async function asDeployer(...statements: readonly string[]): Promise<void> {
  const session = await shop.server.connect(shop.warehouse.deployLogin);
  await session.run(...statements);
  await session.close();
}

async function theOnly(pattern: RegExp): Promise<string> {
  const names = await schemasLike(pattern);
  expect(names).toHaveLength(1);
  return names[0] ?? '';
}

afterAll(async () => {
  await shop.close();
  for (const checkpoint of [waiting, staged, retired]) checkpoint?.dispose();
});

describe('from idle to waiting', () => {
  const attempt = (number: string): RunOptions => ({
    env: { GITHUB_RUN_ID: '777', GITHUB_RUN_ATTEMPT: number },
  });

  beforeAll(async () => {
    shop = await openOnDisk(ROWS);
    first = await shop.project.tip('prod');
    second = (await shop.merge('Add section to page views', ADD_SECTION)).commit;
  });

  test('idle', async () => {
    expect(await status()).toMatchObject({ state: 'idle', busy: 'false', 'production-commit': first });
  });

  test('building: who else comes waits', async () => {
    await shop.dies('build', { matching: '^create schema .*"PUBLIC_UPCOMING" clone' }, {}, attempt('1'));
    expect(await status()).toMatchObject({ state: 'building', busy: 'false', 'production-commit': first });
    await refused('build', /is being built by run 777.*wait/);
    await refused('swap', /nothing to swap/);
  });

  test('dead build: the next attempt of the run takes it over', async () => {
    expect(await status(attempt('2'))).toMatchObject({
      state: 'dead build',
      next: expect.stringMatching(/takes over/),
    });
    const { outputs } = await shop.succeeds('build', {}, attempt('2'));
    expect(outputs).toMatchObject({ state: 'waiting', verdict: 'passed' });
    expect(await schemasLike(FAILED)).toHaveLength(1);
    expect(await production()).toBe(OLD);
  });

  test('waiting', async () => {
    expect(await status()).toMatchObject({
      state: 'waiting',
      busy: 'false',
      'production-commit': first,
      verdict: 'passed',
    });
    waiting = await Checkpoint.take(shop);
  });
});

describe('from waiting', () => {
  beforeEach(async () => {
    await from(waiting);
  });

  afterEach(async () => {
    await shop.close();
  });

  test('a commit that does not contain it waits; a descendant supersedes it', async () => {
    await refused('build', /does not descend from it/, { 'head-ref': 'prod' });
    const { commit } = await shop.merge('Take the section out again', TAKE_SECTION_OUT);
    await refused('build', /"on-waiting" is fail/, { 'on-waiting': 'fail' });
    const { outputs } = await shop.succeeds('build');
    expect(outputs).toMatchObject({ state: 'waiting', models: '[]' });
    expect(await schemasLike(FAILED)).toHaveLength(2);

    // Nothing differs from what is live: the commit comes live, and goes back, by the marker alone.
    expect((await shop.succeeds('swap')).outputs).toMatchObject({ state: 'done', 'production-commit': commit });
    expect(await shop.project.tip('prod')).toBe(commit);
    expect(await status()).toMatchObject({ state: 'done', 'production-commit': commit });
    expect(await schemasLike(/UPCOMING|BASELINE|RELEASE|SNAPSHOT/)).toEqual([]);
    expect((await shop.succeeds('rollback')).outputs).toMatchObject({ 'production-commit': first });
    expect(await status()).toMatchObject({ state: 'rolled back', 'production-commit': first });
    expect(await shop.project.tip('prod')).toBe(first);
    expect(await production()).toBe(OLD);
  });

  test('outdated: production is no longer what it was built beside', async () => {
    const comment = (await shop.warehouse.schemas()).get('PUBLIC_UPCOMING') ?? '';
    const marker = JSON.parse(comment.replace('blue-green: ', '')) as Record<string, unknown>;
    const other = {
      ...marker,
      schema: `"${shop.warehouse.database}"."PUBLIC"`,
      deployment: '20260101_000000_ABCDEF0',
      commit: first,
      phase: 'done',
    };
    // In a literal a backslash begins an escape.
    await asDeployer(`comment on schema PUBLIC is 'blue-green: ${JSON.stringify(other).replaceAll('\\', '\\\\')}'`);
    expect(await status()).toMatchObject({
      state: 'outdated',
      busy: 'false',
      next: expect.stringMatching(/build again/),
    });
    await refused('swap', /nothing to swap.*no longer live/);
    const { commit } = await shop.merge('Take the section out again', TAKE_SECTION_OUT);
    expect((await shop.succeeds('build')).outputs).toMatchObject({ state: 'waiting' });
    expect(await status()).toMatchObject({ state: 'waiting' });
    expect((await shop.succeeds('swap')).outputs).toMatchObject({ state: 'done', 'production-commit': commit });
    expect(await production()).toBe(OLD);
  });

  test('staged: a run that died before the swap left production alone, and swap stages again', async () => {
    await shop.dies('swap', { matching: RELEASE_RECORDED });
    expect(await production()).toBe(OLD);
    staged = await Checkpoint.take(shop);
    await from(staged);
    expect(await status()).toMatchObject({ state: 'staged', busy: 'true', 'production-commit': first });
    const again = await shop.succeeds('build');
    expect(again.log).toMatch(/is built and verified already/);
    expect((await shop.succeeds('swap')).outputs).toMatchObject({ state: 'done', 'production-commit': second });
    expect(await production()).toBe(NEW);
    await theOnly(SNAPSHOT);
    expect(await schemasLike(/UPCOMING|BASELINE|RELEASE/)).toEqual([]);
    expect(await shop.project.tip('prod')).toBe(second);
  });
});

describe('from staged', () => {
  beforeEach(async () => {
    await from(staged);
  });

  afterEach(async () => {
    await shop.close();
  });

  test('swapped, not renamed: the block stopped half-way; swap finishes, and what it retires is still a rollback target', async () => {
    await shop.server.addFault({ action: 'fail', matching: RENAME_TO_SNAPSHOT, times: ATTEMPTS });
    await shop.fails('swap');
    await shop.server.clearFaults();
    expect(await production()).toBe(NEW);
    expect(await status()).toMatchObject({ state: 'swapped, not renamed', busy: 'true', 'production-commit': second });
    await refused('build', /cannot start now/);
    await refused('cleanup', /Nothing was dropped/);
    const { outputs } = await shop.succeeds('swap', { 'after-success': 'retire' });
    expect(outputs).toMatchObject({ state: 'done', busy: 'false', snapshot: 'PUBLIC_UPCOMING' });
    expect(await production()).toBe(NEW);
    expect(await schemasLike(/UPCOMING|BASELINE|RELEASE|SNAPSHOT/)).toEqual(['PUBLIC_UPCOMING']);
    retired = await Checkpoint.take(shop);
    await from(retired);
    expect(await status()).toMatchObject({ state: 'done', busy: 'false', 'production-commit': second });
    const back = await shop.succeeds('rollback');
    expect(back.outputs).toMatchObject({ state: 'rolled back', 'production-commit': first });
    expect(await production()).toBe(OLD);
    expect(await status()).toMatchObject({ state: 'rolled back', busy: 'false' });
    expect(await shop.schemas()).toContain('PUBLIC_UPCOMING');
  });

  test('swapped, not renamed: rollback brings the former version back', async () => {
    // What a block does that stops between its two statements.
    await asDeployer(`alter schema PUBLIC swap with ${await theOnly(/^PUBLIC_RELEASE_/)}`);
    await shop.succeeds('rollback');
    expect(await production()).toBe(OLD);
    await theOnly(SNAPSHOT);
    expect(await schemasLike(/UPCOMING|BASELINE|RELEASE|RESTORE/)).toEqual([]);
  });

  test('swapped: never a lock to take over; swap finishes', async () => {
    await shop.dies('swap', { matching: BLOCK });
    expect(await production()).toBe(NEW);
    expect(await status()).toMatchObject({ state: 'swapped', busy: 'true', 'production-commit': second });
    await refused('build', /cannot start now/);
    await refused('cleanup', /Nothing was dropped/);
    expect((await shop.succeeds('swap')).outputs).toMatchObject({ state: 'done', 'production-commit': second });
    expect(await production()).toBe(NEW);
    await theOnly(SNAPSHOT);
    expect(await schemasLike(/UPCOMING|BASELINE|RELEASE/)).toEqual([]);
  });
});

describe('on the way back', () => {
  /** The new version is live, its run died right after the swap, and the rollback died before its own. */
  let rollingBack: Checkpoint | undefined;

  afterAll(() => {
    rollingBack?.dispose();
  });

  afterEach(async () => {
    await shop.close();
  });

  test('rolling back: rollback goes on', async () => {
    await from(staged);
    await shop.dies('swap', { matching: BLOCK });
    await shop.dies('rollback', { matching: LIVE_REJECTED });
    rollingBack = await Checkpoint.take(shop);
    await from(rollingBack);
    expect(await production()).toBe(NEW);
    expect(await status()).toMatchObject({ state: 'rolling back', busy: 'true', 'production-commit': second });
    await refused('build', /cannot start now/);
    await refused('swap', /nothing to swap/);
    await refused('cleanup', /Nothing was dropped/);
    expect((await shop.succeeds('rollback')).outputs).toMatchObject({ 'production-commit': first });
    expect(await production()).toBe(OLD);
    expect(await status()).toMatchObject({ state: 'rolled back', busy: 'false', 'production-commit': first });
    expect(await schemasLike(/UPCOMING|BASELINE|RELEASE/)).toEqual([]);
    await theOnly(SNAPSHOT);
  });

  test('rolled back, not renamed: rollback finishes', async () => {
    await from(rollingBack);
    await asDeployer(`alter schema PUBLIC swap with ${await theOnly(/^PUBLIC_RESTORE_/)}`);
    expect(await production()).toBe(OLD);
    expect(await status()).toMatchObject({
      state: 'rolled back, not renamed',
      busy: 'true',
      'production-commit': first,
    });
    await refused('build', /cannot start now/);
    await refused('swap', /nothing to swap/);
    await shop.succeeds('rollback');
    expect(await status()).toMatchObject({ state: 'rolled back', busy: 'false' });
    expect(await production()).toBe(OLD);
    expect(await schemasLike(/UPCOMING|BASELINE|RELEASE|RESTORE/)).toEqual([]);
    expect(await schemasLike(FAILED)).toHaveLength(2);
  });

  test('rolled back with the upcoming schema left over: rollback drops it', async () => {
    await from(rollingBack);
    await shop.dies('rollback', { matching: BLOCK });
    expect(await production()).toBe(OLD);
    expect(await status()).toMatchObject({ state: 'rolled back', busy: 'false' });
    expect(await shop.schemas()).toContain('PUBLIC_UPCOMING');
    await shop.succeeds('rollback');
    expect(await schemasLike(/UPCOMING|BASELINE|RELEASE/)).toEqual([]);
    expect(await production()).toBe(OLD);
    expect(await shop.project.tip('prod')).toBe(first);
  });
});

describe('from done, with the former production retired', () => {
  /** A version that was built beside the new one waits for its swap. */
  let waitingOnRetired: Checkpoint | undefined;

  beforeEach(async () => {
    await from(retired);
  });

  afterAll(() => {
    waitingOnRetired?.dispose();
  });

  afterEach(async () => {
    await shop.close();
  });

  test('the next build gives the retired one its dated name back; a change of words comes live by the marker alone', async () => {
    const commit = await shop.project.merge('Explain the shop', { 'README.md': 'Sells things.\n' });
    const built = await shop.succeeds('build');
    expect(built.outputs).toMatchObject({ state: 'waiting', models: '[]', 'comment-url': '' });
    expect(built.log).toMatch(/No merged pull request has commit/);
    const snapshot = await theOnly(SNAPSHOT);
    expect(await shop.columns(snapshot, 'PAGE_VIEWS')).not.toContain('section_id');
    waitingOnRetired = await Checkpoint.take(shop);
    await from(waitingOnRetired);
    expect((await shop.succeeds('swap')).outputs).toMatchObject({ state: 'done', 'production-commit': commit });
    expect(await shop.project.tip('prod')).toBe(commit);
    expect(await production()).toBe(NEW);
    expect((await shop.succeeds('rollback')).outputs).toMatchObject({ 'production-commit': second });
    expect(await shop.project.tip('prod')).toBe(second);
    expect(await production()).toBe(NEW);
    expect(await schemasLike(/UPCOMING|BASELINE|RELEASE/)).toEqual([]);
    expect(await shop.schemas()).toContain(snapshot);
  });

  test('a rollback while a later version waits: what waits is outdated, since its parent is not live any more', async () => {
    await shop.close();
    await from(waitingOnRetired);
    await shop.server.addFault({ action: 'fail', matching: SWAP_IN_BLOCK, times: ATTEMPTS });
    await shop.fails('rollback');
    await shop.server.clearFaults();
    expect(await status()).toMatchObject({ state: 'rolling back', busy: 'true' });
    expect(await production()).toBe(NEW);
    expect((await shop.succeeds('rollback')).outputs).toMatchObject({ 'production-commit': first });
    expect(await production()).toBe(OLD);
    expect(await status()).toMatchObject({ state: 'outdated', busy: 'false' });
    await refused('swap', /nothing to swap.*no longer live/);
  });

  test('marker lost: status explains, nothing is built or dropped, and rollback still works', async () => {
    await asDeployer(`comment on schema PUBLIC is 'our reports'`);
    expect(await status()).toMatchObject({
      state: 'marker lost',
      busy: 'false',
      next: expect.stringMatching(/replaced its comment/),
    });
    await refused('build', /cannot start now/);
    await refused('swap', /nothing to swap/);
    await refused('cleanup', /Nothing was dropped/);
    expect((await shop.succeeds('rollback')).outputs).toMatchObject({ 'production-commit': first });
    expect(await production()).toBe(OLD);
    expect((await shop.warehouse.schemas()).get('PUBLIC')).toMatch(/^our reports\nblue-green: /);
  });
});
