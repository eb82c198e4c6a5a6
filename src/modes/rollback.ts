import type { Marker } from '../deployment/marker.js';
import type { Marked } from '../deployment/state.js';
import { Timeline } from '../deployment/timeline.js';
import { ActionableError } from '../errors.js';
import { givenUpWith } from '../history/given-up-with.js';
import { History } from '../history/history.js';
import type { CommonInputs, RollbackInputs } from '../inputs.js';
import { observeSides } from '../observing/observe.js';
import type { SchemaPair } from '../selection/plan.js';
import { displayName } from '../snowflake/identifiers.js';
import { tellPoliciesGivenUp } from '../switching/policies-given-up.js';
import { countRowsGivenUp } from '../switching/rows-given-up.js';
import { recoverMarker } from '../switching/recover-marker.js';
import { putBranchBack } from '../switching/production-branch.js';
import { rollBack } from '../switching/roll-back.js';
import { settleAfterSwap } from '../switching/settle-names.js';
import { settleSidesAfterSwap } from '../switching/settle-sides.js';
import type { RolledBack } from '../switching/roll-back.js';
import { finishRollback, rollBackByMarker } from '../switching/unfinished-rollback.js';
import type { Tools } from '../tools.js';
import { announce } from './announce.js';
import type { ModeResult } from './result.js';
import { tellEnvironment } from './tell-environment.js';
import { earlierRollback, liveOf, targetOf, undoneByMarker } from './rollback-target.js';
import { checkRole, lookAround } from './situation.js';
import type { Situation } from './situation.js';

/** Brings a former production back. It undoes the live deployment once; going further back needs `to`. */
export async function rollback(tools: Tools, inputs: CommonInputs & RollbackInputs): Promise<ModeResult> {
  const timeline = new Timeline(tools.log, tools.clock);
  const { pair, observed, state } = await timeline.step('Look at the warehouse', () => lookAndSettle(tools, inputs));
  const history = new History(tools.warehouse, pair);
  const reason = inputs.reason ?? `rolled back by ${tools.run.actor}`;
  const earlier = earlierRollback(observed, state, inputs.to);
  if (earlier !== undefined) return finishEarlier(tools, inputs, pair, history, earlier.live, timeline);
  const live = liveOf(observed, state);
  const record = undoneByMarker(await history.read(live.marker.deployment), live, inputs.to);
  if (record !== undefined) {
    const by = await timeline.step('Roll back by the marker', () =>
      rollBackByMarker({ tools, pair, history, live, record, reason }),
    );
    return told(
      tools,
      inputs,
      history,
      timeline,
      live.marker,
      { live: by, failed: undefined, givenUp: [], operation: by.restored?.operation ?? '' },
      reason,
    );
  }
  const target = targetOf(observed, live, inputs.to, pair);
  tools.log.info(
    `Rolling back deployment ${live.marker.deployment} to ${target.marker.deployment} from ${displayName(target.seen.name)}: ${reason}.`,
  );
  const back = await rollBack({ tools, pair, history, timeline, live, target, carry: inputs.carry, reason });
  return told(tools, inputs, history, timeline, live.marker, back, reason);
}

/**
 * Puts names and markers in order before anything else: after a swap whose run died the former production gets its snapshot name
 * and a marker that names it; where somebody replaced production's comment, it gets its marker back.
 */
async function lookAndSettle(tools: Tools, inputs: CommonInputs): Promise<Situation> {
  const situation = await lookAround(tools, inputs);
  const { pair, observed, state } = situation;
  await checkRole(tools, inputs, observed);
  if (state.kind === 'marker lost') await recoverMarker(tools, pair, new History(tools.warehouse, pair), observed);
  else if (state.kind !== 'swapped' && state.kind !== 'swapped, not renamed') return situation;
  else await settleAll(tools, pair, state.live.marker.deployment);
  return lookAround(tools, inputs);
}

/** Pairs that a block which stopped half-way did not get to still hold the former version: there is nothing to bring back. */
async function settleAll(tools: Tools, pair: SchemaPair, deployment: string): Promise<void> {
  await settleAfterSwap(tools, pair, deployment);
  const sides = (await observeSides(tools.warehouse, pair)).map((side) => side.pair);
  await settleSidesAfterSwap(tools, sides, deployment);
}

/** A rollback that was done but for its last steps, or that is done: the same end, however often it is asked for. */
async function finishEarlier(
  tools: Tools,
  inputs: CommonInputs & RollbackInputs,
  pair: SchemaPair,
  history: History,
  live: Marked,
  timeline: Timeline,
): Promise<ModeResult> {
  const { restored } = live.marker;
  if (restored === null)
    throw new ActionableError('The marker of production is not that of a rollback. See mode "status".');
  const { carry } = inputs;
  const back = await timeline.step('Finish the rollback', () =>
    finishRollback({ tools, pair, history, timeline, live, carry, reason: 'rolled back', restored }),
  );
  tools.log.info(`Deployment ${restored.insteadOf} was rolled back already; its outstanding steps are done.`);
  return told(
    tools,
    inputs,
    history,
    timeline,
    { ...live.marker, deployment: restored.insteadOf },
    back,
    'rolled back',
  );
}

async function told(
  tools: Tools,
  inputs: CommonInputs,
  history: History,
  timeline: Timeline,
  givenUp: Marker,
  back: RolledBack,
  reason: string,
): Promise<ModeResult> {
  const record = await history.read(givenUp.deployment);
  const rows = await countRowsGivenUp(tools, record, back.givenUp);
  rows.forEach((text) => tools.log.info(text));
  const policies = await tellPoliciesGivenUp(tools, back.givenUp);
  policies.forEach((text) => tools.log.warning(text));
  const commit = record?.commit ?? givenUp.commit;
  const branch = await putBranchBack(tools, inputs.project.productionBranch, commit, back.live.commit);
  await tellEnvironments(tools, inputs, { deployment: givenUp.deployment, commit }, back.live, reason);
  const notes = [...rows, ...policies, ...(branch === undefined ? [] : [branch])];
  const next = 'Mend what was wrong and merge again, with "accept-rejected: true".';
  const announced =
    record === undefined
      ? undefined
      : await announce(tools, inputs, {
          phase: 'rolled back',
          record: { ...record, snapshot: back.failed?.name.schema },
          alsoAbout: (await givenUpWith(history, record, back.live.deployment)).flatMap((each) => each.pullRequests),
          timeline: timeline.entries,
          notes,
          reason,
          next,
        });
  return {
    report: announced?.report,
    outputs: {
      state: 'rolled back',
      'deployment-id': givenUp.deployment,
      'production-commit': back.live.commit,
      verdict: record?.verdict?.status ?? '',
      busy: 'false',
      snapshot: back.failed?.name.schema ?? '',
      'comment-url': announced?.commentUrl ?? '',
      next,
    },
    failure: undefined,
  };
}

/** The version given up is live no more; the one that is live again says so, where it was ever shown. */
async function tellEnvironments(
  tools: Tools,
  inputs: CommonInputs,
  givenUp: Pick<Marker, 'deployment' | 'commit'>,
  { deployment, commit }: Marker,
  reason: string,
): Promise<void> {
  const given = { ...givenUp, state: 'inactive', description: `Rolled back: ${reason}`, mayCreate: false } as const;
  await tellEnvironment(tools, inputs, given);
  const again = { deployment, commit, state: 'success', description: 'Live again', mayCreate: false } as const;
  await tellEnvironment(tools, inputs, again);
}
