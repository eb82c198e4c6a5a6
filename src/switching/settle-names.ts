import { failedSchema, productionSchema, snapshotSchema } from '../deployment/schema-names.js';
import { namesSchema } from '../deployment/marker.js';
import type { Marker } from '../deployment/marker.js';
import type { SchemaSeen } from '../deployment/state.js';
import { ActionableError } from '../errors.js';
import { observe } from '../observing/observe.js';
import type { SchemaPair } from '../selection/plan.js';
import { displayName } from '../snowflake/identifiers.js';
import type { SchemaName } from '../snowflake/identifiers.js';
import type { Tools } from '../tools.js';
import { claim, keepFormer } from './exchange.js';

type NameTools = Pick<Tools, 'warehouse' | 'log' | 'clock'>;

/** Where things stand once names and markers agree after an exchange. */
export interface Settled {
  readonly live: Marker;
  /** The schema that keeps what was live before; undefined when nothing was exchanged. */
  readonly former: SchemaSeen | undefined;
}

/**
 * After a swap forward: gives the former production its snapshot name if the block did not get that far, and writes on both
 * schemas the markers that name them. Harmless when done already.
 */
export async function settleAfterSwap(tools: NameTools, pair: SchemaPair, deployment: string): Promise<Settled> {
  const first = await observe(tools.warehouse, pair);
  const held = first.releases.find(
    (seen) => seen.own?.id === deployment && seen.comment.marker?.deployment !== deployment,
  );
  if (held !== undefined) await keepFormer(tools, pair, held.name, snapshotSchema(pair, tools.clock.now()));
  const observed = held === undefined ? first : await observe(tools.warehouse, pair);
  const live = await claimProduction(tools, pair, observed.production);
  const former = observed.snapshots.find((seen) => seen.comment.marker?.deployment === live.parent);
  if (former !== undefined) await claimFormer(tools, former, live.swappedAt);
  return { live, former };
}

/** After a swap back: the same with the version that was given up, which gets a failed name. */
export async function settleAfterRollback(tools: NameTools, pair: SchemaPair, operation: string): Promise<Settled> {
  const first = await observe(tools.warehouse, pair);
  const held = first.restores.find((seen) => seen.own?.id === operation && seen.comment.marker?.rejected !== null);
  if (held !== undefined) await keepFormer(tools, pair, held.name, failedSchema(pair, tools.clock.now()));
  const observed = held === undefined ? first : await observe(tools.warehouse, pair);
  const live = await claimProduction(tools, pair, observed.production);
  const givenUp = live.restored?.insteadOf;
  const former = observed.failed.find((seen) => seen.comment.marker?.deployment === givenUp);
  if (former !== undefined) await claimFormer(tools, former, null);
  return { live, former };
}

async function claimProduction(
  tools: NameTools,
  pair: SchemaPair,
  production: SchemaSeen | undefined,
): Promise<Marker> {
  const name: SchemaName = productionSchema(pair);
  const marker = production?.comment.marker;
  if (production === undefined || marker === undefined) {
    throw new ActionableError(
      `${displayName(name)} has no marker any more: somebody replaced its comment in this moment. See mode "status".`,
    );
  }
  if (namesSchema(marker, name) && marker.swappedAt !== null) return marker;
  return claim(tools, production, marker, { swappedAt: marker.swappedAt ?? tools.clock.now().toISOString() });
}

async function claimFormer(tools: NameTools, former: SchemaSeen, swappedAt: string | null): Promise<void> {
  const { marker } = former.comment;
  if (marker === undefined || namesSchema(marker, former.name)) return;
  await claim(tools, former, marker, swappedAt === null ? {} : { swappedAt });
}
