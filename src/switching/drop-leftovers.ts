import { namesSchema } from '../deployment/marker.js';
import { observe } from '../observing/observe.js';
import { viewsNaming } from '../observing/view-references.js';
import type { SchemaPair } from '../selection/plan.js';
import { displayName } from '../snowflake/identifiers.js';
import { dropSchema } from '../snowflake/statements/schemas.js';
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
  // Tables of the baseline were cloned from the upcoming schema and may be bound to policies that stand there: it goes first.
  const candidates = [
    ...observed.baselines,
    ...(observed.upcoming === undefined ? [] : [observed.upcoming]),
    ...observed.releases,
    ...observed.audits,
  ];
  const exempt = new Set([...observed.snapshots, ...observed.failed].map(({ name }) => name.schema));
  for (const seen of candidates) {
    const { marker } = seen.comment;
    if (marker?.deployment !== deployment || marker.phase === 'retired' || !namesSchema(marker, seen.name)) continue;
    const { naming } = await viewsNaming(tools.warehouse, seen.name);
    const readers = naming.filter(({ schema }) => schema !== seen.name.schema && !exempt.has(schema));
    if (readers.length > 0) {
      tools.log.warning(
        `${displayName(seen.name)} is kept: ${readers.map(({ schema, name }) => `${schema}.${name}`).join(', ')} read from it.`,
      );
      continue;
    }
    await executeConfirmed(tools, dropSchema(seen.name), async () => {
      const now = await observe(tools.warehouse, pair);
      const left = [now.upcoming, ...now.baselines, ...now.releases, ...now.audits];
      return !left.some((each) => each?.name.schema === seen.name.schema);
    }).catch((error: unknown) => {
      if (!isMissingObject(error)) throw error;
    });
    tools.log.info(`Dropped ${displayName(seen.name)}.`);
  }
}
