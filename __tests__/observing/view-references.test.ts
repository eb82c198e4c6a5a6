import { describe, expect, test } from '@jest/globals';
import { bodyNames, displayView, viewsNaming } from '../../src/observing/view-references.js';
import { SHOW_PAGE } from '../../src/snowflake/statements/objects.js';
import type { Row } from '../../src/snowflake/warehouse.js';
import { RecordingWarehouse } from '../support/recording-warehouse.js';

const READS = 'select * from ANALYTICS.PUBLIC_UPCOMING.EVENTS';
const READS_ELSEWHERE = 'select * from ANALYTICS.PUBLIC.EVENTS';

/** How dbt-snowflake and people write the head of a view that stands in the upcoming schema. */
const HEADS: readonly (readonly [string, string])[] = [
  ['by dbt', 'create or replace   view ANALYTICS.PUBLIC_UPCOMING.V\n  \n  copy grants as ('],
  ['in upper case', 'CREATE VIEW "ANALYTICS"."PUBLIC_UPCOMING"."V" AS ('],
  ['secure, with columns', 'create or replace secure view ANALYTICS.PUBLIC_UPCOMING.V (ID, "as") as ('],
  ['without a blank', 'create view ANALYTICS.PUBLIC_UPCOMING.V(ID)as('],
  ['persist_docs', 'create or replace view ANALYTICS.PUBLIC_UPCOMING.V (\n "ID" COMMENT $$the id$$\n) as ('],
  [
    'persist_docs with "as" and quotes in a description',
    `create or replace view ANALYTICS.PUBLIC_UPCOMING.V (\n "ID" COMMENT $$known as the visitor's id$$\n) as (`,
  ],
  ['with "as" in its comment', `create view PUBLIC_UPCOMING.V comment = 'same as before, it''s' as (`],
  ['with an escaped quote in its comment', String.raw`create view PUBLIC_UPCOMING.V comment = 'it\'s as before' as (`],
  ['with "as" in a comment of SQL', 'create view PUBLIC_UPCOMING.V -- as it\'s\n/* as " */ as ('],
  ['named as', 'create view ANALYTICS.PUBLIC_UPCOMING."AS" as ('],
  ['named with a quote and as', 'create view ANALYTICS.PUBLIC_UPCOMING."x"" as ""y" as ('],
  ['with a tag and a policy', "create view PUBLIC_UPCOMING.V with tag (cost = 'as $$') as ("],
  ['with a name that has as in it', 'create view PUBLIC_UPCOMING.AS_OF_TODAY (BASE) as ('],
];

describe.each(HEADS)('a view whose head is written %s', (_how, head) => {
  test('is found by what it reads', () => {
    expect(bodyNames(`${head}\n${READS}\n);`, ['PUBLIC_UPCOMING'])).toBe(true);
    expect(bodyNames(`${head}${READS.toLowerCase()})`, ['PUBLIC_UPCOMING'])).toBe(true);
  });

  test('is not found by its own name', () => {
    expect(bodyNames(`${head}\n${READS_ELSEWHERE}\n);`, ['PUBLIC_UPCOMING'])).toBe(false);
  });
});

describe('what a body names', () => {
  test.each([
    ['in a common table expression', `create view V as with e as (${READS}) select * from e`, true],
    ['in a subquery only', `create view V as select (select max(x) from (${READS})) as y`, true],
    ['in another database: told all the same', 'create view V as select * from DEV.PUBLIC_UPCOMING.T', true],
    ['quoted', 'create view V as select * from "PUBLIC_UPCOMING"."T"', true],
    ['quoted in another case', 'create view V as select * from "public_upcoming"."T"', false],
    ['in a literal', "create view V as select 'PUBLIC_UPCOMING.T' as said", false],
    ['in a comment', 'create view V as select 1 as x -- was PUBLIC_UPCOMING', false],
    ['as part of another name', 'create view V as select * from PUBLIC_UPCOMING_OLD.T', false],
    ['without a head: all counts', READS, true],
  ])('%s', (_where, text, names) => {
    expect(bodyNames(text, ['PUBLIC_UPCOMING'])).toBe(names);
  });

  test.each(['my "schema"', 'lower', '$$', "it's", '--', 'AS'])('a schema that is called %j', (schema) => {
    const quoted = `"${schema.replaceAll('"', '""')}"`;
    expect(bodyNames(`create view ${quoted}.V as select * from DB.${quoted}.T`, [schema])).toBe(true);
    expect(bodyNames(`create view ${quoted}.V (X) as select * from DB.OTHER.T`, [schema])).toBe(false);
  });
});

describe('views of the database', () => {
  const row = (schema_name: string, name: string, text: string | null): Row => ({
    schema_name,
    name,
    text,
    owner: 'R',
  });
  const views = [
    row('REPORTS', 'DAILY', `create view REPORTS.DAILY as ${READS}`),
    row('PUBLIC', 'TOTALS', `create view PUBLIC_UPCOMING.TOTALS as ${READS_ELSEWHERE}`),
    row('PUBLIC', 'SECRET', ''),
    row('PUBLIC', 'HIDDEN', null),
    row('INFORMATION_SCHEMA', 'TABLES', ''),
  ];

  test('are told apart: those that name the schema, and those that cannot be read', async () => {
    const warehouse = new RecordingWarehouse(() => views);
    const found = await viewsNaming(warehouse, 'ANALYTICS', ['PUBLIC_UPCOMING']);
    expect(found.naming.map((view) => displayView(view, 'ANALYTICS'))).toEqual(['ANALYTICS.REPORTS.DAILY']);
    expect(found.unreadable.map(({ name }) => name)).toEqual(['SECRET', 'HIDDEN']);
    expect(warehouse.sql).toEqual(['SHOW VIEWS IN DATABASE "ANALYTICS" LIMIT 10000']);
  });

  test('more than SHOW gives at once are read schema by schema, page by page', async () => {
    const many = Array.from({ length: SHOW_PAGE }, (_, i) => row('REPORTS', `V${String(i).padStart(5, '0')}`, READS));
    const last = row('REPORTS', 'W', READS);
    const warehouse = new RecordingWarehouse(({ name, sql }) => {
      if (name === 'showViewsOfDatabase') return many;
      if (name === 'showAllSchemas') return [{ name: 'REPORTS' }, { name: 'EMPTY' }];
      if (sql.includes('"EMPTY"')) return [];
      return sql.endsWith("FROM 'V09999'") ? [last] : many;
    });
    const { naming } = await viewsNaming(warehouse, 'ANALYTICS', ['PUBLIC_UPCOMING']);
    expect(naming).toHaveLength(SHOW_PAGE + 1);
    expect(naming.at(-1)?.name).toBe('W');
    expect(warehouse.names).toEqual(['showViewsOfDatabase', 'showAllSchemas', 'showViews', 'showViews', 'showViews']);
  });
});
