/** The pitfalls of what stands in production and beside it: objects that a clone forgets, views that name the wrong schema, names. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Inputs, Shop } from '../support/shop.js';
import type { StepResult } from '../support/runner.js';
import { ADD_SECTION, type Changes } from '../support/shop-project.js';
import { type Content, contentOf, sent } from './support/content.js';
import { inventoryOf } from './support/inventory.js';
import { MovedClock } from './support/moved-clock.js';

const ROWS = 30;
const WRITES = /^\s*(create|alter (?!session)|drop|insert|merge|update|delete|comment|execute)\b/i;
const DROPS = /^\s*drop\b/i;
/** Would be taken for one of ours by LIKE, by case, or by a glance. */
const NEIGHBOURS = [
  'PUBLICXUPCOMING',
  'public_upcoming',
  'public',
  'PUBLIC_UPCOMINGS',
  'PUBLICXSNAPSHOT_2020_01_01_000000',
  'PUBLIC_SNAPSHOT_2020-01-01',
] as const;
const STREAM = 'NEW_ORDERS';
const ADD_CHAPTER: Changes = {
  'models/page_views.sql': (text) => text.replace('as section_id', 'as section_id,\n    page_id * 100 as chapter_id'),
};
/** What a project writes so that a model lies in production whatever the target says. */
const PINNED: Changes = {
  'macros/generate_schema_name.sql':
    '{% macro generate_schema_name(custom_schema_name, node) %}{{ custom_schema_name or target.schema }}{% endmacro %}\n',
  'models/reports/popular_pages.sql': (text) => `{{ config(schema='PUBLIC') }}\n${text}`,
};
const UNPINNED: Changes = {
  'macros/generate_schema_name.sql': null,
  'models/reports/popular_pages.sql': (text) => text.replace(/^.*\n/, ''),
};
const ALLOW = { allow: 'streams\ntasks\npipes\ndynamic tables\nstages\nalerts\nsequences\nmasking policies' };

let shop: Shop;
/** Some minutes before midnight for the first build, some after it from then on. */
let clock: MovedClock;
let neighbours: Readonly<Record<string, Content>>;
let inventory: readonly string[];
let former: Content;

const place = (): string => `${shop.warehouse.database}.PUBLIC`;

/** The view of the project that names production by hand: in blue it reads the old rows. */
const namesProduction = (): string =>
  `-- depends_on: {{ ref('page_views') }}\nselect count(*) as views from {{ target.database }}.PUBLIC.PAGE_VIEWS\n`;

async function asDeployer(...statements: readonly string[]): Promise<void> {
  const session = await shop.server.connect(shop.warehouse.deployLogin);
  await session.run(...statements);
  await session.close();
}

function run(mode: string, inputs: Inputs = {}, at = clock): Promise<StepResult> {
  return shop.succeeds(mode, inputs, { env: at.env });
}

