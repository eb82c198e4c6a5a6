import { describe, expect, test } from '@jest/globals';
import { readOnly } from '../../src/snowflake/read-only.js';
import { RecordingWarehouse } from '../support/recording-warehouse.js';

describe('a dry run', () => {
  test.each(['SELECT 1', 'show schemas', '  with a as (select 1) select * from a', 'DESCRIBE TABLE T'])(
    'reads: %s',
    async (sql) => {
      const warehouse = new RecordingWarehouse(() => []);
      await readOnly(warehouse).execute({ name: 'read', sql });
      expect(warehouse.statements).toHaveLength(1);
    },
  );

  test.each(['CREATE SCHEMA S', 'COMMENT ON SCHEMA S IS 1', "EXECUTE IMMEDIATE 'x'", 'SELECTED', 'CALL P()', 'DROP T'])(
    'sends nothing else: %s',
    async (sql) => {
      const warehouse = new RecordingWarehouse(() => []);
      await expect(readOnly(warehouse).execute({ name: 'write', sql })).rejects.toThrow('must not execute "write"');
      expect(warehouse.statements).toEqual([]);
    },
  );
});
