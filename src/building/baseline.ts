import { formatComment, moveMarker } from '../deployment/marker.js';
import type { Marker } from '../deployment/marker.js';
import { baselineSchema, upcomingSchema } from '../deployment/schema-names.js';
import type { SchemaPair } from '../selection/plan.js';
import { cloneTable } from '../snowflake/statements/objects.js';
import { createTransientSchema } from '../snowflake/statements/schemas.js';
import type { Inventory } from '../observing/inventory.js';
import type { Tools } from '../tools.js';

/**
 * Keeps the tables that will be rebuilt as they were at the moment of the clone: verification compares with these, whatever the
 * hourly schedule does to production meanwhile. Costs no storage until blue diverges.
 *
 * @param inventory of the upcoming schema, before dbt touched it
 * @param rebuilt stored names of relations that the plan rebuilds
 */
export async function makeBaseline(
  tools: Pick<Tools, 'warehouse'>,
  pair: SchemaPair,
  marker: Marker,
  inventory: Inventory,
  rebuilt: ReadonlySet<string>,
): Promise<void> {
  const baseline = baselineSchema(pair, marker.deployment);
  const comment = formatComment('', moveMarker(marker, baseline, {}));
  await tools.warehouse.execute(createTransientSchema(baseline, comment));
  const source = upcomingSchema(pair);
  const tables = [...inventory.tables.values()].filter(({ name }) => rebuilt.has(name));
  await Promise.all(
    // The schema is transient, so every clone in it is made transient: nothing here needs Fail-safe.
    tables.map(({ name }) => tools.warehouse.execute(cloneTable({ ...baseline, name }, { ...source, name }, true))),
  );
}