/** Text of each view of the database after its first AS, without comments, by schema and name. */
async function viewBodies(): Promise<ReadonlyMap<string, string>> {
  const rows = await shop.admin.query(`show views in database ${shop.warehouse.database}`);
  return new Map(
    rows
      .filter((row) => row['schema_name'] !== 'INFORMATION_SCHEMA')
      .map((row) => [
        `${String(row['schema_name'])}.${String(row['name'])}`,
        String(row['text'])
          .replaceAll(/--.*$|\/\*[^]*?\*\//gm, '')
          .replace(/^[^]*?\bas\b/i, ''),
      ]),
  );
}

async function neighboursNow(): Promise<Readonly<Record<string, Content>>> {
  const all = await Promise.all(
    NEIGHBOURS.map(async (name): Promise<[string, Content]> => [name, await contentOf(shop, name)]),
  );
  const comments = await shop.warehouse.schemas();
  return Object.fromEntries(
    all.map(([name, content]) => [name, { ...content, comment: comments.get(name) ?? 'gone' }]),
  );
}

beforeAll(async () => {
  shop = await Shop.open(0);
  await shop.project.hotfix('Count views', {
    'models/reports/popular_pages.sql':
      "select page_id, count(*) as views from {{ ref('page_views') }} group by page_id\n",
    'models/reports/by_name.sql': namesProduction(),
    'snapshots/pages.sql':
      "{% snapshot pages %}{{ config(target_schema='PUBLIC', unique_key='view_id', strategy='check', check_cols='all') }}" +
      "select * from {{ ref('page_views') }}{% endsnapshot %}\n",
  });
  await shop.project.mergeProduction();
  await shop.hour(ROWS);
  const { database, deployRole } = shop.warehouse;
  for (const name of NEIGHBOURS) {
    await shop.admin.run(
      `create schema ${database}."${name}" comment = 'not yours'`,
      `create table ${database}."${name}".KEPT as select 1 as id`,
      // Whoever may drop it must not do it.
      `grant ownership on schema ${database}."${name}" to role ${deployRole}`,
    );
  }
  await shop.admin.run(
    `alter schema ${place()} enable managed access`,
    `alter schema ${place()} set data_retention_time_in_days = 1`,
    `create schema ${database}.REPORTS`,
    `grant usage, create view on schema ${database}.REPORTS to role ${deployRole}`,
  );
  await asDeployer(
    `create table ${place()}.OLD_PRICES as select 1 as price`,
    `create transient table ${place()}.SCRATCH as select 1 as id`,
    `create table ${place()}."page_views" as select 2 as id`,
    `create view ${place()}.BY_HAND as select view_id from ${place()}.PAGE_VIEWS`,
    `create view ${database}.REPORTS.OUTSIDE as select view_id from ${place()}.PAGE_VIEWS`,
    `create stream ${place()}.${STREAM} on table ${place()}.ORDERS`,
    `create task ${place()}.NIGHTLY as select 1`,
    `create stage ${place()}.FILES`,
    `create pipe ${place()}.LOADS as copy into ORDERS from @FILES`,
    `create dynamic table ${place()}.TOP_PAGES target_lag = '1 hour' warehouse = SHOP_WAREHOUSE as select 1 as id`,
    `create alert ${place()}.LATE schedule = '1 hour' if (exists (select 1)) then select 1`,
    `create sequence ${place()}.NEXT_ID`,
    `create masking policy ${place()}.HIDE as (v varchar) returns varchar -> '***'`,
  );
  await shop.merge('Add section to page views', { ...ADD_SECTION, ...PINNED });
  neighbours = await neighboursNow();
  inventory = await inventoryOf(shop, 'PUBLIC');
  former = await contentOf(shop, 'PUBLIC');
  const now = new Date();
  const midnight = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1);
  clock = MovedClock.showing(new Date(midnight - 20 * 60_000));
});

afterAll(() => shop.close());

test('pitfall 11: dbt really builds beside production: a schema that does not follow the target is found before the first write', async () => {
  const position = await shop.server.logPosition();
  const { errors } = await shop.fails('build', ALLOW);
  expect(errors[0]).toMatch(/would write to production, so it was not started:[^]*popular_pages[^]*PUBLIC/);
  expect(await sent(shop, position, WRITES)).toEqual([]);
  await shop.merge('Let it follow the target', UNPINNED);
});

test('pitfall 12: what a clone does not carry is named before anything is written, and blocks', async () => {
  const position = await shop.server.logPosition();
  const { errors } = await shop.fails('build');
  for (const object of [
    `stream ${STREAM}`,
    'task NIGHTLY',
    'pipe LOADS',
    'stage FILES',
    'dynamic table TOP_PAGES',
    'alert LATE',
    'sequence NEXT_ID',
    'masking policy HIDE',
  ]) {
    expect(errors[0]).toContain(object);
  }
  expect(errors[0]).toMatch(/Nothing was changed/);
  expect(await sent(shop, position, WRITES)).toEqual([]);
});

