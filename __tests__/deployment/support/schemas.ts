import { formatComment, newMarker } from '../../../src/deployment/marker.js';
import type { Marker } from '../../../src/deployment/marker.js';
import type { Observed } from '../../../src/deployment/state.js';
import { observe } from '../../../src/observing/observe.js';
import type { SchemaPair } from '../../../src/selection/plan.js';
import type { Row } from '../../../src/snowflake/warehouse.js';
import { RecordingWarehouse } from '../../support/recording-warehouse.js';

export const PAIR: SchemaPair = { database: 'ANALYTICS', production: 'PUBLIC', upcoming: 'PUBLIC_UPCOMING' };

/** Three deployments of one history, oldest first, and a rollback. */
export const D0 = '20261001_080000_0000000';
export const D1 = '20261101_090000_AAAAAAA';
export const D2 = '20261122_153045_BBBBBBB';
export const R1 = '20261122_160001_R1F';
export const RESTORED = { operation: R1, insteadOf: D2, at: '2026-11-22T16:00:01.000Z' };
export const REJECTED = { reason: 'prices are wrong', at: '2026-11-22T16:00:01.000Z', by: 'octocat' };

/** A marker of D1 in PUBLIC, with what a test changes; `schema` is a stored name in the pair's database. */
export function marker(changes: Partial<Marker> = {}, schema = 'PUBLIC'): Marker {
  const made = newMarker(
    {
      repository: 'octo/shop',
      deployment: D1,
      parent: D0,
      commit: 'a'.repeat(40),
      base: '0'.repeat(40),
      phase: 'done',
      run: '77',
      attempt: 1,
      startedAt: '2026-11-01T09:00:00.000Z',
    },
    { database: PAIR.database, schema },
  );
  return { ...made, ...changes };
}

/** A row of SHOW SCHEMAS. */
export function schemaRow(name: string, comment: string, more: Partial<Row> = {}): Row {
  return { name, comment, owner: 'DEPLOYER', options: '', ...more };
}

/** A schema whose marker names it. */
export function ours(name: string, changes: Partial<Marker> = {}): Row {
  return schemaRow(name, formatComment('', marker(changes, name)));
}

/** A schema that a person cloned: the comment came along, so its marker names `original`. */
export function copyOf(original: string, name: string, changes: Partial<Marker> = {}): Row {
  return schemaRow(name, formatComment('', marker(changes, original)));
}

/** What the action sees when these schemas stand in the database. */
export function observed(rows: readonly Row[], pair: SchemaPair = PAIR): Promise<Observed> {
  return observe(warehouseWith(rows), pair);
}

/** Answers SHOW SCHEMAS … STARTS WITH as Snowflake does: literally and by case. */
export function warehouseWith(rows: readonly Row[]): RecordingWarehouse {
  return new RecordingWarehouse(({ sql }) => {
    const prefix = /STARTS WITH '(.*)'$/s.exec(sql)?.[1]?.replaceAll("''", "'") ?? '';
    return rows.filter(({ name }) => name?.startsWith(prefix));
  });
}
