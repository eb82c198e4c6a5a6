import type { Plan, SchemaPair } from '../selection/plan.js';
import type { SchemaName } from '../snowflake/identifiers.js';
import { moveMarker, newMarker } from './marker.js';
import type { Marker } from './marker.js';
import { productionSchema } from './schema-names.js';

/**
 * The pairs of a deployment. The main one is that of the target's own schema: its upcoming schema is the lock, and its markers
 * tell the state. Custom schemas make pairs beside it.
 */

/** Pairs beside the main one: they are cloned with it, since what is built reads from them. A plan that builds nothing reads nothing. */
export function sidePairs(plan: Pick<Plan, 'pairs' | 'rebuilt'>, main: SchemaPair): readonly SchemaPair[] {
  return plan.rebuilt.length === 0 ? [] : plan.pairs.filter((pair) => !isSamePair(pair, main));
}

/** Those beside the main one in which something is rebuilt: they are switched with it, the others are only read. */
export function switchedSides(plan: Pick<Plan, 'pairs' | 'rebuilt'>, main: SchemaPair): readonly SchemaPair[] {
  return sidePairs(plan, main).filter((pair) =>
    plan.rebuilt.some(({ upcoming }) => upcoming?.database === pair.database && upcoming.schema === pair.upcoming),
  );
}

/** All pairs that are switched, the main one first: it is, even where nothing in it is rebuilt. */
export function switchedPairs(plan: Pick<Plan, 'pairs' | 'rebuilt'>, main: SchemaPair): readonly SchemaPair[] {
  return [main, ...switchedSides(plan, main)];
}

export function isSamePair(a: SchemaPair, b: SchemaPair): boolean {
  return a.database === b.database && a.production === b.production && a.upcoming === b.upcoming;
}

/** A marker for a schema of a pair beside the main one, with which it is built, switched and rolled back. */
export function sideMarker(marker: Marker, main: SchemaPair, pair: SchemaPair, on: SchemaName): Marker {
  const { production, upcoming } = pair;
  return moveMarker(marker, on, { side: { main: main.production, production, upcoming } });
}

/** A marker for a schema of any pair of a deployment. @param marker of a schema of the main pair */
export function markerOn(marker: Marker, main: SchemaPair, pair: SchemaPair, on: SchemaName): Marker {
  return isSamePair(pair, main) ? moveMarker(marker, on, {}) : sideMarker(marker, main, pair, on);
}

/**
 * The marker of a production beside the main one that is about to be put aside. Its comment travels with it, so that whoever finds
 * the former production later knows which swap or rollback that was.
 * @param standing its marker by now; undefined: no deployment has switched this pair yet
 * @param by marker of the deployment that is live, or comes live, in the main pair
 */
export function replacedMarker(
  standing: Marker | undefined,
  main: SchemaPair,
  pair: SchemaPair,
  by: Marker,
  replacedBy: string,
): Marker {
  const name = productionSchema(pair);
  const first = { ...by, deployment: by.parent ?? '', parent: null, commit: by.base ?? '', base: null };
  const marker = standing ?? newMarker({ ...first, phase: 'done' }, name);
  return { ...sideMarker(marker, main, pair, name), replacedBy };
}
