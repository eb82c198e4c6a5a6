import { isUnderWay } from '../deployment/left-behind.js';
import { describe } from '../deployment/state.js';
import type { SchemaSeen } from '../deployment/state.js';
import { ActionableError } from '../errors.js';
import { observeSides } from '../observing/observe.js';
import type { SideSeen } from '../observing/observe.js';
import type { SchemaPair } from '../selection/plan.js';
import { displayName } from '../snowflake/identifiers.js';
import type { Tools } from '../tools.js';
import type { Situation } from './situation.js';

/** The productions of all pairs, which may carry markers, the main one first. */
export interface StandingMarkers {
  readonly productions: readonly { readonly pair: SchemaPair; readonly production: SchemaSeen }[];
  readonly sides: readonly SideSeen[];
}

/** @throws ActionableError while the main one's marker is needed, or cannot be told from what a person wrote */
export async function standingMarkers(
  { warehouse }: Pick<Tools, 'warehouse'>,
  situation: Situation,
): Promise<StandingMarkers> {
  const main = { pair: situation.pair, production: whereToTakeOff(situation) };
  const sides = await observeSides(warehouse, situation.pair);
  const beside = sides.flatMap(({ pair, observed: { production } }) =>
    production === undefined ? [] : [{ pair, production }],
  );
  return { productions: [main, ...beside], sides };
}

function whereToTakeOff({ observed, state }: Situation): SchemaSeen {
  const { production } = observed;
  if (production === undefined || isUnderWay(state)) {
    throw new ActionableError(`Nothing was changed: this is no time to uninstall. ${describe(state)}`);
  }
  if (production.comment.unreadable !== undefined) {
    throw new ActionableError(
      `Nothing was changed: the comment of ${displayName(production.name)} has a marker that this version cannot read ` +
        `(${production.comment.unreadable}). Uninstall with the version that wrote it, or take the line that begins with "blue-green:" out by hand.`,
    );
  }
  return production;
}
