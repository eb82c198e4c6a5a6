import { namesSchema } from '../deployment/marker.js';
import { failedSchema, snapshotSchema } from '../deployment/schema-names.js';
import type { Observed, SchemaSeen } from '../deployment/state.js';
import { observe } from '../observing/observe.js';
import type { SchemaPair } from '../selection/plan.js';
import type { Tools } from '../tools.js';
import { claim, keepFormer } from './exchange.js';

type NameTools = Pick<Tools, 'warehouse' | 'log' | 'clock'>;

/** Pairs beside the main one, after their names and markers were put in order. */
export interface SettledSides {
  readonly exchanged: readonly { readonly pair: SchemaPair; readonly former: SchemaSeen | undefined }[];
  /** Those that the block did not get to: their production is still the former one. */
  readonly outstanding: readonly SchemaPair[];
}

/**
 * After a swap forward: gives the former productions of the pairs beside the main one their snapshot names if the block did not get
 * that far, and writes the markers that name their schemas. Harmless when done already.
 */
export async function settleSidesAfterSwap(
  tools: NameTools,
  sides: readonly SchemaPair[],
  deployment: string,
): Promise<SettledSides> {
  const holds = ({ production }: Observed): boolean => production?.comment.marker?.deployment === deployment;
  return settle(tools, sides, holds, async (pair, observed) => {
    const held = observed.releases.find(({ own }) => own?.id === deployment);
    if (held !== undefined && isPutAside(held, deployment)) {
      await keepFormer(tools, pair, held.name, snapshotSchema(pair, tools.clock.now()));
    }
    const { snapshots } = await observe(tools.warehouse, pair);
    return snapshots.find((seen) => isPutAside(seen, deployment));
  });
}

/** The same after a rollback, with the versions that were given up. */
export async function settleSidesAfterRollback(
  tools: NameTools,
  sides: readonly SchemaPair[],
  operation: string,
): Promise<SettledSides> {
  const holds = ({ production }: Observed): boolean => production?.comment.marker?.restored?.operation === operation;
  return settle(tools, sides, holds, async (pair, observed) => {
    const held = observed.restores.find(({ own }) => own?.id === operation);
    if (held !== undefined && isPutAside(held, operation)) {
      await keepFormer(tools, pair, held.name, failedSchema(pair, tools.clock.now()));
    }
    const { failed } = await observe(tools.warehouse, pair);
    return failed.find((seen) => isPutAside(seen, operation));
  });
}

function isPutAside({ comment }: SchemaSeen, by: string): boolean {
  return comment.marker?.replacedBy === by;
}

async function settle(
  tools: NameTools,
  sides: readonly SchemaPair[],
  holds: (observed: Observed) => boolean,
  formerOf: (pair: SchemaPair, observed: Observed) => Promise<SchemaSeen | undefined>,
): Promise<SettledSides> {
  const exchanged: { pair: SchemaPair; former: SchemaSeen | undefined }[] = [];
  const outstanding: SchemaPair[] = [];
  for (const pair of sides) {
    const observed = await observe(tools.warehouse, pair);
    if (!holds(observed)) {
      outstanding.push(pair);
      continue;
    }
    const former = await formerOf(pair, observed);
    await claimUnlessNamed(tools, observed.production);
    await claimUnlessNamed(tools, former);
    exchanged.push({ pair, former });
  }
  return { exchanged, outstanding };
}

async function claimUnlessNamed(tools: NameTools, seen: SchemaSeen | undefined): Promise<void> {
  const marker = seen?.comment.marker;
  if (seen === undefined || marker === undefined || namesSchema(marker, seen.name)) return;
  await claim(tools, seen, marker, { swappedAt: tools.clock.now().toISOString() });
}
