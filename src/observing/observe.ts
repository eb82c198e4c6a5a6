import { namesSchema, parseComment } from '../deployment/marker.js';
import { parseOwnName } from '../deployment/schema-names.js';
import type { Observed, SchemaSeen } from '../deployment/state.js';
import type { SchemaPair } from '../selection/plan.js';
import { optionalText, text } from '../snowflake/rows.js';
import { showAllSchemas } from '../snowflake/statements/objects.js';
import { showSchemas } from '../snowflake/statements/schemas.js';
import type { Row, Warehouse } from '../snowflake/warehouse.js';

/** A pair beside the main one, as its schemas stand. */
export interface SideSeen {
  readonly pair: SchemaPair;
  readonly observed: Observed;
}

/** Reads a production schema and everything beside it that carries a name of ours, in one or two SHOWs. */
export async function observe(warehouse: Warehouse, pair: SchemaPair): Promise<Observed> {
  const names = [pair.production, pair.upcoming];
  // One SHOW where one name starts with the other: asked for both, each schema of the longer would come twice.
  const prefixes = names.filter((name) => !names.some((other) => other !== name && name.startsWith(other)));
  const rows: Row[] = [];
  for (const prefix of prefixes) rows.push(...(await warehouse.execute(showSchemas(pair.database, prefix))));
  return observedOf(rows, pair);
}

/** The pairs beside the main one of which any schema carries a marker of ours: custom schemas may have any name, so only markers tell. */
export async function observeSides(warehouse: Warehouse, main: SchemaPair): Promise<readonly SideSeen[]> {
  const rows = await warehouse.execute(showAllSchemas(main.database));
  const pairs = new Map<string, SchemaPair>();
  for (const row of rows) {
    const side = parseComment(optionalText(row, 'comment') ?? null).marker?.side;
    if (side?.main !== main.production) continue;
    const { production, upcoming } = side;
    pairs.set(JSON.stringify([production, upcoming]), { database: main.database, production, upcoming });
  }
  return [...pairs.values()].map((pair) => ({ pair, observed: observedOf(rows, pair) }));
}

function observedOf(rows: readonly Row[], pair: SchemaPair): Observed {
  const all = rows.map((row) => schemaSeen(row, pair));
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
  if (own !== undefined || comment.marker?.side !== undefined) return false;
  return name.schema.startsWith(`${pair.upcoming}_`) && namesSchema(comment.marker, name);
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
