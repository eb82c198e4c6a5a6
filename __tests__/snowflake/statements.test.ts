import { describe, expect, test } from '@jest/globals';
import { countCheckRows, currentSession, rolesInSession } from '../../src/snowflake/statements/checks.js';
import * as grants from '../../src/snowflake/statements/grants.js';
import type { Grant } from '../../src/snowflake/statements/grants.js';
import * as history from '../../src/snowflake/statements/history.js';
import * as objects from '../../src/snowflake/statements/objects.js';
import * as schemas from '../../src/snowflake/statements/schemas.js';
import type { Statement } from '../../src/snowflake/warehouse.js';
import { HOSTILE_NAMES } from './support/hostile.js';
import { literalsIn, namesIn, shapeOf, statementsIn, tokenize } from './support/tokens.js';

const select: Grant = { privilege: 'SELECT', grantee: { kind: 'ROLE', name: 'BI' }, grantOption: false };

/** Every statement with names in it: made of the three names, which must all come back, in this order. */
const NAMED: Readonly<Record<string, (a: string, b: string, c: string) => Statement>> = {
  commentOnSchema: (a, b) => schemas.commentOnSchema({ database: a, schema: b }, ''),
  createTransientSchema: (a, b) => schemas.createTransientSchema({ database: a, schema: b }, ''),
  createSchemaIfNotExists: (a, b) => schemas.createSchemaIfNotExists({ database: a, schema: b }, ''),
  dropSchema: (a, b) => schemas.dropSchema({ database: a, schema: b }),
  showTables: (a, b) => objects.showTables({ database: a, schema: b }),
  showViews: (a, b) => objects.showViews({ database: a, schema: b }),
  showKind: (a, b) => objects.showKind('DYNAMIC TABLES', { database: a, schema: b }),
  showViewsOfDatabase: (a) => objects.showViewsOfDatabase(a),
  showAllSchemas: (a) => objects.showAllSchemas(a),
  dropTable: (a, b, c) => objects.dropTable({ database: a, schema: b, name: c }),
  dropView: (a, b, c) => objects.dropView({ database: a, schema: b, name: c }),
  resumeClustering: (a, b, c) => objects.resumeClustering({ database: a, schema: b, name: c }),
  createHistory: (a, b, c) => history.createHistory({ database: a, schema: b, name: c }),
  selectHistory: (a, b, c) => history.selectHistory({ database: a, schema: b, name: c }, 'D'),
  selectHistoryBySnapshot: (a, b, c) => history.selectHistoryBySnapshot({ database: a, schema: b, name: c }, 'S'),
  updateHistory: (a, b, c) => history.updateHistory({ database: a, schema: b, name: c }, 'D', { PHASE: 'done' }),
  showGrantsOnSchema: (a, b) => grants.showGrantsOnSchema({ database: a, schema: b }),
  showFutureGrants: (a, b) => grants.showFutureGrants({ database: a, schema: b }),
  showGrantsOnDatabase: (a) => grants.showGrantsOnDatabase(a),
  showGrantsOnObject: (a, b, c) => grants.showGrantsOnObject('VIEW', { database: a, schema: b, name: c }),
  grantOnSchema: (a, b, c) =>
    grants.grantOnSchema({ ...select, grantee: { kind: 'ROLE', name: c } }, { database: a, schema: b }),
  grantToUser: (a, b, c) =>
    grants.grantOnSchema({ ...select, grantee: { kind: 'USER', name: c } }, { database: a, schema: b }),
  grantOnObject: (a, b, c) => grants.grantOnObject(select, 'TABLE', { database: a, schema: b, name: c }),
  grantOwnershipOfSchema: (a, b, c) =>
    grants.grantOwnershipOfSchema({ database: a, schema: b }, { kind: 'ROLE', name: c }),
};

