/**
 * Each row of the state table, reached by a crash or a failure at an exact statement, and left again by running the mode that
 * `status` names. Production is whole and readable all the time.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Fault } from './support/local-snowflake.js';
import type { StepResult } from './support/runner.js';
import { type Inputs, type RunOptions, Shop } from './support/shop.js';
import { ADD_PRICE } from './support/shop-project.js';

/** Statements inside a block start with ALTER; the block itself does not. */
const RENAME_TO_SNAPSHOT = '^\\s*ALTER SCHEMA .* RENAME TO .*SNAPSHOT';
const SWAP = '^\\s*ALTER SCHEMA .* SWAP WITH';
const RENAME_TO_FAILED = '^\\s*ALTER SCHEMA .* RENAME TO .*FAILED';
const ATTEMPTS = 1000;

let shop: Shop;
let first: string;

beforeAll(async () => {
  shop = await Shop.open(30);
  first = await shop.project.tip('prod');
  await shop.merge('Add price to orders', ADD_PRICE);
});

afterEach(async () => {
  await shop.server.clearFaults();
  const reader = await shop.server.connect(shop.warehouse.readerLogin);
  try {
    const place = `${shop.warehouse.database}.PUBLIC`;
    expect(await reader.value(`select count(*) from ${place}.ORDERS`)).toBe('30');
    expect(await reader.value(`select sum(orders) from ${place}.DAILY_ORDERS`)).toBe('30');
  } finally {
    await reader.close();
  }
});

afterAll(async () => {
  await shop.close();
});

/** Runs a mode until the server holds the statement, lets `meanwhile` happen, and kills the machine. */
async function crashAt(
  fault: Fault,
  mode: string,
  options: RunOptions = {},
  meanwhile: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const held = await shop.server.addFault(fault);
  const step = await shop.start(mode, {}, options);
  try {
    await Promise.race([shop.server.holds(held, 240_000), failIfItEnds(mode, step.finished)]);
    await meanwhile();
  } finally {
    await step.crash();
    await shop.server.clearFaults();
  }
}

async function failIfItEnds(mode: string, finished: Promise<StepResult>): Promise<never> {
  const { log } = await finished;
  throw new Error(`"${mode}" ended before it reached the statement:\n${log}`);
}

async function status(inputs: Inputs = {}, options: RunOptions = {}): Promise<StepResult['outputs']> {
  return (await shop.succeeds('status', inputs, options)).outputs;
}

describe('a build', () => {
  const run = (attempt: number): RunOptions => ({
    env: { GITHUB_RUN_ID: '9100', GITHUB_RUN_ATTEMPT: String(attempt) },
  });

  test('building: others wait', async () => {
    const fault: Fault = { action: 'pause', matching: 'create.*table.*PUBLIC_UPCOMING\\.orders' };
    await crashAt(fault, 'build', run(1), async () => {
      expect(await status()).toMatchObject({ state: 'building', busy: 'false', 'production-commit': first });
      const { errors } = await shop.fails('build');
      expect(errors[0]).toMatch(/cannot start now.*is being built by run 9100/);
    });
  });

  test('dead build: the next one takes over, by rename, and gets to waiting', async () => {
    expect(await status({}, run(2))).toMatchObject({ state: 'dead build' });
    const { outputs } = await shop.succeeds('build', {}, run(2));
    expect(outputs).toMatchObject({ state: 'waiting', verdict: 'passed' });
    expect((await shop.schemas()).filter((name) => name.startsWith('PUBLIC_FAILED_'))).toHaveLength(1);
  });

  test('waiting: the same commit is not built again', async () => {
    const { outputs, log } = await shop.succeeds('build');
    expect(outputs).toMatchObject({ state: 'waiting' });
    expect(log).toMatch(/is built and verified already/);
  });
});

