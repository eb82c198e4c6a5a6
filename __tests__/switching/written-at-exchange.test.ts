import { expect, test } from '@jest/globals';
import { SnowflakeError } from '../../src/snowflake/warehouse.js';
import { tellWrittenAtExchange } from '../../src/switching/written-at-exchange.js';
import { plan, plannedNode } from '../deployment/support/plans.js';
import { PAIR } from '../deployment/support/schemas.js';
import { RecordingLog } from '../support/recording-log.js';
import { RecordingWarehouse } from '../support/recording-warehouse.js';

const BEFORE = Object.fromEntries(['CARRIED', 'REBUILT'].map((name) => [`"ANALYTICS"."PUBLIC"."${name}"`, 'before']));

async function told(tokens: Readonly<Record<string, string>> | Error): Promise<readonly string[]> {
  const log = new RecordingLog();
  const warehouse = new RecordingWarehouse(({ name }) => {
    if (name === 'showTables') return [{ name: 'CARRIED' }, { name: 'REBUILT' }];
    if (name === 'showViews') return [];
    return tokens instanceof Error ? tokens : [tokens];
  });
  const keepAs = { database: 'ANALYTICS', schema: 'PUBLIC_FAILED_X' };
  const built = { ...plan([plannedNode('REBUILT')]), tokensOfRelease: {}, deployments: undefined };
  const exchanged = [{ pair: PAIR, staged: keepAs, keepAs, standing: [] }];
  await tellWrittenAtExchange({ warehouse, log }, built, exchanged, BEFORE);
  return log.lines;
}

test('a table that was carried and is written to after the last look is named, with the place of what was written', async () => {
  expect(await told({ t0: 'after', t1: 'before' })).toEqual([
    expect.stringMatching(
      /^warning: ANALYTICS.PUBLIC was written to .* \(CARRIED\): .* in ANALYTICS.PUBLIC_FAILED_X only/,
    ),
  ]);
});

test('what was rebuilt is counted elsewhere, and of what stands still nothing is said', async () => {
  expect(await told({ t0: 'before', t1: 'after' })).toEqual([]);
});

test('that it cannot be read ends no rollback', async () => {
  const gone = new SnowflakeError('gone', { code: '002003', statement: { name: 'changeTokens', sql: '' } });
  expect(await told(gone)).toEqual([expect.stringMatching(/^warning: Whether ANALYTICS.PUBLIC was written to .*gone/)]);
});