describe.each(Object.entries(NAMED))('%s', (_name, make) => {
  const plain = make('A', 'B', 'C');
  const used = ['A', 'B', 'C'].filter((name) => namesIn(plain.sql).includes(name));

  test.each(HOSTILE_NAMES)('stays one statement with the same names for %j', (name) => {
    const places: readonly (readonly [string, string, string])[] = [
      [name, 'B', 'C'],
      ['A', name, 'C'],
      ['A', 'B', name],
      [name, name, name],
    ];
    for (const names of places) {
      const { sql } = make(...names);
      expect(statementsIn(sql)).toHaveLength(1);
      expect(shapeOf(sql)).toBe(shapeOf(plain.sql));
      expect(namesIn(sql).slice(0, used.length)).toEqual(names.slice(0, used.length));
    }
  });
});

describe('two schemas or relations', () => {
  const source = { database: 'DB', schema: 'PUBLIC', name: 'EVENTS' };
  test.each(HOSTILE_NAMES)('clones and renames to %j', (name) => {
    const target = { database: 'DB', schema: name, name };
    const options = { transient: true, managedAccess: true };
    const clone = schemas.cloneSchema(target, source, options, name).sql;
    expect(shapeOf(clone)).toBe(
      'CREATE TRANSIENT SCHEMA <name> . <name> CLONE <name> . <name> WITH MANAGED ACCESS COMMENT = <text>',
    );
    expect(namesIn(clone)).toEqual(['DB', name, 'DB', 'PUBLIC']);
    expect(literalsIn(clone)).toEqual([name]);

    const rename = schemas.renameSchema(source, target).sql;
    expect(shapeOf(rename)).toBe('ALTER SCHEMA <name> . <name> RENAME TO <name> . <name>');
    expect(namesIn(rename)).toEqual(['DB', 'PUBLIC', 'DB', name]);

    const replace = objects.replaceTableByClone(target, source, false).sql;
    expect(shapeOf(replace)).toBe(
      'CREATE OR REPLACE TABLE <name> . <name> . <name> CLONE <name> . <name> . <name> COPY GRANTS',
    );
    expect(namesIn(replace)).toEqual(['DB', name, name, 'DB', 'PUBLIC', 'EVENTS']);

    const table = objects.cloneTable(target, source, true).sql;
    expect(shapeOf(table)).toBe('CREATE TRANSIENT TABLE <name> . <name> . <name> CLONE <name> . <name> . <name>');

    const earlier = objects.cloneTableAsOf(target, source, new Date('2026-11-22T15:30:45.123+02:00')).sql;
    expect(shapeOf(earlier)).toBe(
      'CREATE TRANSIENT TABLE <name> . <name> . <name> CLONE <name> . <name> . <name> AT ( TIMESTAMP = > <text> : : TIMESTAMP_TZ )',
    );
    expect(namesIn(earlier)).toEqual(['DB', name, name, 'DB', 'PUBLIC', 'EVENTS']);
    expect(literalsIn(earlier)).toEqual(['2026-11-22T13:30:45.123+00:00']);
  });

  test('a permanent schema without managed access is cloned as such', () => {
    const { sql } = schemas.cloneSchema(source, source, { transient: false, managedAccess: false }, 'c');
    expect(shapeOf(sql)).toBe('CREATE SCHEMA <name> . <name> CLONE <name> . <name> COMMENT = <text>');
  });
});

