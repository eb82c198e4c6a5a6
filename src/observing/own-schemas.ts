import type { Observed } from '../deployment/state.js';
import type { SideSeen } from './observe.js';

/**
 * Stored names of our own former and failed versions, of all pairs: their views may name a schema that is about to go, since
 * nobody reads them before a rollback.
 * @param observed of the main pair
 */
export function formerSchemas(observed: Observed, sides: readonly SideSeen[]): ReadonlySet<string> {
  const kept = all(observed, sides).flatMap(({ snapshots, failed }) => [...snapshots, ...failed]);
  return new Set(kept.map(({ name }) => name.schema));
}

/** Stored names of releases: their views name the upcoming schemas until they are re-pointed. */
export function stagedSchemas(observed: Observed, sides: readonly SideSeen[]): ReadonlySet<string> {
  return new Set(
    all(observed, sides)
      .flatMap(({ releases }) => releases)
      .map(({ name }) => name.schema),
  );
}

function all(observed: Observed, sides: readonly SideSeen[]): readonly Observed[] {
  return [observed, ...sides.map((side) => side.observed)];
}
