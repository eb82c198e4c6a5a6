import type { Marker } from '../deployment/marker.js';
import { writeVersioned } from '../deployment/record.js';
import type { History } from '../history/history.js';
import type { SchemaPair } from '../selection/plan.js';
import { upcomingTokens } from '../observing/pair-tokens.js';
import type { Tools } from '../tools.js';
import type { Verdict } from '../verification/verdict.js';
import { writeMarker } from './lock.js';

/**
 * Writes the verdict to the record, then to the marker: the marker is what a swap trusts, so it comes last.
 * @param switched the pairs that are switched, the main one included
 * @param verdict undefined when dbt failed before anything could be verified
 */
export async function recordVerdict(
  tools: Pick<Tools, 'warehouse' | 'log' | 'clock'>,
  history: History,
  pair: SchemaPair,
  switched: readonly SchemaPair[],
  words: string,
  marker: Marker,
  verdict: Verdict | undefined,
): Promise<void> {
  const blocked = verdict === undefined || verdict.status === 'failed';
  const now = tools.clock.now().toISOString();
  await history.update(marker.deployment, {
    PHASE: blocked ? 'blocked' : 'verified',
    VERDICT: verdict?.status ?? 'failed',
    RESULTS: verdict === undefined ? null : writeVersioned(verdict),
    TOKENS_OF_UPCOMING: JSON.stringify(await upcomingTokens(tools.warehouse, switched)),
  });
  await writeMarker(tools, pair, words, {
    ...marker,
    phase: blocked ? 'blocked' : 'verified',
    verdict: verdict?.status ?? 'failed',
    heartbeat: null,
    verifiedAt: now,
  });
}
