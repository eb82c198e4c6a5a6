import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { ActionableError } from '../../../src/errors.js';
import { silentLog } from '../../../src/log.js';
import { createWarehouse } from '../../../src/snowflake/client.js';
import type { Connection } from '../../../src/snowflake/connection.js';
import { SnowflakeError, UnknownOutcomeError } from '../../../src/snowflake/warehouse.js';
import type { Statement, Warehouse } from '../../../src/snowflake/warehouse.js';
import { localSnowflakeOfThisWorker } from '../support/local-snowflake.js';
import { createDeployer, strangersKey } from './deployer.js';

const server = localSnowflakeOfThisWorker();
const TAG = 'blue-green: adapters test';
let connection: Connection;
let warehouse: Warehouse;
let database: string;

beforeAll(async () => {
  connection = await createDeployer(server);
  database = connection.database;
  warehouse = await createWarehouse(connection, { queryTag: TAG, log: silentLog });
});

afterEach(() => server.clearFaults());

afterAll(() => warehouse.close());

function statement(sql: string, binds?: Statement['binds']): Statement {
  return { name: 'test', sql, ...(binds === undefined ? {} : { binds }) };
}

/** What a promise rejects with; a promise that resolves is a failed test. */
async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('It should have failed.');
}

describe('values', () => {
  test('are text or null, whatever their type', async () => {
    const rows = await warehouse.execute(
      statement(`SELECT 9007199254740993 AS "big", 1.50::NUMBER(9,2) AS "decimal", TRUE AS "yes", NULL AS "nothing", 'NULL' AS "word",
        '2026-11-22'::DATE AS "day", PARSE_JSON('[1, "b"]') AS "list"`),
    );
    const { list, ...others } = rows[0] ?? {};
    expect(others).toEqual({
      big: '9007199254740993',
      decimal: '1.50',
      yes: 'TRUE',
      nothing: null,
      word: 'NULL',
      day: '2026-11-22',
    });
    expect(JSON.parse(list ?? '')).toEqual([1, 'b']);
  });

  test('are bound by position, text never read as SQL', async () => {
    const values = ["'; DROP SCHEMA PUBLIC; --", 7, null, false] as const;
    const rows = await warehouse.execute(
      statement('SELECT ? AS "text", ? AS "number", ? AS "none", ? AS "flag"', values),
    );
    expect(rows).toEqual([{ text: "'; DROP SCHEMA PUBLIC; --", number: '7', none: null, flag: 'FALSE' }]);
  });

  test('of SHOW have lower case columns and times that Date reads', async () => {
    const [schema] = await warehouse.execute(statement(`SHOW SCHEMAS IN DATABASE ${database} STARTS WITH 'PUBLIC'`));
    expect(schema?.['name']).toBe('PUBLIC');
    const age = Date.now() - new Date(schema?.['created_on'] ?? '').getTime();
    expect(age).toBeGreaterThanOrEqual(0);
    expect(age).toBeLessThan(300_000);
  });
});

describe('sessions', () => {
  test('mark every statement with the query tag and fix the parameters that change meaning', async () => {
    const since = await server.logPosition();
    await warehouse.execute(statement('SELECT 1 AS "one of mine"'));
    const logged = (await server.log(since)).filter((entry) => entry.text.includes('one of mine'));
    expect(logged.map((entry) => entry.query_tag)).toEqual([TAG]);
    const parameters = await warehouse.execute(statement("SHOW PARAMETERS LIKE '%' IN SESSION"));
    const value = (key: string): string => parameters.find((row) => row['key'] === key)?.['value']?.toUpperCase() ?? '';
    expect(value('TIMEZONE')).toBe('UTC');
    expect(value('QUOTED_IDENTIFIERS_IGNORE_CASE')).toBe('FALSE');
    expect(value('ABORT_DETACHED_QUERY')).toBe('FALSE');
  });

  test('run statements side by side, but no more than asked', async () => {
    const narrow = await createWarehouse(connection, { queryTag: TAG, log: silentLog, concurrency: 2 });
    try {
      await server.addFault({ action: 'delay', when: 'before', matching: 'side by side', delay_ms: 300, times: 9 });
      const one = statement('SELECT CURRENT_SESSION() AS "side by side"');
      const answers = await Promise.all(Array.from({ length: 6 }, () => narrow.execute(one)));
      expect(new Set(answers.map((rows) => rows[0]?.['side by side'])).size).toBe(2);
    } finally {
      await narrow.close();
    }
  });
});

