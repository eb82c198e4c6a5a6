import { describe, isBusy, marked } from '../deployment/state.js';
import type { Marked, State } from '../deployment/state.js';
import { History } from '../history/history.js';
import type { HistoryLine } from '../history/history.js';
import type { CommonInputs } from '../inputs.js';
import { historySummary } from '../report/history-summary.js';
import type { PastDeployment } from '../report/history-summary.js';
import type { Tools } from '../tools.js';
import type { ModeResult } from './result.js';
import { liveCommit, lookAround } from './situation.js';
import { lookUntilCalm } from './look-until-calm.js';

const LINES = 20;

interface StatusInputs {
  readonly waitMinutes: number;
}

/** Says what stands where and what comes next, once versions are no longer being exchanged or the wait is over. Reads only. */
export async function status(tools: Tools, inputs: CommonInputs & StatusInputs): Promise<ModeResult> {
  const { pair, observed, state } = await lookUntilCalm(tools, inputs.waitMinutes, () => lookAround(tools, inputs));
  const live = observed.production === undefined ? undefined : marked(observed.production);
  const past = (await new History(tools.warehouse, pair).list(LINES)).map(pastDeployment);
  await tools.log.group('Deployments, newest first', () => {
    past.forEach((each) => tools.log.info(lineText(each)));
    return Promise.resolve();
  });
  const commit = await liveCommit(tools, inputs, observed);
  const inHand = deploymentInHand(state) ?? live;
  return {
    report: undefined,
    summary: historySummary(describe(state), past),
    outputs: {
      state: state.kind,
      'deployment-id': inHand?.marker.deployment ?? '',
      verdict: inHand?.marker.verdict ?? '',
      'production-commit': commit ?? '',
      busy: String(isBusy(state)),
      snapshot: observed.snapshots[0]?.name.schema ?? '',
      next: describe(state),
    },
    failure: undefined,
  };
}

/** The deployment in the upcoming schema, when the state is about one. */
function deploymentInHand(state: State): Marked | undefined {
  return 'upcoming' in state && state.upcoming !== undefined && 'marker' in state.upcoming ? state.upcoming : undefined;
}

function pastDeployment(line: HistoryLine): PastDeployment {
  return {
    startedAt: line.STARTED_AT ?? '',
    kind: line.KIND ?? '',
    id: line.DEPLOYMENT ?? '',
    commit: line.COMMIT ?? '',
    phase: line.PHASE ?? '',
    verdict: line.VERDICT ?? '',
    actor: line.ACTOR ?? '',
    rejected: line.REJECTED ?? '',
  };
}

function lineText({ startedAt, kind, id, commit, phase, verdict, actor, rejected }: PastDeployment): string {
  const why = rejected === '' ? '' : `(${rejected})`;
  return [startedAt, kind, id, commit.slice(0, 7), phase, verdict, actor, why].filter((part) => part !== '').join('  ');
}
