import { describe, expect, test } from '@jest/globals';
import {
  baselineSchema,
  deploymentId,
  failedSchema,
  historySchema,
  operationId,
  parseOwnName,
  productionSchema,
  releaseSchema,
  restoreSchema,
  snapshotSchema,
  upcomingSchema,
} from '../../src/deployment/schema-names.js';
import type { SchemaPair } from '../../src/selection/plan.js';
import { PAIR } from './support/schemas.js';

const INSTANTS = [
  '2026-11-22T15:30:45Z',
  '2026-12-31T23:59:59Z',
  '2027-01-01T00:00:00Z',
  '2028-02-29T12:00:00Z',
  '2026-03-29T02:30:00Z', // does not exist on a clock in Berlin
].map((iso) => new Date(iso));

const PAIRS: readonly SchemaPair[] = [
  PAIR,
  { database: 'DB', production: 'EVENT_STREAM_V2', upcoming: 'EVENT_STREAM_V2_UPCOMING' },
  { database: 'db', production: 'public', upcoming: 'public_next' },
  { database: 'D', production: 'My "schema"; --', upcoming: 'blue' },
  { database: 'D', production: 'A.*_SNAPSHOT', upcoming: 'A.*_SNAPSHOT_UPCOMING' },
  { database: 'D', production: '$x\n', upcoming: '$x\n_UPCOMING' },
];

const COMMIT = 'abcdef0123456789abcdef0123456789abcdef01';

describe.each(PAIRS)('names beside $production', (pair) => {
  test.each(INSTANTS)('dated and staged names of %s are read back', (at) => {
    const deployment = deploymentId(at, COMMIT);
    const operation = operationId(at, 31);
    const dated = { id: undefined, at };
    expect(parseOwnName(snapshotSchema(pair, at).schema, pair)).toEqual({ purpose: 'snapshot', ...dated });
    expect(parseOwnName(failedSchema(pair, at).schema, pair)).toEqual({ purpose: 'failed', ...dated });
    const staged = { id: deployment, at: undefined };
    expect(parseOwnName(baselineSchema(pair, deployment).schema, pair)).toEqual({ purpose: 'baseline', ...staged });
    expect(parseOwnName(releaseSchema(pair, deployment).schema, pair)).toEqual({ purpose: 'release', ...staged });
    expect(parseOwnName(restoreSchema(pair, operation).schema, pair)).toEqual({
      purpose: 'restore',
      id: operation,
      at: undefined,
    });
  });

  test('upcoming is known by its name; production and the history are none of the schemas that come and go', () => {
    expect(parseOwnName(upcomingSchema(pair).schema, pair)?.purpose).toBe('upcoming');
    expect(parseOwnName(productionSchema(pair).schema, pair)).toBeUndefined();
    expect(parseOwnName(historySchema(pair).schema, pair)).toBeUndefined();
  });

  test('every name is in the database of the pair', () => {
    const at = new Date(0);
    const all = [productionSchema(pair), upcomingSchema(pair), snapshotSchema(pair, at), failedSchema(pair, at)];
    const staged = [baselineSchema(pair, 'D'), releaseSchema(pair, 'D'), restoreSchema(pair, 'R'), historySchema(pair)];
    expect(new Set([...all, ...staged].map(({ database }) => database))).toEqual(new Set([pair.database]));
  });
});

test('names of PUBLIC need no quotes', () => {
  const at = new Date('2026-11-22T15:30:45Z');
  const id = deploymentId(at, COMMIT);
  expect(id).toBe('20261122_153045_ABCDEF0');
  expect(operationId(at, 0)).toBe('20261122_153045_R0');
  expect(operationId(at, 0xffff)).toBe('20261122_153045_RFFFF');
  expect(snapshotSchema(PAIR, at).schema).toBe('PUBLIC_SNAPSHOT_2026_11_22_153045');
  expect(failedSchema(PAIR, at).schema).toBe('PUBLIC_FAILED_2026_11_22_153045');
  expect(baselineSchema(PAIR, id).schema).toBe('PUBLIC_BASELINE_20261122_153045_ABCDEF0');
  expect(releaseSchema(PAIR, id).schema).toBe('PUBLIC_RELEASE_20261122_153045_ABCDEF0');
  expect(historySchema(PAIR).schema).toBe('PUBLIC_DEPLOYMENTS');
});

describe('names that somebody else made', () => {
  test.each([
    'PUBLIC2_SNAPSHOT_2026_11_22_153045',
    'public_snapshot_2026_11_22_153045',
    'PUBLIC_SNAPSHOT_2026_11_22',
    'PUBLIC_SNAPSHOT_2026-11-22_153045',
    'PUBLIC_SNAPSHOT_2026_11_22_153045_OLD',
    'PUBLIC_SNAPSHOT_2026_11_22_153045\n',
    'OLD_PUBLIC_SNAPSHOT_2026_11_22_153045',
    // no such moment: what JavaScript would take for the day after
    'PUBLIC_SNAPSHOT_2026_02_30_153045',
    'PUBLIC_SNAPSHOT_2026_11_22_240000',
    'PUBLIC_SNAPSHOT_2026_13_01_000000',
    'PUBLIC_FAILED_2026_11_22_153060',
    'PUBLIC_BASELINE_',
    'PUBLIC_BASELINE_20261122_153045_ABCDEF',
    'PUBLIC_BASELINE_20261122_153045_ABCDEFG',
    "PUBLIC_RELEASE_20261122_153045_ABCDEF0'; DROP SCHEMA PUBLIC; --",
    'PUBLIC_RELEASE_INITIAL_ABCDEF0',
    'PUBLIC_RESTORE_20261122_153045_ABCDEF0',
    'PUBLIC_RESTORE_20261122_153045_R',
    'PUBLIC_RESTORE_20261122_153045_R1f',
    'PUBLIC_UPCOMING_2',
    'PUBLIC_',
    '',
  ])('%j is not ours', (name) => {
    expect(parseOwnName(name, PAIR)).toBeUndefined();
  });
});
