import type { Marker } from '../deployment/marker.js';
import { rebuiltNames } from '../deployment/rebuilt.js';
import type { Tokens } from '../deployment/record.js';
import { ActionableError } from '../errors.js';
import type { History } from '../history/history.js';

/** What was rebuilt between a former production and what is live: these tables are not carried back. */
export interface BuiltSince {
  readonly names: ReadonlySet<string>;
  /** Tokens of production's tables as the last swap brought them; empty when they are not known for all deployments between. */
  readonly tokensOfRelease: Tokens;
}

// A chain longer than this is no chain of ours.
const MOST_DEPLOYMENTS = 1000;

/**
 * Follows the records from what is live back to `target`.
 * @throws ActionableError when a record between them is missing, so that nobody can tell what to carry
 */
export async function builtSince(
  history: History,
  live: Marker,
  target: Marker,
  carry: 'all' | 'none',
): Promise<BuiltSince> {
  if (carry === 'none') return { names: new Set(), tokensOfRelease: {} };
  const names = new Set<string>();
  let tokensOfRelease: Tokens = {};
  let deployment = live.deployment;
  for (let hops = 0; deployment !== target.deployment && hops < MOST_DEPLOYMENTS; hops += 1) {
    const record = await history.read(deployment);
    if (record === undefined) break;
    rebuiltNames(record.plan).forEach((name) => names.add(name));
    // Tokens of one swap say what changed since that swap; over several, everything not rebuilt is carried.
    tokensOfRelease = hops === 0 ? (record.tokensOfRelease ?? {}) : {};
    deployment = record.parent;
  }
  if (deployment === target.deployment) return { names, tokensOfRelease };
  throw new ActionableError(
    `The history has no complete record of what was rebuilt between deployment ${target.deployment} and the live ${live.deployment}, so what ` +
      'to carry back cannot be told. Nothing was changed. Run again with "carry: none" to restore the snapshot exactly as it is.',
  );
}
