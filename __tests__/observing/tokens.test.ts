import { describe, expect, test } from '@jest/globals';
import { movedTables, readTokens } from '../../src/observing/tokens.js';
import type { Row } from '../../src/snowflake/warehouse.js';
import { namesIn } from '../snowflake/support/tokens.js';
import { RecordingWarehouse } from '../support/recording-warehouse.js';

const PUBLIC = { database: 'ANALYTICS', schema: 'PUBLIC' };
const RELEASE = { database: 'ANALYTICS', schema: 'PUBLIC_RELEASE_D' };

/** Answers each column with a token made from its place. */
function warehouse(): RecordingWarehouse {
  return new RecordingWarehouse(({ sql }) => [
    Object.fromEntries(namesIn(sql).map((column) => [column, `at ${column}`])),
  ]);
}

describe('reading', () => {
  test('tokens are keyed by the name that the table has', async () => {
    expect(await readTokens(warehouse(), PUBLIC, ['A', 'b"c'])).toEqual({
      '"ANALYTICS"."PUBLIC"."A"': 'at t0',
      '"ANALYTICS"."PUBLIC"."b""c"': 'at t1',
    });
  });

  test('tokens of a staged schema are keyed by the name that its tables will have in production', async () => {
    const reader = warehouse();
    expect(await readTokens(reader, RELEASE, ['A'], PUBLIC)).toEqual({ '"ANALYTICS"."PUBLIC"."A"': 'at t0' });
    expect(reader.sql[0]).toContain('PUBLIC_RELEASE_D');
  });

  test('a table that was never written to has a token too', async () => {
    const rows: readonly Row[] = [{ t0: null }];
    expect(await readTokens(new RecordingWarehouse(() => rows), PUBLIC, ['A'])).toEqual({
      '"ANALYTICS"."PUBLIC"."A"': 'none',
    });
  });

  test.each([
    [0, 0],
    [1, 1],
    [500, 1],
    [501, 2],
    [1500, 3],
  ])('%d tables take %d SELECTs, and each keeps its own token', async (count, selects) => {
    const tables = Array.from({ length: count }, (_, i) => `T${i}`);
    const reader = warehouse();
    const tokens = await readTokens(reader, PUBLIC, tables);
    expect(reader.statements).toHaveLength(selects);
    expect(Object.keys(tokens)).toHaveLength(count);
    tables.forEach((name, index) => expect(tokens[`"ANALYTICS"."PUBLIC"."${name}"`]).toBe(`at t${index % 500}`));
  });

  test('an answer without a row is no answer', async () => {
    await expect(readTokens(new RecordingWarehouse(), PUBLIC, ['A'])).rejects.toThrow('without a row');
  });
});

describe('what moved', () => {
  const key = (name: string): string => `"ANALYTICS"."PUBLIC"."${name}"`;
  const earlier = {
    [key('SAME')]: '1',
    [key('MOVED')]: '1',
    [key('EMPTY')]: 'none',
    [key('FILLED')]: 'none',
    [key('GONE')]: '1',
  };
  const now = {
    [key('SAME')]: '1',
    [key('MOVED')]: '2',
    [key('EMPTY')]: 'none',
    [key('FILLED')]: '3',
    [key('NEW')]: '1',
  };

  test('differs, or was not known: a token that is not there proves nothing', () => {
    const tables = ['SAME', 'MOVED', 'EMPTY', 'FILLED', 'NEW'];
    expect(movedTables(PUBLIC, earlier, now, tables)).toEqual(['MOVED', 'FILLED', 'NEW']);
    expect(movedTables(PUBLIC, {}, now, tables)).toEqual(tables);
    expect(movedTables(PUBLIC, earlier, {}, ['SAME'])).toEqual(['SAME']);
    expect(movedTables(PUBLIC, {}, {}, ['UNKNOWN'])).toEqual(['UNKNOWN']);
  });

  test('tokens of another schema say nothing', () => {
    expect(movedTables(RELEASE, earlier, now, ['SAME'])).toEqual(['SAME']);
  });
});
