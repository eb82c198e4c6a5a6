import { describe, expect, test } from '@jest/globals';
import { SnowflakeError } from '../../src/snowflake/warehouse.js';
import type { Row } from '../../src/snowflake/warehouse.js';
import { givenByFuture, matchFutureGrants, refuseLostFutureGrants } from '../../src/switching/future-grants.js';
import { RecordingWarehouse } from '../support/recording-warehouse.js';

const production = { database: 'ANALYTICS', schema: 'PUBLIC' };
const release = { database: 'ANALYTICS', schema: 'PUBLIC_RELEASE_D' };
const upcoming = { database: 'ANALYTICS', schema: 'PUBLIC_UPCOMING' };

function row(on: string, role: string): Row {
  return { grant_on: on, privilege: 'SELECT', grant_to: 'ROLE', grantee_name: role, grant_option: 'false' };
}

const BOTH = row('TABLE', 'BI');
const NEW = row('DYNAMIC_TABLE', 'HR');
const GONE = row('VIEW', 'OLD');

function warehouse(refuses: boolean): RecordingWarehouse {
  return new RecordingWarehouse((statement) => {
    if (statement.sql.startsWith('SHOW')) return statement.sql.endsWith('"PUBLIC"') ? [BOTH, NEW] : [BOTH, GONE];
    return refuses ? new SnowflakeError('MANAGE GRANTS\nis missing', { code: '003001', statement }) : [];
  });
}

describe('what objects made later are granted', () => {
  test('becomes what production has', async () => {
    const asked = warehouse(false);
    expect(await matchFutureGrants(asked, production, release, upcoming)).toEqual([]);
    expect(asked.sql.slice(2)).toEqual([
      'GRANT SELECT ON FUTURE DYNAMIC TABLES IN SCHEMA "ANALYTICS"."PUBLIC_RELEASE_D" TO ROLE "HR"',
      'REVOKE SELECT ON FUTURE VIEWS IN SCHEMA "ANALYTICS"."PUBLIC_RELEASE_D" FROM ROLE "OLD"',
    ]);
  });

  test('where it may not be changed, each statement is told for the schema that the next try is cloned from', async () => {
    const refused = await matchFutureGrants(warehouse(true), production, release, upcoming);
    expect(refused).toEqual([
      'GRANT SELECT ON FUTURE DYNAMIC TABLES IN SCHEMA "ANALYTICS"."PUBLIC_UPCOMING" TO ROLE "HR"; -- MANAGE GRANTS is missing',
      'REVOKE SELECT ON FUTURE VIEWS IN SCHEMA "ANALYTICS"."PUBLIC_UPCOMING" FROM ROLE "OLD"; -- MANAGE GRANTS is missing',
    ]);
    expect(() => refuseLostFutureGrants(refused)).toThrow(
      /Production was not touched[\s\S]*ROLE "HR"[\s\S]*ROLE "OLD"/,
    );
    expect(() => refuseLostFutureGrants([])).not.toThrow();
  });

  test('tells which grants a new object got by itself: of this kind, to this role', () => {
    const grantee = { kind: 'ROLE', name: 'BI' } as const;
    const later = [{ on: 'TABLE', privilege: 'SELECT', grantee, grantOption: false }];
    const grant = { privilege: 'SELECT', grantee, grantOption: false };
    expect(givenByFuture(later, 'TABLE')(grant)).toBe(true);
    expect(givenByFuture(later, 'VIEW')(grant)).toBe(false);
    expect(givenByFuture(later, 'TABLE')({ ...grant, privilege: 'INSERT' })).toBe(false);
    expect(givenByFuture(later, 'TABLE')({ ...grant, grantee: { kind: 'ROLE', name: 'HR' } })).toBe(false);
  });
});