test('pitfall 10: names: a deployment across midnight UTC is called by its beginning, wherever the runner stands', async () => {
  const begun = clock.now().toISOString();
  const { outputs, warnings } = await run('build', ALLOW);
  expect(outputs).toMatchObject({ state: 'waiting', verdict: 'passed' });
  expect(outputs['deployment-id']).toMatch(new RegExp(`^${begun.slice(0, 10).replaceAll('-', '')}_23`));
  expect(await neighboursNow()).toEqual(neighbours);
  // Pitfall 4, while the new version is verified: a model that names production by hand is said to read the old data there.
  expect(warnings.join('\n')).toMatch(
    /by_name\.sql:\d+ names production schema \S*PUBLIC: in blue it would read the old data/,
  );
});

test('pitfall 11: dbt really builds beside production, which is unchanged to the byte when the build ends', async () => {
  expect(await contentOf(shop, 'PUBLIC')).toEqual(former);
  expect(await inventoryOf(shop, 'PUBLIC')).toEqual(inventory);
  expect(await shop.columns('PUBLIC_UPCOMING', 'PAGE_VIEWS')).toContain('section_id');
  // The dbt snapshot has a fixed schema, production's: it is not run.
  expect(former).not.toHaveProperty('PAGES');
});

test('pitfall 10: names: the dated name is of the new day, needs no quotes, and no neighbour is taken for it', async () => {
  clock = clock.plusMinutes(30);
  const { outputs } = await run('swap');
  // The pitfall speaks of hyphens in dated names: ours have underscores, so that nobody has to quote them.
  const day = clock.now().toISOString().slice(0, 10).replaceAll('-', '_');
  expect(outputs['snapshot']).toMatch(new RegExp(`^PUBLIC_SNAPSHOT_${day}_00\\d{4}$`));
  expect(await neighboursNow()).toEqual(neighbours);
  expect(await shop.value('select id from PUBLIC."page_views"')).toBe('2');
  expect(await shop.columns('PUBLIC', 'PAGE_VIEWS')).toContain('section_id');
});

test('pitfall 12: what a clone does not carry: the inventory after is that before, but for what was named and accepted', async () => {
  const after = await inventoryOf(shop, 'PUBLIC');
  expect(inventory.filter((object) => !after.includes(object))).toEqual(['stage FILES']);
  expect(after.filter((object) => !inventory.includes(object))).toEqual([]);
  expect(after).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^options .*MANAGED ACCESS.*, retention 1$/),
      'TABLE OLD_PRICES, retention 1',
      expect.stringMatching(/^TRANSIENT SCRATCH/),
    ]),
  );
});

test('pitfall 4: no reference to a temporary name survives, and views that nobody rebuilt read the new tables', async () => {
  const bodies = await viewBodies();
  expect([...bodies.keys()]).toEqual(
    expect.arrayContaining(['PUBLIC.POPULAR_PAGES', 'PUBLIC.BY_HAND', 'PUBLIC.BY_NAME', 'REPORTS.OUTSIDE']),
  );
  expect([...bodies.keys()].filter((name) => /^PUBLIC_SNAPSHOT_\d+\w*\.POPULAR_PAGES$/.test(name))).toHaveLength(1);
  const temporary = [...bodies].filter(([, body]) => /_(UPCOMING|RELEASE|BASELINE|RESTORE)/i.test(body));
  expect(temporary).toEqual([]);
  await asDeployer(`insert into ${place()}.PAGE_VIEWS (view_id, page_id, section_id) values (77, 4, 40)`);
  for (const view of ['PUBLIC.BY_HAND', 'REPORTS.OUTSIDE']) {
    expect(await shop.value(`select max(view_id) from ${view}`)).toBe('77');
  }
  expect(await shop.value('select views from PUBLIC.BY_NAME')).toBe(String(ROWS + 1));
  expect(await shop.value('select sum(views) from PUBLIC.POPULAR_PAGES')).toBe(String(ROWS + 1));
  await asDeployer(`delete from ${place()}.PAGE_VIEWS where view_id = 77`);
});

