import type { DeploymentRecord } from '../deployment/record.js';
import { describe } from '../deployment/state.js';
import type { Marked, State } from '../deployment/state.js';
import { ActionableError } from '../errors.js';
import type { History } from '../history/history.js';

/** A version that is to be switched in, or whose switch is to be finished. */
export type Version = { readonly kind: 'to switch' | 'to finish'; readonly marked: Marked };

/**
 * What a swap is about.
 * @param expected id that the run was told; undefined: whatever stands there
 * @throws ActionableError when there is nothing to swap, or another version than expected
 */
export function versionToSwap(state: State, expected: string | undefined): Version | 'done' {
  const version = versionIn(state);
  const found =
    version === 'done'
      ? state.kind === 'done'
        ? state.live.marker.deployment
        : undefined
      : version.marked.marker.deployment;
  if (expected === undefined || found === expected) return version;
  throw new ActionableError(
    `This run was to swap deployment ${expected}, but the warehouse holds ${found ?? 'another'}. ${describe(state)} Nothing was changed.`,
  );
}

function versionIn(state: State): Version | 'done' {
  switch (state.kind) {
    case 'waiting':
    case 'staged':
      return { kind: 'to switch', marked: state.upcoming };
    case 'swapped, not renamed':
    case 'swapped':
      return { kind: 'to finish', marked: state.live };
    case 'done':
      return 'done';
    case 'production missing':
    case 'marker lost':
    case 'foreign upcoming':
    case 'idle':
    case 'building':
    case 'dead build':
    case 'blocked':
    case 'outdated':
    case 'rolling back':
    case 'rolled back, not renamed':
    case 'rolled back':
      throw new ActionableError(`There is nothing to swap. ${describe(state)} Nothing was changed.`);
  }
}

/** @throws ActionableError when the history has none */
export async function recordOf(history: History, { marker }: Marked): Promise<DeploymentRecord> {
  const record = await history.read(marker.deployment);
  if (record !== undefined) return record;
  throw new ActionableError(
    `The history has no record of deployment ${marker.deployment}, which tells what it rebuilt. Build again; if it is live already, ` +
      'roll back with "carry: none" or restore the history table.',
  );
}
