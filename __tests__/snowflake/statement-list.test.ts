import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from '@jest/globals';
import { flawsOf, statementsPage } from '../../script/statement-list-parts/document.js';
import { PLAIN_NAMES } from '../../script/statement-list-parts/example.js';
import { EXAMPLES } from '../../script/statement-list-parts/examples.js';
import { readStatementSources, typeScriptFiles } from '../../script/statement-list-parts/sources.js';
import { parsedBySqlglot } from './support/sqlglot.js';

const TOP = fileURLToPath(new URL('../..', import.meta.url));
const SCRATCH = mkdtempSync(path.join(tmpdir(), 'statement-list-'));

afterAll(() => rmSync(SCRATCH, { recursive: true, force: true }));

/** What sqlglot passes through unread, and the words of each at which it gives up. */
const UNKNOWN_TO_SQLGLOT: Readonly<Record<string, string>> = {
  setParameters: 'several parameters in one ALTER SESSION',
  cloneSchema: 'CLONE and COMMENT after a managed schema',
  renameSchema: 'ALTER SCHEMA … RENAME TO',
  grantOnFuture: 'GRANT … ON FUTURE',
  revokeOnFuture: 'REVOKE … ON FUTURE',
  commentWhile: 'EXECUTE IMMEDIATE',
  dropSchemaWhile: 'EXECUTE IMMEDIATE',
  swapAndKeep: 'EXECUTE IMMEDIATE',
  replaceTableByClone: 'COPY GRANTS after CLONE',
  resumeClustering: 'RESUME RECLUSTER',
  setMaskingPolicy: 'SET MASKING POLICY of a column',
  addRowAccessPolicy: 'ADD ROW ACCESS POLICY',
  setColumnTag: 'SET TAG of a column',
  showKind: 'SHOW of kinds other than tables, views and schemas',
  showStreamsOfDatabase: 'SHOW of kinds other than tables, views and schemas',
  showGrantsOnSchema: 'SHOW GRANTS',
  showFutureGrants: 'SHOW FUTURE GRANTS',
  showGrantsOnObject: 'SHOW GRANTS',
  showGrantsOnDatabase: 'SHOW GRANTS',
  showGrantsOnAccount: 'SHOW GRANTS',
  showDatabaseRoles: 'SHOW of kinds other than tables, views and schemas',
  showPolicies: 'SHOW of kinds other than tables, views and schemas',
  grantOnObject: 'a DATABASE ROLE as the one to whom is granted',
  grantOwnershipOfSchema: 'COPY CURRENT GRANTS',
  explainConditions: 'EXPLAIN',
  explainRead: 'EXPLAIN',
};

test('an independent parser reads each example as one statement, but for those that it does not know', () => {
  const examples = EXAMPLES.map(({ make }) => make(PLAIN_NAMES));
  const parsed = parsedBySqlglot(examples.map(({ sql }) => sql));
  expect(parsed.filter(({ statements }) => statements !== 1)).toEqual([]);
  const unknown = examples.filter((_, index) => parsed[index]?.kind === 'command').map(({ name }) => name);
  expect(unknown.sort()).toEqual(Object.keys(UNKNOWN_TO_SQLGLOT).sort());
});

describe('the list', () => {
  // Reading all sources takes seconds: once as they are, and once with a file between them that does what it should not.
  const files = typeScriptFiles(path.join(TOP, 'src'));
  const sources = readStatementSources(TOP, files);
  const added = path.join(SCRATCH, 'added.ts');
  const warehouse = path.relative(SCRATCH, path.join(TOP, 'src/snowflake/warehouse.js')).replaceAll(path.sep, '/');
  writeFileSync(
    added,
    [
      `import type { Statement } from '${warehouse}';`,
      `export function dropAll(): Statement { return { name: 'dropAll', sql: 'DROP DATABASE X' }; }`,
      '/** Does so, too. */',
      `export function dropToo(): Statement { const made: Statement = { name: 'dropToo', sql: '' }; return made; }`,
      'interface W { execute(statement: Statement): void }',
      `export function quietly(warehouse: W): void { warehouse.execute({ name: 'x', sql: 'DROP DATABASE X' }); }`,
      `export const other = (seen: Statement): Statement => ({ ...seen, sql: 'DROP DATABASE X' });`,
    ].join('\n'),
  );
  const withMore = readStatementSources(TOP, [...files, added]);

  test('holds every statement of the sources, and from which modes it comes', () => {
    expect(flawsOf(sources, EXAMPLES)).toEqual([]);
    expect(sources.functions).toHaveLength(EXAMPLES.length);
    const modesOf = (name: string): readonly string[] =>
      sources.functions.find((made) => made.name === name)?.modes ?? [];
    expect(modesOf('swapAndKeep')).toEqual(['swap', 'rollback']);
    expect(modesOf('rolesInSession')).toContain('build');
    expect(modesOf('dropSchema')).not.toContain('plan');
    expect(modesOf('dropSchema')).not.toContain('status');
    const page = statementsPage(sources, EXAMPLES);
    expect(page).toContain('### swapAndKeep\n\nThe switch: all SWAPs, then all RENAMEs');
    expect(page).toContain("EXECUTE IMMEDIATE 'BEGIN\nSELECT CAST");
  });

  test('is not whole without a statement that was added, whatever way it is made', () => {
    const file = path.relative(TOP, added);
    const outside = 'makes a statement outside of a function of that name: give it a function of its own.';
    expect(flawsOf(withMore, EXAMPLES)).toEqual([
      `${file}:6 ${outside}`,
      `${file}:7 ${outside}`,
      `dropAll (${file}) has no example in script/statement-list-parts/examples.ts.`,
      `dropToo (${file}) has no example in script/statement-list-parts/examples.ts.`,
      `dropAll (${file}) has no docstring that says what it is for.`,
      `dropAll (${file}) stands in none of the folders for statements.`,
      `dropToo (${file}) stands in none of the folders for statements.`,
    ]);
  });

  test('has no example of a statement that went away, and none twice', () => {
    const gone = { make: () => ({ name: 'gone', sql: 'SELECT 1' }), needs: 'nothing' };
    expect(flawsOf(sources, [...EXAMPLES, gone])).toEqual(['The example of gone is of no function in src/.']);
    expect(flawsOf(sources, [...EXAMPLES, ...EXAMPLES.slice(0, 1)])).toEqual(['setParameters has two examples.']);
  });
});
