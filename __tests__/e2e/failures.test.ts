/** What fails in blue, at the swap and after it: production is all old or all new, and the next run ends it. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Checkpoint, openOnDisk } from './support/checkpoint.js';
import type { Merged, Shop } from './support/shop.js';
import type { Changes } from './support/shop-project.js';

const ROWS = 30;
const OLD = `old: ${ROWS} views, ${ROWS} orders`;
const NEW = `new: ${ROWS} views, ${ROWS} orders`;

const BREAK: Changes = {
  'models/page_views.sql': (text) => text.replace('    viewed_at\n', '    viewed_at,\n    no_such_column\n'),
};
/** Every seventh view is lost in a join: 3, 10, 17 and 24 of thirty. */
const DROP_IDS: Changes = {
  'models/page_views.sql': (text) =>
    text
      .replace(',\n    no_such_column', '')
      .replace(
        "'page_views') }}\n",
        "'page_views') }}\njoin (select 3 as lost) as losses on mod(view_id, 7) <> losses.lost\n",
      ),
};
/** Complaints come in after the swap, or the table that holds them is gone: both show in production only. */
const CHECK = 'checks/no_complaints.sql';
const MEND: Changes = {
  'models/page_views.sql': (text) =>
    text.replace(/join .*\n/, '').replace('    viewed_at\n', '    viewed_at,\n    page_id * 10 as section_id\n'),
  'tests/nobody_complains.sql':
    "select view_id from {{ ref('page_views') }} where view_id in (select view_id from {{ target.database }}.RAW.COMPLAINTS)\n",
  [CHECK]: 'select view_id from {{ new }}.PAGE_VIEWS where view_id in (select view_id from RAW.COMPLAINTS)\n',
};
/** The statement that takes the lock. */
const LOCK = '^create schema .*"PUBLIC_UPCOMING" clone';
const SWAP = { 'verify-sql': CHECK };

let shop: Shop;
let first: string;
let mended: Merged;
/** The mended version is verified and waits. */
let waiting: Checkpoint | undefined;

afterAll(async () => {
  await shop.close();
  waiting?.dispose();
});

/** Which version readers see, and that it is whole. */
async function production(): Promise<string> {
  const isNew = (await shop.columns('PUBLIC', 'PAGE_VIEWS')).includes('section_id');
  const views = await shop.value(`select count(${isNew ? 'section_id' : '*'}) from PUBLIC.PAGE_VIEWS`);
  const orders = await shop.value('select sum(orders) from PUBLIC.DAILY_ORDERS');
  return `${isNew ? 'new' : 'old'}: ${views} views, ${orders} orders`;
}

async function schemasLike(pattern: RegExp): Promise<readonly string[]> {
  return (await shop.schemas()).filter((name) => pattern.test(name));
}

async function makeComplaints(): Promise<void> {
  const table = `${shop.warehouse.database}.RAW.COMPLAINTS`;
  await shop.admin.run(
    `create table ${table} (view_id number(38, 0))`,
    `grant select on table ${table} to role ${shop.warehouse.deployRole}`,
  );
}

