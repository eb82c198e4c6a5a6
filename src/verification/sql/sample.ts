import { hashableExpression, keyExpression } from './sides.js';
import type { Sides } from './sides.js';

const PARTS_OF_A_PERCENT = 100;

/**
 * SQL that is true for a share of the ids, chosen by their hash: the same ones on both sides and at every run, spread over
 * the table. Without a key, of the rows. Reads no less than the whole column: a sample of blocks would be cheaper, and pick other
 * ids on each side (https://docs.snowflake.com/en/sql-reference/constructs/sample).
 *
 * @param percent from 0.01 to 100
 */
export function inSample({ key, values }: Pick<Sides, 'key' | 'values'>, percent: number): string {
  const columns = key.length > 0 ? key.map(keyExpression) : values.map(hashableExpression);
  return `ABS(MOD(HASH(${columns.join(', ')}), ${100 * PARTS_OF_A_PERCENT})) < ${Math.round(percent * PARTS_OF_A_PERCENT)}`;
}
