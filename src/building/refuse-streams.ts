import type { Manifest } from '../dbt/manifest.js';
import { ActionableError } from '../errors.js';
import type { Plan } from '../selection/plan.js';
import { databasesRead, streamsConsumed } from '../selection/streams-read.js';
import { text } from '../snowflake/rows.js';
import { showStreamsOfDatabase } from '../snowflake/statements/objects.js';
import { isMissingObject } from '../snowflake/warehouse.js';
import type { Row } from '../snowflake/warehouse.js';
import type { Tools } from '../tools.js';

/**
 * Building blue would take the rows of a stream away from production's own load.
 * https://docs.snowflake.com/en/user-guide/streams-intro#data-retention-period-and-staleness
 * @throws ActionableError naming model, file and stream
 */
export async function refuseStreams(
  tools: Pick<Tools, 'warehouse'>,
  production: Manifest,
  plan: Pick<Plan, 'rebuilt'>,
): Promise<void> {
  if (plan.rebuilt.length === 0) return;
  const rows = await Promise.all(databasesRead(production).map((database) => streamsOf(tools, database)));
  const streams = rows.flat().map((row) => ({
    database: text(row, 'database_name'),
    schema: text(row, 'schema_name'),
    name: text(row, 'name'),
  }));
  const consumed = streamsConsumed(production, plan, streams);
  if (consumed.length === 0) return;
  throw new ActionableError(
    `Building this would consume streams, and production's next run would never see their rows:\n${consumed.map((one) => `  - ${one}`).join('\n')}\n` +
      'Nothing was changed. Let a task or another step write the stream into a table, and let the model read that table; or leave the model ' +
      'out with the input "exclude".',
  );
}

async function streamsOf({ warehouse }: Pick<Tools, 'warehouse'>, database: string): Promise<readonly Row[]> {
  try {
    return await warehouse.execute(showStreamsOfDatabase(database));
  } catch (error) {
    // A source's database that this role may not see: dbt says so itself when a model needs it.
    if (isMissingObject(error)) return [];
    throw error;
  }
}
