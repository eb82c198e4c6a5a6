import type { Warehouse } from './warehouse.js';

// What begins otherwise may change something: https://docs.snowflake.com/en/sql-reference/sql-all
const READS = /^\s*(?:SELECT|SHOW|WITH|DESCRIBE)\b/i;

/**
 * A warehouse in which nothing can be changed: a dry run is held to its word.
 * @throws RangeError from `execute` for any statement that does not only read
 */
export function readOnly(warehouse: Warehouse): Warehouse {
  return {
    execute: (statement, options) =>
      READS.test(statement.sql)
        ? warehouse.execute(statement, options)
        : Promise.reject(new RangeError(`A dry run must not execute "${statement.name}".`)),
    cancelLeftovers: () => Promise.resolve(),
    cancelTagged: () => Promise.resolve(0),
    close: () => warehouse.close(),
  };
}