describe('the switch', () => {
  const pairs = [
    { live: 'PUBLIC', staged: 'PUBLIC_RELEASE_D', keepAs: 'PUBLIC_SNAPSHOT_X' },
    { live: 'SALES', staged: 'SALES_RELEASE_D', keepAs: 'SALES_SNAPSHOT_X' },
  ];

  function block(names: readonly (typeof pairs)[number][]): string {
    const at = (schema: string): { database: string; schema: string } => ({ database: 'DB', schema });
    const { sql } = schemas.swapAndKeep(
      names.map(({ live, staged, keepAs }) => ({ live: at(live), staged: at(staged), keepAs: at(keepAs) })),
    );
    expect(shapeOf(sql)).toBe('EXECUTE IMMEDIATE <text>');
    return literalsIn(sql)[0] ?? '';
  }

  test('is one request: all SWAPs, then all RENAMEs', () => {
    const schema = '<name> . <name>';
    expect(statementsIn(block(pairs)).map((tokens) => tokens.map(({ value }) => value).join(' '))).toEqual([
      'BEGIN ALTER SCHEMA DB . PUBLIC SWAP WITH DB . PUBLIC_RELEASE_D',
      'ALTER SCHEMA DB . SALES SWAP WITH DB . SALES_RELEASE_D',
      'ALTER SCHEMA DB . PUBLIC_RELEASE_D RENAME TO DB . PUBLIC_SNAPSHOT_X',
      'ALTER SCHEMA DB . SALES_RELEASE_D RENAME TO DB . SALES_SNAPSHOT_X',
      'END',
    ]);
    expect(shapeOf(block(pairs.slice(0, 1)))).toBe(
      `BEGIN ALTER SCHEMA ${schema} SWAP WITH ${schema} ; ALTER SCHEMA ${schema} RENAME TO ${schema} ; END ;`,
    );
  });

  test.each(HOSTILE_NAMES)('holds whatever name the schema has: %j', (name) => {
    const inner = block([{ live: name, staged: 'S', keepAs: 'K' }]);
    expect(shapeOf(inner)).toBe(shapeOf(block([{ live: 'P', staged: 'S', keepAs: 'K' }])));
    expect(namesIn(inner)).toEqual(['DB', name, 'DB', 'S', 'DB', 'S', 'DB', 'K']);
  });
});

describe('literals', () => {
  test.each(HOSTILE_NAMES)('%j stays one literal', (text) => {
    expect(literalsIn(schemas.showSchemas('DB', text).sql)).toEqual([text]);
    expect(literalsIn(schemas.commentOnSchema({ database: 'D', schema: 'S' }, text).sql)).toEqual([text]);
    expect(literalsIn(objects.showTables({ database: 'D', schema: 'S' }, text).sql)).toEqual([text]);
    expect(literalsIn(rolesInSession([text, 'R']).sql)).toEqual([text, 'R']);
    const relation = { database: 'D', schema: text, name: text };
    const [token = ''] = literalsIn(objects.changeTokens([relation]).sql);
    expect(tokenize(token).filter(({ kind }) => kind === 'name')).toEqual(
      ['D', text, text].map((value) => ({ kind: 'name', value })),
    );
  });

  test('pages start where the last one ended', () => {
    const schema = { database: 'D', schema: 'S' };
    expect(objects.showViews(schema).sql).toBe('SHOW VIEWS IN SCHEMA "D"."S" LIMIT 10000');
    expect(objects.showViews(schema, 'last').sql).toBe(`SHOW VIEWS IN SCHEMA "D"."S" LIMIT 10000 FROM 'last'`);
  });

  test('tokens and roles get numbered columns in the order given', () => {
    const at = (name: string): { database: string; schema: string; name: string } => ({
      database: 'D',
      schema: 'S',
      name,
    });
    expect(namesIn(objects.changeTokens([at('X'), at('Y')]).sql)).toEqual(['t0', 't1']);
    expect(namesIn(rolesInSession(['X', 'Y', 'Z']).sql)).toEqual(['r0', 'r1', 'r2']);
    expect(namesIn(currentSession().sql)).toEqual(['user', 'role', 'warehouse']);
  });
});

