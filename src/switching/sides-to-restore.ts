import { namesSchema } from '../deployment/marker.js';
import { marked } from '../deployment/state.js';
import type { Marked } from '../deployment/state.js';
import { ActionableError } from '../errors.js';
import { observeSides } from '../observing/observe.js';
import type { SideSeen } from '../observing/observe.js';
import type { SchemaPair } from '../selection/plan.js';
import { displayName } from '../snowflake/identifiers.js';
import type { Tools } from '../tools.js';
import { productionSchema } from '../deployment/schema-names.js';

/** A pair beside the main one, and the former production that comes back there. */
export interface SideToRestore {
  readonly pair: SchemaPair;
  readonly target: Marked;
}

/**
 * The pairs beside the main one that were switched since the target of a rollback, each with what it held then. A pair that none
 * of the deployments switched stays as it is.
 *
 * @param deployments from what is live back to the one that followed the target; undefined: nobody knows
 * @throws ActionableError when the former production of such a pair is gone, or cannot be told; nothing was changed
 */
export async function sidesToRestore(
  { warehouse }: Pick<Tools, 'warehouse'>,
  main: SchemaPair,
  deployments: readonly string[] | undefined,
): Promise<readonly SideToRestore[]> {
  const sides = await observeSides(warehouse, main);
  if (deployments !== undefined) return sides.flatMap((side) => restorable(side, deployments));
  if (sides.length === 0) return [];
  throw new ActionableError(
    `The history does not tell which deployments followed the target, so what ${sides.map(({ pair }) => displayName(productionSchema(pair))).join(', ')} ` +
      'held then is not known. Nothing was changed. Bring back the former production of the live deployment, which needs no history, or restore the history table.',
  );
}

function restorable({ pair, observed }: SideSeen, deployments: readonly string[]): readonly SideToRestore[] {
  // The one that the first of these deployments replaced is what stood there at the time of the target.
  const targets = observed.snapshots
    .map(marked)
    .filter((each): each is Marked => each !== undefined && namesSchema(each.marker, each.seen.name))
    .map((each) => ({ target: each, age: deployments.indexOf(each.marker.replacedBy ?? '') }))
    .filter(({ age }) => age >= 0)
    .sort((a, b) => b.age - a.age);
  const [oldest] = targets;
  if (oldest !== undefined) return [{ pair, target: oldest.target }];
  const live = observed.production?.comment.marker?.deployment;
  if (live === undefined || !deployments.includes(live)) return [];
  throw new ActionableError(
    `${displayName(productionSchema(pair))} was switched by deployment ${live}, and its former production is not there any more, so the ` +
      'deployment cannot be rolled back as a whole. Nothing was changed. UNDROP the snapshot, or deploy a commit that takes the change back.',
  );
}
