import { describe, expect, test } from '@jest/globals';
import { History } from '../../src/history/history.js';
import { SnowflakeError } from '../../src/snowflake/warehouse.js';
import { D0, D1, D2, PAIR, R1 } from '../deployment/support/schemas.js';
import { plan, plannedNode, record } from '../deployment/support/plans.js';
import { RecordingWarehouse } from '../support/recording-warehouse.js';
import { StoredHistory } from './support/stored-history.js';

const WHO = { run: 'https://github.example/octo/shop/actions/runs/77', actor: 'octocat' };
const STATEMENT = { name: 'selectHistory', sql: 'SELECT' };

describe('a record', () => {
  test('is read back on a fresh runner as it was written', async () => {
    const warehouse = new StoredHistory();
    const written = record({
      plan: plan([plannedNode('EVENTS'), plannedNode("o'brien")]),
      tokensAtClone: { '"A"."B"."C"': '17', '"A"."B"."D"': 'none' },
    });
    await new History(warehouse, PAIR).begin(written, WHO);
    expect(await new History(warehouse, PAIR).read(D1)).toEqual(written);
  });

  test('takes what later steps add, and loses tokens that a catch-up makes void', async () => {
    const history = new History(new StoredHistory(), PAIR);
    await history.begin(record({ pullRequests: [] }), WHO);
    const snapshot = 'PUBLIC_SNAPSHOT_2026_11_22_153045';
    await history.update(D1, {
      PHASE: 'swapped',
      SNAPSHOT: snapshot,
      TOKENS_AT_SWAP: '{"t":"2"}',
      TOKENS_OF_UPCOMING: '{"t":"1"}',
    });
    await history.update(D1, { TOKENS_OF_UPCOMING: null });
    expect(await history.read(D1)).toMatchObject({
      phase: 'swapped',
      snapshot,
      tokensAtSwap: { t: '2' },
      tokensOfUpcoming: undefined,
      pullRequests: [],
    });
    expect((await history.readBySnapshot(snapshot))?.deployment).toBe(D1);
  });

  test('begun again after a lost reply stays one row', async () => {
    const warehouse = new StoredHistory();
    const history = new History(warehouse, PAIR);
    await history.begin(record(), WHO);
    await history.update(D1, { PHASE: 'verified' });
    await history.begin(record(), WHO);
    expect((await history.read(D1))?.phase).toBe('verified');
    expect(warehouse.rows.size).toBe(1);
  });

  test('another run made its place in the same moment', async () => {
    const taken = new SnowflakeError('already exists', { code: '002002', statement: STATEMENT });
    const warehouse = new RecordingWarehouse(() => taken);
    await new History(warehouse, PAIR).prepare();
    expect(warehouse.names).toEqual(['createSchemaIfNotExists', 'createHistory']);
  });

  test('a rollback is a row, but no deployment', async () => {
    const history = new History(new StoredHistory(), PAIR);
    await history.beginRollback(R1, { COMMIT: 'a'.repeat(40), SNAPSHOT: 'S', PHASE: 'restoring' });
    expect(await history.read(R1)).toBeUndefined();
    expect(await history.readBySnapshot('S')).toBeUndefined();
    expect(await history.list(5)).toEqual([
      { DEPLOYMENT: R1, KIND: 'rollback', COMMIT: 'a'.repeat(40), SNAPSHOT: 'S', PHASE: 'restoring' },
    ]);
  });

  test('an unknown deployment has none', async () => {
    const history = new History(new StoredHistory(), PAIR);
    await history.begin(record(), WHO);
    expect(await history.read(D2)).toBeUndefined();
    expect(await history.readBySnapshot('NONE')).toBeUndefined();
  });
});

describe('a history that is not there', () => {
  test.each(['002003', '002043'])('reads as empty (%s)', async (code) => {
    const missing = new SnowflakeError('does not exist or not authorized', { code, statement: STATEMENT });
    const history = new History(new RecordingWarehouse(() => missing), PAIR);
    expect(await history.read(D1)).toBeUndefined();
    expect(await history.readBySnapshot('S')).toBeUndefined();
    expect(await history.list(5)).toEqual([]);
  });

  test('any other refusal goes on: an empty history would be a lie', async () => {
    const refused = new SnowflakeError('no warehouse', { code: '000606', statement: STATEMENT });
    const history = new History(new RecordingWarehouse(() => refused), PAIR);
    await expect(history.read(D1)).rejects.toBe(refused);
    await expect(history.list(5)).rejects.toBe(refused);
  });

  test('is made beside production, and made again does no harm', async () => {
    const warehouse = new RecordingWarehouse();
    await new History(warehouse, { ...PAIR, production: 'it"s' }).prepare();
    expect(warehouse.sql[0]).toMatch(/^CREATE SCHEMA IF NOT EXISTS "ANALYTICS"."it""s_DEPLOYMENTS" COMMENT = '/);
    expect(warehouse.sql[1]).toMatch(/^CREATE TABLE IF NOT EXISTS "ANALYTICS"."it""s_DEPLOYMENTS"."HISTORY" \(/);
  });
});

test('what somebody edited by hand is not taken for a plan', async () => {
  const warehouse = new StoredHistory();
  const history = new History(warehouse, PAIR);
  await history.begin(record({ deployment: D0 }), WHO);
  await history.update(D0, { PLAN: '{"format":9}' });
  await expect(history.read(D0)).rejects.toThrow();
});
