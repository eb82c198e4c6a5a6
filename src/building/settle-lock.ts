import { ActionableError } from '../errors.js';
import { describe } from '../deployment/state.js';
import type { Marked, State } from '../deployment/state.js';
import { displayName } from '../snowflake/identifiers.js';
import { renameSchema } from '../snowflake/statements/schemas.js';
import { snapshotSchema } from '../deployment/schema-names.js';
import { observe } from '../observing/observe.js';
import { claim } from '../switching/exchange.js';
import type { History } from '../history/history.js';
import type { SchemaPair } from '../selection/plan.js';
import type { Tools } from '../tools.js';
import { putAside } from './lock.js';

/** What a build may do about what it finds. */
export type LockDecision =
  | { readonly kind: 'free' }
  /** The same commit is built and verified already. */
  | { readonly kind: 'already built'; readonly upcoming: Marked }
  /** An upcoming schema that nobody works on any more. */
  | {
      readonly kind: 'put aside';
      readonly upcoming: Marked;
      readonly reason: string;
      /** It was never finished, so that a build of the same commit may go on with it. */
      readonly isUnfinished: boolean;
    };

/**
 * Decides whether a build of `head` may start.
 * @throws ActionableError when it must not: somebody builds, a switch is unfinished, or the schema is not ours
 */
export async function decideLock(
  tools: Pick<Tools, 'git'>,
  state: State,
  head: string,
  onWaiting: 'supersede' | 'fail',
): Promise<LockDecision> {
  switch (state.kind) {
    case 'idle':
    case 'done':
      return { kind: 'free' };
    case 'rolled back':
      return state.upcoming === undefined
        ? { kind: 'free' }
        : { kind: 'put aside', upcoming: state.upcoming, reason: 'left over by a rollback', isUnfinished: false };
    case 'dead build':
      return {
        kind: 'put aside',
        upcoming: state.upcoming,
        reason: 'the run that built it is over',
        isUnfinished: true,
      };
    case 'blocked':
      return {
        kind: 'put aside',
        upcoming: state.upcoming,
        reason: 'it did not pass verification',
        isUnfinished: true,
      };
    case 'outdated':
      return {
        kind: 'put aside',
        upcoming: state.upcoming,
        reason: 'production has changed since it was built',
        isUnfinished: false,
      };
    case 'waiting':
    case 'staged':
      return decideWaiting(tools, state.upcoming, head, onWaiting);
    case 'building':
    case 'foreign upcoming':
    case 'marker lost':
    case 'production missing':
    case 'swapped, not renamed':
    case 'swapped':
    case 'rolling back':
    case 'rolled back, not renamed':
      throw new ActionableError(`A build cannot start now. ${describe(state)} Nothing was changed.`);
  }
}

async function decideWaiting(
  tools: Pick<Tools, 'git'>,
  upcoming: Marked,
  head: string,
  onWaiting: 'supersede' | 'fail',
): Promise<LockDecision> {
  const { commit, deployment } = upcoming.marker;
  if (commit === head) return { kind: 'already built', upcoming };
  const newer = await tools.git.isAncestor(commit, head);
  if (newer && onWaiting === 'supersede') {
    return { kind: 'put aside', upcoming, reason: `superseded by commit ${head.slice(0, 7)}`, isUnfinished: false };
  }
  throw new ActionableError(
    `Deployment ${deployment} of commit ${commit.slice(0, 7)} is verified and waits for its swap in ${displayName(upcoming.seen.name)}. ` +
      (newer
        ? 'It is not replaced because "on-waiting" is fail.'
        : `Commit ${head.slice(0, 7)} does not descend from it, so it cannot replace it.`) +
      ' Swap it, or wait. Nothing was changed.',
  );
}

/** Frees the name of the upcoming schema: puts an abandoned one aside, and gives a retired version its dated name back. */
export async function freeUpcoming(
  tools: Tools,
  pair: SchemaPair,
  history: History,
  decision: LockDecision,
): Promise<void> {
  if (decision.kind === 'put aside') await putAside(tools, pair, decision.upcoming, decision.reason);
  const { upcoming, production } = await observe(tools.warehouse, pair);
  const retired = upcoming?.comment.marker;
  if (upcoming === undefined || retired?.phase !== 'retired') return;
  const dated = snapshotSchema(pair, new Date(retired.swappedAt ?? retired.startedAt));
  await tools.warehouse.execute(renameSchema(upcoming.name, dated));
  await claim(tools, { ...upcoming, name: dated }, retired, { phase: 'done' });
  // Cleanup asks the history by this name whether rows were written to it after its swap.
  const live = production?.comment.marker;
  if (live?.parent === retired.deployment) await history.update(live.deployment, { SNAPSHOT: dated.schema });
  tools.log.info(`The retired former production got its dated name back: ${displayName(dated)}.`);
}
