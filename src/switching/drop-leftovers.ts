import { namesSchema } from '../deployment/marker.js';
import type { Observed, SchemaSeen } from '../deployment/state.js';
import { observe, observeSides } from '../observing/observe.js';
import { formerSchemas } from '../observing/own-schemas.js';
import { viewsNaming } from '../observing/view-references.js';
import type { SchemaPair } from '../selection/plan.js';
import { displayName } from '../snowflake/identifiers.js';
import { text } from '../snowflake/rows.js';
import { dropSchema, showSchemas } from '../snowflake/statements/schemas.js';
import { isMissingObject } from '../snowflake/warehouse.js';
import type { Tools } from '../tools.js';
import { executeConfirmed } from '../observing/confirmed.js';

/**
 * Drops the upcoming, baseline, release and audit schemas of a deployment that is over: only with a marker that names exactly this schema, and
 * only when no view names it.
 */
export async function dropLeftovers(
  tools: Pick<Tools, 'warehouse' | 'log' | 'clock'>,
  pair: SchemaPair,
  deployment: string,
): Promise<void> {
  const observed = await observe(tools.warehouse, pair);
  const sides = await observeSides(tools.warehouse, pair);
  // The lock last: whoever finds the main upcoming schema knows that something may be left to do.
  const over = [...sides.flatMap((side) => droppable(side.observed)), ...droppable(observed)].filter((seen) =>
    isOver(seen, deployment),
  );
  const kept = await readFromOutside(tools, pair, over, formerSchemas(observed, sides));
  // What is read may itself read from the upcoming schema of another pair.
  const keepsBlue = over.some((seen) => kept.has(seen) && seen.own?.purpose === 'upcoming');
  for (const seen of over) {
    if (kept.has(seen) || (keepsBlue && seen.own?.purpose === 'upcoming')) continue;
    await drop(tools, seen);
  }
}

/** Those that a view outside of them reads from. */
async function readFromOutside(
  { warehouse, log }: Pick<Tools, 'warehouse' | 'log'>,
  { database }: SchemaPair,
  over: readonly SchemaSeen[],
  former: ReadonlySet<string>,
): Promise<ReadonlySet<SchemaSeen>> {
  const going = new Set(over.map(({ name }) => name.schema));
  const kept = new Set<SchemaSeen>();
  for (const seen of over) {
    const { naming } = await viewsNaming(warehouse, database, [seen.name.schema]);
    const readers = naming.filter(({ schema }) => !going.has(schema) && !former.has(schema));
    if (readers.length === 0) continue;
    kept.add(seen);
    log.warning(
      `${displayName(seen.name)} is kept: ${readers.map(({ schema, name }) => `${schema}.${name}`).join(', ')} read from it.`,
    );
  }
  return kept;
}

async function drop(tools: Pick<Tools, 'warehouse' | 'log' | 'clock'>, { name }: SchemaSeen): Promise<void> {
  await executeConfirmed(tools, dropSchema(name), async () => {
    const rows = await tools.warehouse.execute(showSchemas(name.database, name.schema));
    return !rows.some((row) => text(row, 'name') === name.schema);
  }).catch((error: unknown) => {
    if (!isMissingObject(error)) throw error;
  });
  tools.log.info(`Dropped ${displayName(name)}.`);
}

/** Tables of the baseline were cloned from the upcoming schema and may be bound to policies that stand there: it goes first. */
function droppable({ baselines, upcoming, releases, audits }: Observed): readonly SchemaSeen[] {
  return [...baselines, ...(upcoming === undefined ? [] : [upcoming]), ...releases, ...audits];
}

function isOver({ name, comment: { marker } }: SchemaSeen, deployment: string): boolean {
  return marker?.deployment === deployment && marker.phase !== 'retired' && namesSchema(marker, name);
}
