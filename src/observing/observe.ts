import { namesSchema, parseComment } from '../deployment/marker.js';
import { parseOwnName } from '../deployment/schema-names.js';
import type { Observed, SchemaSeen } from '../deployment/state.js';
import type { SchemaPair } from '../selection/plan.js';
import { optionalText, text } from '../snowflake/rows.js';
import { showSchemas } from '../snowflake/statements/schemas.js';
import type { Row, Warehouse } from '../snowflake/warehouse.js';

/** Reads a production schema and everything beside it that carries a name of ours, in one or two SHOWs. */
export async function observe(warehouse: Warehouse, pair: SchemaPair): Promise<Observed> {
  const names = [pair.production, pair.upcoming];
  // One SHOW where one name starts with the other: asked for both, each schema of the longer would come twice.
  const prefixes = names.filter((name) => !names.some((other) => other !== name && name.startsWith(other)));
  const all: SchemaSeen[] = [];
  for (const prefix of prefixes) all.push(...(await schemasStartingWith(warehouse, pair, prefix)));
  const of = (purpose: string): SchemaSeen[] => all.filter((schema) => schema.own?.purpose === purpose);
  return {
    production: all.find((schema) => schema.name.schema === pair.production),
    upcoming: all.find((schema) => schema.name.schema === pair.upcoming),
    baselines: of('baseline'),
    releases: of('release'),
    restores: of('restore'),
    snapshots: of('snapshot').sort(newestFirst),
    failed: of('failed').sort(newestFirst),
    audits: all.filter((schema) => isAudit(schema, pair)),
  };
}

/** Their names are the project's choice, so only the marker tells. */
function isAudit({ name, own, comment }: SchemaSeen, pair: SchemaPair): boolean {
  return own === undefined && name.schema.startsWith(`${pair.upcoming}_`) && namesSchema(comment.marker, name);
}

async function schemasStartingWith(warehouse: Warehouse, pair: SchemaPair, prefix: string): Promise<SchemaSeen[]> {
  const rows = await warehouse.execute(showSchemas(pair.database, prefix));
  return rows.map((row) => schemaSeen(row, pair));
}

function schemaSeen(row: Row, pair: SchemaPair): SchemaSeen {
  const name = { database: pair.database, schema: text(row, 'name') };
  const options = (optionalText(row, 'options') ?? '').toUpperCase();
  return {
    name,
    own: parseOwnName(name.schema, pair),
    comment: parseComment(optionalText(row, 'comment') ?? null),
    owner: optionalText(row, 'owner') ?? '',
    options: { transient: options.includes('TRANSIENT'), managedAccess: options.includes('MANAGED ACCESS') },
  };
}

function newestFirst(a: SchemaSeen, b: SchemaSeen): number {
  return (b.own?.at?.getTime() ?? 0) - (a.own?.at?.getTime() ?? 0);
}