describe('grants', () => {
  const schema = { database: 'D', schema: 'S' };

  test('with and without grant option, to each kind of grantee', () => {
    const grant = (changes: Partial<Grant>): string => grants.grantOnSchema({ ...select, ...changes }, schema).sql;
    expect(grant({ privilege: 'CREATE TABLE' })).toBe('GRANT CREATE TABLE ON SCHEMA "D"."S" TO ROLE "BI"');
    expect(grant({ grantOption: true })).toBe('GRANT SELECT ON SCHEMA "D"."S" TO ROLE "BI" WITH GRANT OPTION');
    expect(grant({ grantee: { kind: 'USER', name: 'ANN' } })).toBe('GRANT SELECT ON SCHEMA "D"."S" TO USER "ANN"');
    const databaseRole = { kind: 'DATABASE_ROLE', database: 'D"B', name: 'R.1' } as const;
    expect(grant({ grantee: databaseRole })).toBe('GRANT SELECT ON SCHEMA "D"."S" TO DATABASE ROLE "D""B"."R.1"');
    expect(grants.grantOwnershipOfSchema(schema, databaseRole).sql).toBe(
      'GRANT OWNERSHIP ON SCHEMA "D"."S" TO DATABASE ROLE "D""B"."R.1" COPY CURRENT GRANTS',
    );
  });

  test.each(['USAGE', 'ADD SEARCH OPTIMIZATION', 'CREATE SNOWFLAKE.ML.ANOMALY_DETECTION'])(
    '%s is a privilege',
    (word) => {
      expect(grants.grantOnSchema({ ...select, privilege: word }, schema).sql).toContain(`GRANT ${word} ON SCHEMA`);
    },
  );

  test.each([
    '',
    ' ',
    'select',
    'SELECT ON SCHEMA X TO ROLE Y;',
    'SELECT;',
    'SELECT, INSERT',
    'SELECT--',
    'SELECT/**/',
    '"SELECT"',
    'SELECT\nON',
    'SELECT\n',
    "SELECT'",
    'SELECT (A)',
  ])('%j is none', (privilege) => {
    expect(() => grants.grantOnSchema({ ...select, privilege }, schema)).toThrow(RangeError);
    expect(() => grants.grantOnObject({ ...select, privilege }, 'TABLE', { ...schema, name: 'T' })).toThrow(RangeError);
  });
});

describe('custom checks', () => {
  test.each(['select 1', 'select 1;', '  select 1 ;\n\n', 'select 1 -- why;'])('%j is counted', (text) => {
    expect(shapeOf(countCheckRows(text).sql)).toBe('SELECT COUNT ( * ) AS <name> FROM ( select 1 )');
  });

  test('a comment at the end of the file does not swallow the bracket', () => {
    expect(countCheckRows('select 1 -- the end').sql.endsWith('\n)')).toBe(true);
  });
});

describe('the history', () => {
  const table = { database: 'D', schema: 'PUBLIC_DEPLOYMENTS', name: 'HISTORY' };
  const values = { PHASE: "o'brien; --", REJECTED: null, KIND: 'deployment' } as const;

  test('values are bound, never written into the text', () => {
    const insert = history.insertHistory(table, 'D1', values);
    expect(insert.binds).toEqual(['D1', 'deployment', "o'brien; --", null, 'D1']);
    expect(insert.sql.match(/\?/g)).toHaveLength(5);
    expect(literalsIn(insert.sql)).toEqual([]);
    const update = history.updateHistory(table, 'D1', values);
    expect(update.binds).toEqual(['deployment', "o'brien; --", null, 'D1']);
    expect(namesIn(update.sql).slice(3)).toEqual(['KIND', 'PHASE', 'REJECTED', 'DEPLOYMENT']);
  });

  test('an insert adds its row only once', () => {
    expect(shapeOf(history.insertHistory(table, 'D1', values).sql)).toContain('WHERE NOT EXISTS ( SELECT 1 FROM');
  });

  test('what is not given is not written, and the key never changes', () => {
    const update = history.updateHistory(table, 'D1', { DEPLOYMENT: 'D2', PLAN: 'p' });
    expect(update.binds).toEqual(['p', 'D1']);
    const insert = history.insertHistory(table, 'D1', { DEPLOYMENT: 'D2', PLAN: 'p' });
    expect(insert.binds).toEqual(['D1', 'p', 'D1']);
  });

  test('a list has no large column, and a bound', () => {
    const names = namesIn(history.listHistory(table, 20).sql);
    expect(names).toContain('REJECTED');
    for (const large of ['PLAN', 'RESULTS', 'REPORT', 'TOKENS_AT_CLONE']) expect(names).not.toContain(large);
    expect(history.listHistory(table, 20).sql).toMatch(/ORDER BY "STARTED_AT" DESC LIMIT 20$/);
  });
});

test('each statement is named like the function that makes it, so that logs lead there', () => {
  const unnamed = Object.entries(NAMED).filter(([name, make]) => make('A', 'B', 'C').name !== name);
  expect(unnamed.map(([name]) => name)).toEqual(['grantToUser']);
});