describe('a failure', () => {
  test('that the server tells is a refusal with its six-digit code', async () => {
    const failure = await failureOf(warehouse.execute(statement(`SELECT * FROM ${database}.PUBLIC.NOWHERE`)));
    expect(failure).toBeInstanceOf(SnowflakeError);
    expect(failure).toMatchObject({ code: '002003', sqlState: '42S02', statement: { name: 'test' } });
    expect((failure as SnowflakeError).queryId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('of the network costs nothing when the answer can be asked for again: it is done once', async () => {
    await server.addFault({ action: 'cut', when: 'after', matching: 'CREATE TABLE .*ONCE', times: 1 });
    // Run twice, it would be refused: the table exists.
    await warehouse.execute(statement(`CREATE TABLE ${database}.PUBLIC.ONCE (ID INT)`));
    const tables = await warehouse.execute(statement(`SHOW TABLES LIKE 'ONCE' IN SCHEMA ${database}.PUBLIC`));
    expect(tables).toHaveLength(1);
  });

  test('without any answer is an unknown outcome, and the next statement gets another session', async () => {
    await server.addFault({ action: 'cut', when: 'after', matching: 'CREATE TABLE .*LOST', times: 1000 });
    const failure = await failureOf(warehouse.execute(statement(`CREATE TABLE ${database}.PUBLIC.LOST (ID INT)`)));
    expect(failure).toBeInstanceOf(UnknownOutcomeError);
    expect(failure).toMatchObject({ statement: { name: 'test' } });
    await server.clearFaults();
    const tables = await warehouse.execute(statement(`SHOW TABLES LIKE 'LOST' IN SCHEMA ${database}.PUBLIC`));
    expect(tables).toHaveLength(1);
  });
});

describe('stopping', () => {
  test('cancels the statement on the server', async () => {
    await server.addFault({ action: 'delay', when: 'before', matching: 'too slow', delay_ms: 60_000 });
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 300);
    const failure = await failureOf(warehouse.execute(statement("SELECT 'too slow'"), { signal: stop.signal }));
    expect(failure).toMatchObject({ name: 'SnowflakeError', code: '000604' });
  });

  test('sends no further statement', async () => {
    const since = await server.logPosition();
    const failure = await failureOf(
      warehouse.execute(statement("SELECT 'never sent'"), { signal: AbortSignal.abort() }),
    );
    expect(failure).toMatchObject({ name: 'SnowflakeError', code: '000604' });
    expect((await server.log(since)).filter((entry) => entry.text.includes('never sent'))).toEqual([]);
  });

  test('finds by its query tag what an earlier process left running, and nothing else', async () => {
    const earlier = await createWarehouse(connection, { queryTag: TAG, log: silentLog });
    const stranger = await createWarehouse(connection, { queryTag: 'somebody else', log: silentLog });
    try {
      const ours = await server.addFault({ action: 'pause', matching: 'left running' });
      const theirs = await server.addFault({ action: 'pause', matching: 'of somebody' });
      const left = failureOf(earlier.execute(statement("SELECT 'left running'")));
      const others = stranger.execute(statement('SELECT \'of somebody\' AS "words"'));
      await Promise.all([server.holds(ours), server.holds(theirs)]);
      await warehouse.cancelLeftovers();
      expect(await left).toMatchObject({ name: 'SnowflakeError', code: '000604' });
      await server.release(theirs);
      expect(await others).toEqual([{ words: 'of somebody' }]);
    } finally {
      await Promise.all([earlier.close(), stranger.close()]);
    }
  });

  test('never throws while cleaning up, even when the server is of no help', async () => {
    const warnings: string[] = [];
    const log = { ...silentLog, warning: (message: string) => warnings.push(message) };
    const alone = await createWarehouse(connection, { queryTag: 'alone', log });
    try {
      await server.addFault({ action: 'fail', matching: 'QUERY_HISTORY_BY_USER', message: 'no warehouse' });
      await alone.cancelLeftovers();
      expect(warnings).toEqual([expect.stringMatching(/could not be cancelled: .*no warehouse.*query tag alone/s)]);
    } finally {
      await alone.close();
    }
  });
});

describe('a login', () => {
  async function refusal(changes: Partial<Connection>): Promise<string> {
    const error = await failureOf(createWarehouse({ ...connection, ...changes }, { queryTag: TAG, log: silentLog }));
    expect(error).toBeInstanceOf(ActionableError);
    return (error as ActionableError).message;
  }

  test('with a key that is not registered is refused in words', async () => {
    const privateKey = strangersKey();
    const message = await refusal({ credential: { kind: 'key pair', privateKey, passphrase: undefined } });
    expect(message).toMatch(/user does not exist.*or this private key is not the one registered.*390144/);
    expect(message).not.toContain(privateKey.split('\n')[1]);
  });

  test('with a role that was not granted is refused in words', async () => {
    expect(await refusal({ role: 'ACCOUNTADMIN' })).toMatch(
      /role ACCOUNTADMIN does not exist or is not granted.*39018/,
    );
  });

  test('with a token that nobody issued is refused in words', async () => {
    const message = await refusal({ credential: { kind: 'token', token: 'a-made-up-token' } });
    expect(message).toMatch(/programmatic access token is wrong, expired/);
    expect(message).not.toContain('a-made-up-token');
  });

  test('where nothing listens says so', async () => {
    expect(await refusal({ accessUrl: new URL('http://127.0.0.1:9') })).toMatch(
      /Nothing listens at http:\/\/127\.0\.0\.1:9/,
    );
  });
});
