import { text } from '../snowflake/rows.js';
import { readServerTime } from '../snowflake/statements/sessions.js';
import type { Warehouse } from '../snowflake/warehouse.js';

/** What Snowflake's clock shows, never later than it is there: a moment that Time Travel can be asked for. */
export async function serverTime(warehouse: Warehouse): Promise<Date> {
  const [row] = await warehouse.execute(readServerTime());
  if (row === undefined) throw new Error('Snowflake answered a SELECT of its clock without a row.');
  const time = new Date(text(row, 'now'));
  if (Number.isNaN(time.getTime())) throw new Error(`Snowflake's clock shows no time: ${text(row, 'now')}`);
  return time;
}
