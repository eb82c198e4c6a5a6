import type { Manifest } from '../dbt/manifest.js';
import { formatComment, moveMarker, namesSchema, parseComment } from '../deployment/marker.js';
import type { Marker } from '../deployment/marker.js';
import { ActionableError } from '../errors.js';
import type { Plan, SchemaPair } from '../selection/plan.js';
import { displayName, parseRelationName } from '../snowflake/identifiers.js';
import type { SchemaName } from '../snowflake/identifiers.js';
import { optionalText, text } from '../snowflake/rows.js';
import { createTransientSchema, dropSchema, showSchemas } from '../snowflake/statements/schemas.js';
import type { Tools } from '../tools.js';

/**
 * Where tests in blue store their failing rows (`store_failures`): by default `<target schema>_dbt_test__audit`. Only schemas of
 * the pair's database; the guard has made sure that production uses none of them.
 * https://docs.getdbt.com/reference/resource-configs/store_failures
 */
export function auditSchemas(
  plan: Pick<Plan, 'tests' | 'pairs'>,
  upcoming: Manifest,
  pair: SchemaPair,
): readonly SchemaName[] {
  const built = new Set([pair.upcoming, ...plan.pairs.map((each) => each.upcoming)]);
  const names = new Set<string>();
  for (const { uniqueId } of plan.tests) {
    const { relationName } = upcoming.nodes.get(uniqueId) ?? {};
    const place = relationName === undefined ? undefined : parseRelationName(relationName);
    if (place?.database === pair.database && !built.has(place.schema)) names.add(place.schema);
  }
  return [...names].map((schema) => ({ database: pair.database, schema }));
}

/**
 * Makes the schemas for failing rows anew, marked as this deployment's, so that they can be told from a person's and dropped when
 * it is over; dbt itself would leave them behind without a sign of whose they are.
 * @throws ActionableError when one exists that this action did not make; it is left as it is
 */
export async function openAuditSchemas(
  tools: Pick<Tools, 'warehouse'>,
  marker: Marker,
  schemas: readonly SchemaName[],
): Promise<void> {
  for (const name of schemas) {
    const rows = await tools.warehouse.execute(showSchemas(name.database, name.schema));
    const found = rows.find((row) => text(row, 'name') === name.schema);
    if (found !== undefined) {
      refuseForeign(name, optionalText(found, 'comment'));
      await tools.warehouse.execute(dropSchema(name));
    }
    await tools.warehouse.execute(createTransientSchema(name, formatComment('', moveMarker(marker, name, {}))));
  }
}

function refuseForeign(name: SchemaName, comment: string | undefined): void {
  if (namesSchema(parseComment(comment ?? null).marker, name)) return;
  throw new ActionableError(
    `Tests of this plan store their failing rows in ${displayName(name)} while blue is tested, and a schema of that name exists that ` +
      'this action did not make. It was left as it is, and production was not touched. Rename or drop it, then build again.',
  );
}