describe('in blue', () => {
  beforeAll(async () => {
    shop = await openOnDisk(ROWS);
    first = await shop.project.tip('prod');
  });

  test('dbt fails: production stays, the comment says why, and swap is refused', async () => {
    const { pullRequest } = await shop.merge('Name a column that does not exist', BREAK);
    const { errors, outputs } = await shop.fails('build');
    expect(errors[0]).toMatch(/production was not touched[\s\S]*no_such_column/i);
    expect(outputs).toMatchObject({ state: 'blocked', verdict: 'failed', busy: 'false', 'production-commit': first });
    expect(shop.github.comments(pullRequest).map(({ body }) => body)).toEqual([
      expect.stringMatching(/no_such_column/i),
    ]);
    expect((await shop.succeeds('status')).outputs).toMatchObject({ state: 'blocked', busy: 'false' });
    // What dbt did not get to is still production's own, so comparing it would find nothing missing.
    expect((await shop.fails('verify')).errors[0]).toMatch(/was never built to its end.*Build again/);
    expect((await shop.succeeds('status')).outputs).toMatchObject({ state: 'blocked', busy: 'false' });
    expect((await shop.fails('swap', SWAP)).errors[0]).toMatch(/nothing to swap.*did not pass verification/);
    expect(await production()).toBe(OLD);
  });

  test('a join drops ids: the next build takes over, and names in comment and log what is missing', async () => {
    const { pullRequest, commit } = await shop.merge('Lose views in a join', DROP_IDS);
    const { errors, outputs, log } = await shop.fails('build', { 'sample-ids': 'plain' });
    expect(outputs).toMatchObject({ state: 'blocked', verdict: 'failed' });
    expect(errors[0]).toMatch(/page_views: .*4 .*missing/);
    const [comment] = shop.github.comments(pullRequest);
    for (const id of ['3', '10', '17', '24']) {
      expect(comment?.body).toMatch(new RegExp(`missing[\\s\\S]*\\b${id}\\b`));
      expect(log).toMatch(new RegExp(`missing ids: .*"${id}"`));
    }
    const [check, ...others] = shop.github.checkRuns(commit);
    expect(others).toEqual([]);
    expect(check?.body).toMatchObject({
      conclusion: 'failure',
      output: { title: 'blocked', annotations: [{ path: 'models/page_views.sql', annotation_level: 'failure' }] },
    });
    expect((await shop.fails('swap', SWAP)).errors[0]).toMatch(/nothing to swap/);
    expect(await production()).toBe(OLD);
  });

  test('cancelled while dbt builds: dbt ends with it, production stays, and the next build need not wait', async () => {
    mended = await shop.merge('Keep all views, and add their section', MEND);
    await makeComplaints();
    const dbtIsAtWork = { matching: 'create.*table.*PUBLIC_UPCOMING\\.page_views' };
    const { exitCode, errors, orphans } = await shop.cancelled('build', dbtIsAtWork, SWAP);
    expect({ exitCode, orphans }).toEqual({ exitCode: 1, orphans: 0 });
    expect(errors[0]).toMatch(/cancelled/);
    expect(await production()).toBe(OLD);
    expect((await shop.succeeds('status')).outputs).toMatchObject({ state: 'blocked', busy: 'false' });
  });

  test('mended: the build goes on although the connection is cut after its clone', async () => {
    // The driver sends it again; done twice, it would find the name taken.
    const cut = await shop.server.addFault({ action: 'cut', when: 'after', matching: LOCK });
    shop.github.addFault({ path: /check-runs/, meets: { status: 403, message: 'Resource not accessible' }, times: 9 });
    // Gone on with, the cancelled build would need no clone.
    const { outputs, log } = await shop.succeeds('build', { ...SWAP, resume: 'never' });
    expect(log).toContain('Add "checks: write" under "permissions:" of the job');
    shop.github.clearFaults();
    // What was merged before and did not come live comes with it.
    const [own, ...others] = [3, 2, 1].map((number) => shop.github.comments(number).map(({ body }) => body));
    expect(own).toEqual([expect.stringMatching(/safe to swap[\s\S]*with #2, #1/)]);
    const pointer = expect.stringMatching(/safe to swap[\s\S]*pull\/3#issuecomment-\d+\) is on pull request #3/);
    expect(others).toEqual([[pointer], [pointer]]);
    expect((await shop.server.faults()).find(({ id }) => id === cut.id)?.fired).toBe(1);
    expect(outputs).toMatchObject({ state: 'waiting', verdict: 'passed' });
    expect(await production()).toBe(OLD);
    expect(await schemasLike(/^PUBLIC_FAILED_/)).toHaveLength(3);
    waiting = await Checkpoint.take(shop);
  });
});

describe('from the swap on', () => {
  beforeEach(async () => {
    if (waiting === undefined) throw new Error('The test that takes this checkpoint has not run.');
    shop = await waiting.open();
  });

  afterEach(async () => {
    await shop.close();
  });

  async function complain(): Promise<void> {
    await shop.admin.run(`insert into ${shop.warehouse.database}.RAW.COMPLAINTS values (5), (6), (7)`);
  }

  test('a test of dbt and a check that passed in blue fail in production: rolled back by itself', async () => {
    await complain();
    const { errors, outputs } = await shop.fails('swap', SWAP);
    expect(errors[0]).toMatch(/was rolled back by itself/);
    expect(errors[0]).toMatch(/nobody_complains \(3 rows\)/);
    expect(errors[0]).toMatch(/no_complaints\.sql \(3 rows\)/);
    expect(outputs).toMatchObject({ state: 'rolled back', 'production-commit': first, busy: 'false' });
    expect(await production()).toBe(OLD);
    expect(await shop.project.tip('prod')).toBe(first);
    expect(await schemasLike(/UPCOMING|BASELINE|RELEASE|RESTORE/)).toEqual([]);
    expect((await shop.succeeds('status')).outputs).toMatchObject({ state: 'rolled back', 'production-commit': first });
    const [comment] = shop.github.comments(mended.pullRequest);
    expect(comment?.body).toMatch(/rolled back/);
    // What was rolled back does not come back by accident.
    expect((await shop.fails('build', SWAP)).errors[0]).toMatch(/accept-rejected/);
  });

  test('tests that cannot run: live, red, and swap goes on', async () => {
    const table = `${shop.warehouse.database}.RAW.COMPLAINTS`;
    await shop.admin.run(`drop table ${table}`);
    const { errors, outputs } = await shop.fails('swap', SWAP);
    expect(errors[0]).toMatch(/is live, but untested/);
    expect(errors[0]).toMatch(/no_complaints\.sql/);
    expect(errors[0]).toMatch(/nobody_complains/);
    expect(outputs).toMatchObject({ state: 'swapped', busy: 'true', 'production-commit': mended.commit });
    expect(await production()).toBe(NEW);
    expect(await shop.project.tip('prod')).toBe(first);
    expect((await shop.succeeds('status')).outputs).toMatchObject({ state: 'swapped', busy: 'true' });
    await makeComplaints();
    expect((await shop.succeeds('swap', SWAP)).outputs).toMatchObject({ state: 'done', busy: 'false' });
    expect(await production()).toBe(NEW);
    expect(await shop.project.tip('prod')).toBe(mended.commit);
  });

  test('tests that cannot run, with "on-untested: rollback"', async () => {
    await shop.admin.run(`drop table ${shop.warehouse.database}.RAW.COMPLAINTS`);
    const { errors, outputs } = await shop.fails('swap', { ...SWAP, 'on-untested': 'rollback' });
    expect(errors[0]).toMatch(/was rolled back by itself[\s\S]*could not run/);
    expect(outputs).toMatchObject({ state: 'rolled back', 'production-commit': first });
    expect(await production()).toBe(OLD);
    expect(await shop.project.tip('prod')).toBe(first);
  });

  test('GitHub refuses comment and promotion: live, red, and swap goes on', async () => {
    shop.github.addFault({
      path: /./,
      meets: { status: 403, message: 'Resource not accessible by integration' },
      times: 999,
    });
    const { errors, outputs, summary } = await shop.fails('swap', SWAP);
    expect(errors[0]).toMatch(/is live, with something left to do[\s\S]*contents: write/);
    expect(outputs).toMatchObject({
      state: 'swapped',
      busy: 'true',
      'production-commit': mended.commit,
      'comment-url': '',
    });
    expect(summary).toContain('page_views');
    expect(await production()).toBe(NEW);
    expect(await shop.project.tip('prod')).toBe(first);
    expect(await schemasLike(/^PUBLIC_SNAPSHOT_/)).toHaveLength(1);

    shop.github.clearFaults();
    const ruled = { status: 422, message: 'Repository rule violations found' };
    shop.github.addFault({ method: 'PATCH', path: /git\/refs/, meets: ruled, times: 9 });
    const { errors: again } = await shop.fails('swap', SWAP);
    expect(again[0]).toMatch(/could not be moved[\s\S]*Repository rule violations found[\s\S]*by hand/);
    expect((await shop.succeeds('status')).outputs).toMatchObject({
      state: 'swapped',
      'production-commit': mended.commit,
    });

    shop.github.clearFaults();
    expect((await shop.succeeds('swap', SWAP)).outputs).toMatchObject({ state: 'done', busy: 'false' });
    expect(await shop.project.tip('prod')).toBe(mended.commit);
    expect(await production()).toBe(NEW);
  });

  test('answers to the swap, the drop and the promotion are lost, and GitHub has trouble with comments: it goes on', async () => {
    // Done, and then "session no longer exists": nobody can tell from this answer what became of the statement.
    const lost = { action: 'fail', when: 'after', code: '390111', sqlstate: '08001', message: 'Session gone' } as const;
    await shop.server.addFault({ ...lost, matching: '^execute immediate' });
    await shop.server.addFault({ ...lost, matching: '^drop schema .*UPCOMING' });
    shop.github.addFault({ path: /graphql/, meets: { status: 429, headers: { 'retry-after': '1' } } });
    shop.github.addFault({ path: /comments/, meets: { status: 500 }, times: 999 });
    shop.github.addFault({ method: 'PATCH', path: /git\/refs/, meets: 'cut', afterwards: true });
    const { outputs, log } = await shop.succeeds('swap', SWAP);
    expect(log).toMatch(/swapAndKeep: the answer was lost/);
    expect(log).toMatch(/dropSchema: the answer was lost/);
    expect(log).toMatch(/comment on pull request #\d+ was not written: .*answered 500.*githubstatus/);
    expect(await shop.project.tip('prod')).toBe(mended.commit);
    expect(outputs).toMatchObject({ state: 'done', 'comment-url': '' });
    expect(await production()).toBe(NEW);
    expect(await schemasLike(/UPCOMING|BASELINE|RELEASE/)).toEqual([]);
    expect(await schemasLike(/^PUBLIC_SNAPSHOT_/)).toEqual([outputs['snapshot']]);
  });

  describe('writers', () => {
    /** What the schedule writes into a schema; it runs too long to be held by a fault. */
    async function write(schema: string): Promise<void> {
      const { database, deployLogin, server } = shop.warehouse;
      const session = await server.connect(deployLogin);
      const into = `${database}.${schema}`;
      await session.run(
        `insert into ${into}.PAGE_VIEWS (view_id, page_id, viewed_at) select view_id, page_id, viewed_at from ${database}.RAW.PAGE_VIEWS where view_id > (select max(view_id) from ${into}.PAGE_VIEWS)`,
        `insert into ${into}.ORDERS select order_id, customer_id, ordered_at from ${database}.RAW.ORDERS where order_id > (select max(order_id) from ${into}.ORDERS)`,
      );
      await session.close();
    }

    test('between staging and swap: caught up, nothing is lost', async () => {
      await shop.warehouse.arrive(10);
      const staged = { matching: '^update .*"TOKENS_OF_RELEASE"' };
      const { exitCode, log, outputs } = await shop.interrupted('swap', staged, () => write('PUBLIC'), SWAP);
      expect(log).toMatch(
        /Production was written to while the release was staged \((ORDERS|PAGE_VIEWS), (ORDERS|PAGE_VIEWS)\): once more/,
      );
      expect({ exitCode, outputs }).toMatchObject({ exitCode: 0, outputs: { state: 'done' } });
      expect(await production()).toBe(`new: ${ROWS + 10} views, ${ROWS + 10} orders`);
    });

    test('in flight at the swap, committing into the former production: named, with the statement that repairs it', async () => {
      await shop.warehouse.arrive(10);
      let snapshot = '';
      const swapped = { matching: '^execute immediate' };
      const commitLate = async (): Promise<void> => {
        [snapshot = ''] = await schemasLike(/^PUBLIC_SNAPSHOT_/);
        await write(snapshot);
      };
      const inputs = { ...SWAP, 'after-success': 'retire' };
      const { exitCode, warnings, outputs } = await shop.interrupted('swap', swapped, commitLate, inputs);
      expect({ exitCode, outputs }).toMatchObject({ exitCode: 0, outputs: { state: 'done', snapshot } });
      const about = warnings.find((text) => text.includes('PAGE_VIEWS'));
      expect(about).toMatch(/committed into .*PAGE_VIEWS after the swap: 10 ids are missing now/);
      expect(warnings.join()).toMatch(
        /committed into .*ORDERS after the swap: what it wrote is there only\. .*SELECT \* FROM .*"ORDERS" MINUS SELECT \* FROM .*"PUBLIC"\."ORDERS";/,
      );
      expect(await shop.value('select count(*) from PUBLIC.PAGE_VIEWS')).toBe(String(ROWS));
      // Timid: rows may be only there.
      const cleaned = await shop.succeeds('cleanup', { 'older-than': '0' });
      expect(cleaned.log).toContain(snapshot);
      expect(await shop.schemas()).toContain(snapshot);
    });
  });
});
