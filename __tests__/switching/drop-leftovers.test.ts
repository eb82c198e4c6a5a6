import { describe, expect, test } from '@jest/globals';
import { dropLeftovers } from '../../src/switching/drop-leftovers.js';
import { SnowflakeError, UnknownOutcomeError } from '../../src/snowflake/warehouse.js';
import type { Row } from '../../src/snowflake/warehouse.js';
import { D1, D2, PAIR, copyOf, ours, schemaRow } from '../deployment/support/schemas.js';
import { RecordingLog } from '../support/recording-log.js';
import { SettableClock } from '../support/settable-clock.js';
import { StandingSchemas } from '../support/standing-schemas.js';

const PUBLIC = ours('PUBLIC', { deployment: D2, parent: D1 });
const SNAPSHOT = ours('PUBLIC_SNAPSHOT_2026_11_22_153045');
const BLUE = ours('PUBLIC_UPCOMING', { deployment: D2, parent: D1, phase: 'verified' });
const BASELINE = ours(`PUBLIC_BASELINE_${D2}`, { deployment: D2 });
const RELEASE = ours(`PUBLIC_RELEASE_${D2}`, { deployment: D2 });

interface World {
  readonly warehouse: StandingSchemas;
  readonly log: RecordingLog;
  readonly clock: SettableClock;
}

function world(rows: readonly Row[], views: readonly Row[] = []): World {
  const warehouse = new StandingSchemas(rows);
  warehouse.before = ({ name }) => (name === 'showViewsOfDatabase' ? views : undefined);
  return { warehouse, log: new RecordingLog(), clock: new SettableClock() };
}

function view(schema: string, reads: string): Row {
  return { schema_name: schema, name: 'V', owner: 'R', text: `create view X.V as select * from ANALYTICS.${reads}.T` };
}

describe('what a deployment leaves over', () => {
  test('is dropped: upcoming, baseline, release; production and snapshot stay', async () => {
    const tools = world([PUBLIC, SNAPSHOT, BLUE, BASELINE, RELEASE]);
    await dropLeftovers(tools, PAIR, D2);
    expect(tools.warehouse.standing).toEqual(['PUBLIC', 'PUBLIC_SNAPSHOT_2026_11_22_153045']);
  });

  test('goes in an order in which no table is bound to a policy of a schema that is dropped before it', async () => {
    const tools = world([PUBLIC, BLUE, BASELINE]);
    await dropLeftovers(tools, PAIR, D2);
    expect(tools.log.lines.filter((line) => line.includes('Dropped'))).toEqual([
      `info: Dropped ANALYTICS.PUBLIC_BASELINE_${D2}.`,
      'info: Dropped ANALYTICS.PUBLIC_UPCOMING.',
    ]);
  });

  test.each<readonly [string, Row]>([
    ['of another deployment', ours('PUBLIC_UPCOMING', { deployment: D1, phase: 'building' })],
    ['retired, a rollback target', ours('PUBLIC_UPCOMING', { deployment: D2, phase: 'retired' })],
    ['copied by a person', copyOf('PUBLIC', 'PUBLIC_UPCOMING', { deployment: D2 })],
    ['without a marker', schemaRow('PUBLIC_UPCOMING', '')],
    ['a baseline that was copied', copyOf('PUBLIC', `PUBLIC_BASELINE_${D2}`, { deployment: D2 })],
  ])('stays when it is %s', async (_what, row) => {
    const tools = world([PUBLIC, row]);
    await dropLeftovers(tools, PAIR, D2);
    expect(tools.warehouse.standing).toEqual(['PUBLIC', row['name']].sort());
  });
});

describe('views that read from it', () => {
  test.each(['REPORTS', 'PUBLIC'])('in %s keep it, by name', async (schema) => {
    const tools = world([PUBLIC, BLUE], [view(schema, 'PUBLIC_UPCOMING')]);
    await dropLeftovers(tools, PAIR, D2);
    expect(tools.warehouse.standing).toContain('PUBLIC_UPCOMING');
    expect(tools.log.lines).toEqual([`warning: ANALYTICS.PUBLIC_UPCOMING is kept: ${schema}.V read from it.`]);
  });

  test.each(['PUBLIC_UPCOMING', 'PUBLIC_SNAPSHOT_2026_11_22_153045'])(
    'in %s do not: those go or are ours',
    async (schema) => {
      const tools = world([PUBLIC, SNAPSHOT, BLUE], [view(schema, 'PUBLIC_UPCOMING')]);
      await dropLeftovers(tools, PAIR, D2);
      expect(tools.warehouse.standing).not.toContain('PUBLIC_UPCOMING');
    },
  );
});

describe('a drop', () => {
  test('whose reply was lost is not sent again', async () => {
    const tools = world([PUBLIC, BLUE]);
    tools.warehouse.after = (statement) =>
      statement.name === 'dropSchema' ? new UnknownOutcomeError(statement, new Error('reset')) : undefined;
    await dropLeftovers(tools, PAIR, D2);
    expect(tools.warehouse.names.filter((name) => name === 'dropSchema')).toHaveLength(1);
  });

  test('that is refused goes on as an error', async () => {
    const tools = world([PUBLIC, BLUE]);
    tools.warehouse.before = (statement) => {
      if (statement.name === 'dropSchema') return new SnowflakeError('not owner', { code: '003001', statement });
      return statement.name === 'showViewsOfDatabase' ? [] : undefined;
    };
    await expect(dropLeftovers(tools, PAIR, D2)).rejects.toThrow('not owner');
  });
});
