import type { DeploymentRecord } from '../deployment/record.js';
import { describe, marked, snapshotOf } from '../deployment/state.js';
import type { Marked, Observed, State } from '../deployment/state.js';
import { ActionableError } from '../errors.js';
import type { SchemaPair } from '../selection/plan.js';
import { displayName } from '../snowflake/identifiers.js';

/** @throws ActionableError when nothing is live that a rollback could undo */
export function liveOf(observed: Observed, state: State): Marked {
  const live = observed.production === undefined ? undefined : marked(observed.production);
  if (live !== undefined) return live;
  throw new ActionableError(
    state.kind === 'idle'
      ? 'There is nothing to roll back: no deployment has been made yet. Nothing was changed.'
      : `${describe(state)} Nothing was changed.`,
  );
}

/**
 * The former production that a rollback brings back.
 * @param to stored name of a snapshot; undefined: what the live deployment replaced
 * @throws ActionableError with the snapshots there are, when there is none of that name or the former one is gone
 */
export function targetOf(observed: Observed, live: Marked, to: string | undefined, pair: SchemaPair): Marked {
  const candidates = formerProductions(observed);
  if (to === undefined) {
    const retired = observed.upcoming === undefined ? undefined : marked(observed.upcoming);
    const parent =
      snapshotOf(observed, live.marker.parent) ?? (retired?.marker.phase === 'retired' ? retired : undefined);
    if (parent !== undefined && live.marker.restored === null) return parent;
    throw new ActionableError(
      `The former production of the live deployment ${live.marker.deployment} is not there any more. ${listed(candidates)} Nothing was changed.`,
    );
  }
  const named = candidates.find(({ seen }) => seen.name.schema === to);
  if (named !== undefined) return named;
  throw new ActionableError(
    `"${to}" is not a former production of ${displayName({ database: pair.database, schema: pair.production })} with a marker of this action. ` +
      `${listed(candidates)} Nothing was changed.`,
  );
}

/** An earlier rollback that did what is asked for, at least in the exchange: twice the same ends in the same place. */
export function earlierRollback(
  observed: Observed,
  state: State,
  to: string | undefined,
): Extract<State, { kind: 'rolled back' | 'rolled back, not renamed' }> | undefined {
  if (state.kind === 'rolled back, not renamed') return state;
  return state.kind === 'rolled back' && isBack(observed, state, to) ? state : undefined;
}

function isBack(observed: Observed, { live }: { readonly live: Marked }, to: string | undefined): boolean {
  if (to === undefined) return true;
  const named = formerProductions(observed).find(({ seen }) => seen.name.schema === to);
  return named?.marker.deployment === live.marker.deployment;
}

/** The record of a deployment that rebuilt nothing and is to be undone once: its tables are those of its parent already. */
export function undoneByMarker(
  record: DeploymentRecord | undefined,
  live: Marked,
  to: string | undefined,
): DeploymentRecord | undefined {
  return record?.plan.rebuilt.length === 0 && to === undefined && live.marker.parent !== null ? record : undefined;
}

function formerProductions(observed: Observed): readonly Marked[] {
  const retired = observed.upcoming?.comment.marker?.phase === 'retired' ? [observed.upcoming] : [];
  return [...observed.snapshots, ...retired].map(marked).filter((each) => each !== undefined);
}

function listed(candidates: readonly Marked[]): string {
  if (candidates.length === 0) return 'There is no former production to bring back.';
  return `Name one with "to": ${candidates.map(({ seen, marker }) => `${seen.name.schema} (deployment ${marker.deployment}, commit ${marker.commit.slice(0, 7)})`).join(', ')}.`;
}
