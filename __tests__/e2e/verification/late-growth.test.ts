/** Rows that reached the sources while blue was built trickle down: everyday noise, told apart from what is wrong. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ManifestNode } from '../../../src/dbt/manifest.js';
import { manifestOf, model } from '../../verification/support/manifest.js';
import { TwoSchemas } from './support/two-schemas.js';

const EVENTS = 'ID NUMBER, KIND VARCHAR';
const DAYS = 'DAY DATE, EVENTS NUMBER';

let sides: TwoSchemas;
beforeAll(async () => {
  sides = await TwoSchemas.start('LATE_GROWTH');
}, 60_000);
afterAll(() => sides.stop());

const events = model('events', { config: { unique_key: 'id' } });
const kinds = model('kinds', { config: { unique_key: 'kind' }, dependsOnNodes: [events.uniqueId] });
const view = model('shown', {
  materialized: 'view',
  meta: { blue_green: { key: 'kind' } },
  dependsOnNodes: [kinds.uniqueId],
});
const part = model('part', { materialized: 'ephemeral', dependsOnNodes: [view.uniqueId] });
const last = model('last', {
  config: { unique_key: 'kind' },
  dependsOnNodes: [part.uniqueId, 'source.events.raw.other'],
});

/** Only the first changed itself; the others are rebuilt because they read it. */
async function verify(...nodes: readonly ManifestNode[]): Promise<readonly string[]> {
  const changed = (node: ManifestNode): boolean => node === nodes[0];
  const verdicts = await sides.verifyAll(nodes, { manifest: manifestOf(...nodes, part), changed });
  return verdicts.map(({ name, status }) => `${name} ${status}`);
}

/** Ten kinds; event 11 came to kind `a` while blue was built. */
async function grow(): Promise<void> {
  const base = Array.from({ length: 10 }, (_, index) => `${index + 1}, '${'abcdefghij'[index] ?? ''}'`);
  await sides.table('BASE', 'EVENTS', EVENTS, base);
  await sides.table('BLUE', 'EVENTS', EVENTS, [...base, `11, 'a'`]);
  await aggregate('KINDS', '');
  await aggregate('LAST', '');
  for (const side of ['BASE', 'BLUE']) {
    await sides.run(`CREATE OR REPLACE VIEW LATE_GROWTH.${side}.SHOWN AS SELECT * FROM LATE_GROWTH.${side}.KINDS`);
  }
}

/** @param where applied in blue only: what goes wrong there */
async function aggregate(name: string, where: string): Promise<void> {
  for (const side of ['BASE', 'BLUE']) {
    await sides.run(
      `CREATE OR REPLACE TABLE LATE_GROWTH.${side}.${name} AS SELECT KIND, COUNT(*) AS EVENTS ` +
        `FROM LATE_GROWTH.${side}.EVENTS ${side === 'BLUE' ? where : ''} GROUP BY KIND`,
    );
  }
}

test('one more event changes one row wherever it is counted: nobody is troubled', async () => {
  await grow();
  expect(await verify(events, kinds, view, last)).toEqual([
    'events passed',
    'kinds passed',
    'shown passed',
    'last passed',
  ]);
});

test('more rows changed than can have come: somebody should look, also further down', async () => {
  await grow();
  await sides.run(`UPDATE LATE_GROWTH.BLUE.KINDS SET EVENTS = 9 WHERE KIND IN ('b', 'c')`);
  expect(await verify(events, kinds, view, last)).toEqual([
    'events passed',
    'kinds warned',
    'shown passed',
    'last warned',
  ]);
});

test('what it reads lost a row: both say so', async () => {
  await grow();
  await sides.run(`DELETE FROM LATE_GROWTH.BLUE.EVENTS WHERE ID = 1`);
  expect(await verify(events, kinds)).toEqual(['events failed', 'kinds warned']);
});

test('a loss further down is a loss', async () => {
  await grow();
  await aggregate('KINDS', `WHERE KIND <> 'b'`);
  expect(await verify(events, kinds)).toEqual(['events passed', 'kinds failed']);
});

test('nothing came, and still rows changed: somebody should look', async () => {
  await grow();
  await sides.run('DELETE FROM LATE_GROWTH.BLUE.EVENTS WHERE ID = 11');
  expect(await verify(events, kinds)).toEqual(['events passed', 'kinds warned']);
});

test('what it reads changed by its own doing: a ripple is shown', async () => {
  await grow();
  await sides.run(`UPDATE LATE_GROWTH.BLUE.EVENTS SET KIND = 'z' WHERE ID = 11`);
  await sides.table(
    'BASE',
    'EVENTS',
    EVENTS,
    Array.from({ length: 40 }, (_, id) => `${id}, 'a'`),
  );
  await sides.table(
    'BLUE',
    'EVENTS',
    EVENTS,
    Array.from({ length: 41 }, (_, id) => `${id}, '${id === 0 ? 'b' : 'a'}'`),
  );
  expect(await verify(events, kinds)).toEqual(['events passed', 'kinds warned']);
});

test('the newest row of a table by day is newer than the clone', async () => {
  const days = model('days', { config: { unique_key: 'day', event_time: 'day' } });
  await sides.table('BASE', 'DAYS', DAYS, [`'2026-11-21'::DATE, 5`, `'2026-11-22'::DATE, 5`]);
  await sides.table('BLUE', 'DAYS', DAYS, [`'2026-11-21'::DATE, 5`, `'2026-11-22'::DATE, 6`]);
  const [verdict] = await sides.verifyAll([days], { changed: () => false });
  expect(verdict).toMatchObject({ status: 'passed', findings: [{ text: '1 changed row newer than the clone.' }] });
  await sides.table('BLUE', 'DAYS', DAYS, [`'2026-11-21'::DATE, 4`, `'2026-11-22'::DATE, 6`]);
  const [earlier] = await sides.verifyAll([days], { changed: () => false });
  expect(earlier).toMatchObject({ status: 'warned', comparison: { changed: 2, changedOtherwise: 1 } });
});