test('pitfall 10: names: a second deployment on the same day gets names of its own; pitfall 14: cleanup meanwhile leaves it, and the only way back', async () => {
  await shop.merge('Add chapter to page views', ADD_CHAPTER);
  const [only = ''] = snapshots(await shop.schemas());
  await run('build', ALLOW);
  const before = await shop.schemas();
  expect(before.filter((name) => /^PUBLIC_(UPCOMING|BASELINE_\w+)$/.test(name))).toHaveLength(2);
  const { log } = await run('cleanup', { 'older-than': '0' }, clock.plusDays(30));
  expect(await shop.schemas()).toEqual(before);
  expect(log).toMatch(new RegExp(`Kept \\S*${only}`));

  // Thirty days on it is too old to be swapped: the same day, then.
  const { outputs } = await run('swap');
  const [, ...more] = snapshots(await shop.schemas());
  expect(more).toEqual([outputs['snapshot']]);
  expect(only.slice(0, 26)).toBe(outputs['snapshot']?.slice(0, 26));
  expect(only).not.toBe(outputs['snapshot']);
  expect(await contentOf(shop, only)).toEqual(former);
  expect(await neighboursNow()).toEqual(neighbours);
});

test('pitfall 14: cleanup is timid: it goes on after a failed drop, lists it, and keeps what is needed, read or not ours', async () => {
  const [older = '', newest = ''] = snapshots(await shop.schemas());
  const { database } = shop.warehouse;
  const marker = (await shop.warehouse.schemas()).get(older) ?? '';
  const literal = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
  const [read, old, copied, unmarked] = ['03_03', '04_04', '02_02', '01_01'].map(
    (day) => `PUBLIC_SNAPSHOT_2020_${day}_000000`,
  ) as [string, string, string, string];
  await asDeployer(
    ...[read, old].map(
      (name) => `create schema ${name} clone ${older} comment = ${literal(marker.replace(older, name))}`,
    ),
    // A person's copy inherits the comment, and so a marker that names another schema.
    `create schema ${copied} clone ${older}`,
    `create schema ${unmarked}`,
    `create view ${database}.REPORTS.LAST_YEAR as select * from ${database}.${read}.PAGE_VIEWS`,
  );
  const later = clock.plusDays(30);
  await shop.server.addFault({
    action: 'fail',
    matching: `^drop schema .*"${older}"`,
    times: 99,
    message: 'Out of luck',
  });
  const failed = await shop.fails('cleanup', {}, { env: later.env });
  await shop.server.clearFaults();
  expect(failed.errors[0]).toMatch(new RegExp(`Not everything could be dropped[^]*${older}: Out of luck`));
  expect(failed.outputs['next']).toMatch(new RegExp(`^Dropped 1 schema: ${old};`));
  expect(failed.log).toMatch(new RegExp(`Kept \\S*${read}: REPORTS\\.LAST_YEAR read from it`));
  expect(snapshots(await shop.schemas())).toEqual([unmarked, copied, read, older, newest]);

  await asDeployer(`drop view ${database}.REPORTS.LAST_YEAR`);
  const { outputs } = await run('cleanup', {}, later);
  expect(outputs['next']).toMatch(/^Dropped 2 schemas: /);
  expect(snapshots(await shop.schemas())).toEqual([unmarked, copied, newest]);

  const position = await shop.server.logPosition();
  expect((await run('cleanup', { 'older-than': '0' }, later)).outputs['next']).toBe('Dropped nothing.');
  expect(await sent(shop, position, DROPS)).toEqual([]);
  expect(await neighboursNow()).toEqual(neighbours);
  // The way back is still there.
  expect((await run('rollback')).outputs['state']).toBe('rolled back');
  expect(await shop.columns('PUBLIC', 'PAGE_VIEWS')).toEqual(['view_id', 'page_id', 'viewed_at', 'section_id']);
});

function snapshots(schemas: readonly string[]): readonly string[] {
  return schemas.filter((name) => /^PUBLIC_SNAPSHOT_\d{4}_\d\d_\d\d_\d{6}$/.test(name)).sort();
}
