import { describe, expect, test } from '@jest/globals';
import { parseComment } from '../../src/deployment/marker.js';
import { History } from '../../src/history/history.js';
import { observe } from '../../src/observing/observe.js';
import type { Row } from '../../src/snowflake/warehouse.js';
import { recoverMarker } from '../../src/switching/recover-marker.js';
import type { Tools } from '../../src/tools.js';
import { D0, D1, D2, PAIR, R1, copyOf, ours, schemaRow } from '../deployment/support/schemas.js';
import { RecordingLog } from '../support/recording-log.js';
import { RecordingWarehouse } from '../support/recording-warehouse.js';
import { SettableClock } from '../support/settable-clock.js';

const LOST = schemaRow('PUBLIC', 'our reports');
const FORMER = 'PUBLIC_SNAPSHOT_2026_11_20_080000';
const COMMIT = 'b'.repeat(40);

function line(deployment: string, parent: string, changes: Row = {}): Row {
  const kind = { DEPLOYMENT: deployment, KIND: 'deployment', PARENT: parent, COMMIT, BASE_COMMIT: 'a'.repeat(40) };
  return { ...kind, PHASE: 'done', STARTED_AT: '2026-11-20T07:00:00.000Z', REJECTED: null, ...changes };
}

/** The comment that is written on production. */
async function recovered(schemas: readonly Row[], lines: readonly Row[]): Promise<ReturnType<typeof parseComment>> {
  const warehouse = new RecordingWarehouse(({ name }) =>
    name === 'showSchemas' ? schemas : name === 'listHistory' ? lines : [],
  );
  const run = {
    repository: 'o/r',
    run: '1',
    attempt: 1,
    actor: 'octocat',
    url: 'https://github.com/o/r/actions/runs/1',
  };
  const tools: Pick<Tools, 'warehouse' | 'log' | 'clock' | 'run'> = {
    warehouse,
    log: new RecordingLog(),
    clock: new SettableClock(),
    run,
  };
  const seen = await observe(warehouse, PAIR);
  try {
    await recoverMarker(tools, PAIR, new History(warehouse, PAIR), seen);
  } finally {
    expect(warehouse.names.filter((name) => !['showSchemas', 'listHistory', 'commentOnSchema'].includes(name))).toEqual(
      [],
    );
  }
  const written = warehouse.statements.filter(({ name }) => name === 'commentOnSchema');
  expect(written).toHaveLength(1);
  const [, literal = ''] = /SCHEMA "ANALYTICS"\."PUBLIC" IS '(.*)'$/s.exec(written[0]?.sql ?? '') ?? [];
  return parseComment(literal.replaceAll("''", "'").replaceAll('\\\\', '\\'));
}

describe('a production whose comment lost its marker gets it back', () => {
  test('the deployment that went live after the newest former production; the words stay', async () => {
    const { words, marker } = await recovered([LOST, ours(FORMER, { deployment: D1 })], [line(D2, D1), line(D1, D0)]);
    expect(words).toBe('our reports');
    expect(marker).toMatchObject({ deployment: D2, parent: D1, commit: COMMIT, phase: 'done', restored: null });
    expect(marker?.schema).toBe('"ANALYTICS"."PUBLIC"');
  });

  test('with steps outstanding, so that swap goes on', async () => {
    const { marker } = await recovered([LOST, ours(FORMER, { deployment: D1 })], [line(D2, D1, { PHASE: 'swapped' })]);
    expect(marker).toMatchObject({ deployment: D2, phase: 'swapped' });
  });

  test('through deployments that rebuilt nothing and left no snapshot', async () => {
    const { marker } = await recovered([LOST, ours(FORMER, { deployment: D0 })], [line(D2, D1), line(D1, D0)]);
    expect(marker).toMatchObject({ deployment: D2, parent: D1 });
  });

  test('of a retired former production, which is newer than those with dates', async () => {
    const retired = ours('PUBLIC_UPCOMING', { deployment: D1, phase: 'retired' });
    const schemas = [LOST, ours(FORMER, { deployment: D0 }), retired];
    const { marker } = await recovered(schemas, [line(D2, D1), line(D1, D0)]);
    expect(marker).toMatchObject({ deployment: D2, parent: D1 });
  });

  test('a former production that a rollback brought back says so', async () => {
    const rollback = { ...line(R1, D2), KIND: 'rollback', FINISHED_AT: '2026-11-21T08:00:00.000Z' };
    const given = line(D2, D1, { PHASE: 'rolled back', REJECTED: 'wrong' });
    const { marker } = await recovered([LOST, ours(FORMER, { deployment: D1 })], [rollback, given]);
    expect(marker).toMatchObject({ deployment: D1, restored: { operation: R1, insteadOf: D2 } });
  });
});

describe('nothing is written when it cannot be told', () => {
  const snapshot = ours(FORMER, { deployment: D1 });

  test.each<readonly [string, readonly Row[], readonly Row[], RegExp]>([
    ['no history', [LOST, snapshot], [], /the history does not tell/],
    [
      'only a copy that a person made',
      [LOST, copyOf('PUBLIC', FORMER, { deployment: D1 })],
      [line(D2, D1)],
      /the history does not tell/,
    ],
    [
      'a build that never went live',
      [LOST, snapshot],
      [line(D2, D1, { PHASE: 'verified' })],
      /the history does not tell/,
    ],
    [
      'a marker of another version',
      [schemaRow('PUBLIC', 'blue-green: {"v":2}'), snapshot],
      [line(D2, D1)],
      /cannot be read/,
    ],
  ])('%s', async (_what, schemas, lines, message) => {
    await expect(recovered(schemas, lines)).rejects.toThrow(message);
    await expect(recovered(schemas, lines)).rejects.toThrow(/Nothing was changed\. Put the comment back/);
  });
});