describe('a switch', () => {
  test('staged: the release stands, nothing was swapped', async () => {
    await crashAt({ action: 'pause', when: 'after', matching: '^CREATE .*SCHEMA .*PUBLIC_RELEASE_' }, 'swap');
    expect(await status()).toMatchObject({ state: 'staged', 'production-commit': first, busy: 'true' });
    expect(await shop.columns('PUBLIC', 'ORDERS')).not.toContain('price');
  });

  test('swapped, not renamed: the new version is live, the former one has a passing name', async () => {
    await shop.server.addFault({ action: 'fail', matching: RENAME_TO_SNAPSHOT, times: ATTEMPTS });
    await shop.fails('swap');
    await shop.server.clearFaults();
    expect(await status()).toMatchObject({ state: 'swapped, not renamed', busy: 'true' });
    expect(await shop.columns('PUBLIC', 'ORDERS')).toContain('price');
    const { errors } = await shop.fails('build');
    expect(errors[0]).toMatch(/cannot start now/);
  });

  test('swapped: steps are outstanding, and it is never a lock to take over', async () => {
    await crashAt({ action: 'pause', matching: 'dbt_internal_test' }, 'swap');
    expect(await status()).toMatchObject({ state: 'swapped', busy: 'true' });
    const { errors } = await shop.fails('build');
    expect(errors[0]).toMatch(/cannot start now/);
  });

  test('done: swap finishes what was left', async () => {
    expect((await shop.succeeds('swap')).outputs).toMatchObject({ state: 'done', busy: 'false' });
    expect(await status()).toMatchObject({ state: 'done', busy: 'false' });
    expect((await shop.schemas()).filter((name) => /UPCOMING|BASELINE|RELEASE/.test(name))).toEqual([]);
  });
});

describe('a rollback, while another version waits', () => {
  beforeAll(async () => {
    await shop.merge('Count customers a day', {
      'models/reports/daily_orders.sql': (text) =>
        text.replace('as orders\n', 'as orders,\n    count(distinct customer_id) as customers\n'),
    });
    await shop.succeeds('build');
  });

  test('rolling back: the live version is marked as given up, and still live', async () => {
    await shop.server.addFault({ action: 'fail', matching: SWAP, times: ATTEMPTS });
    await shop.fails('rollback');
    await shop.server.clearFaults();
    expect(await status()).toMatchObject({ state: 'rolling back', busy: 'true' });
    expect(await shop.columns('PUBLIC', 'ORDERS')).toContain('price');
  });

  test('rolled back, not renamed: the former version is live again', async () => {
    await shop.server.addFault({ action: 'fail', matching: RENAME_TO_FAILED, times: ATTEMPTS });
    await shop.fails('rollback');
    await shop.server.clearFaults();
    expect(await status()).toMatchObject({
      state: 'rolled back, not renamed',
      busy: 'true',
      'production-commit': first,
    });
    expect(await shop.columns('PUBLIC', 'ORDERS')).not.toContain('price');
  });

  test('rollback finishes it; what waits is outdated, since its parent is not live any more', async () => {
    expect((await shop.succeeds('rollback')).outputs).toMatchObject({
      state: 'rolled back',
      'production-commit': first,
    });
    expect(await status()).toMatchObject({ state: 'outdated', busy: 'false' });
    const { errors } = await shop.fails('swap');
    expect(errors[0]).toMatch(/nothing to swap.*no longer live/);
  });
});

describe('a lost reply', () => {
  test('of the switch itself is read back: the deployment goes on as if nothing had been', async () => {
    await shop.succeeds('build', { 'accept-rejected': 'true' });
    const cut = await shop.server.addFault({ action: 'cut', when: 'after', matching: '^EXECUTE IMMEDIATE.*SWAP WITH' });
    const { outputs } = await shop.succeeds('swap');
    expect((await shop.server.faults()).find(({ id }) => id === cut.id)?.fired).toBe(1);
    expect(outputs).toMatchObject({ state: 'done' });
    expect(await shop.columns('PUBLIC', 'ORDERS')).toContain('price');
    expect(await shop.columns('PUBLIC', 'DAILY_ORDERS')).toContain('customers');
  });
});
