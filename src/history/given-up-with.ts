import type { DeploymentRecord } from '../deployment/record.js';
import type { History } from './history.js';

/** Deployments that one rollback is followed through, at most. */
const MOST = 20;

/**
 * The deployments between the one that is given up and the one that is live again, newest first: they are not live any more
 * either. None when the way between the two is not known.
 *
 * @param live id of the deployment that is live again
 */
export async function givenUpWith(
  history: Pick<History, 'read'>,
  givenUp: DeploymentRecord,
  live: string,
): Promise<readonly DeploymentRecord[]> {
  const found: DeploymentRecord[] = [];
  for (let { parent } = givenUp; parent !== live;) {
    const earlier = found.length < MOST ? await history.read(parent) : undefined;
    if (earlier === undefined) return [];
    found.push(earlier);
    ({ parent } = earlier);
  }
  return found;
}
