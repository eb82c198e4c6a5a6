import { describe, isBusy, marked } from '../deployment/state.js';
import { History } from '../history/history.js';
import type { HistoryLine } from '../history/history.js';
import type { CommonInputs } from '../inputs.js';
import type { Tools } from '../tools.js';
import type { ModeResult } from './result.js';
import { liveCommit, lookAround } from './situation.js';

const LINES = 20;

/** Says what stands where and what comes next. Reads only. */
export async function status(tools: Tools, inputs: CommonInputs): Promise<ModeResult> {
  const { pair, observed, state } = await lookAround(tools, inputs);
  const live = observed.production === undefined ? undefined : marked(observed.production);
  const lines = await new History(tools.warehouse, pair).list(LINES);
  await tools.log.group('Deployments, newest first', () => {
    lines.forEach((line) => tools.log.info(lineText(line)));
    return Promise.resolve();
  });
  const commit = await liveCommit(tools, inputs, observed);
  return {
    report: undefined,
    outputs: {
      state: state.kind,
      'deployment-id':
        'upcoming' in state && state.upcoming !== undefined
          ? deploymentOf(state.upcoming)
          : (live?.marker.deployment ?? ''),
      verdict: live?.marker.verdict ?? '',
      'production-commit': commit ?? '',
      busy: String(isBusy(state)),
      snapshot: observed.snapshots[0]?.name.schema ?? '',
      next: describe(state),
    },
    failure: undefined,
  };
}

function deploymentOf(upcoming: { readonly marker: { readonly deployment: string } } | object): string {
  return 'marker' in upcoming ? upcoming.marker.deployment : '';
}

function lineText(line: HistoryLine): string {
  return [
    line.STARTED_AT ?? '',
    line.KIND ?? '',
    line.DEPLOYMENT ?? '',
    line.COMMIT?.slice(0, 7) ?? '',
    line.PHASE ?? '',
    line.VERDICT ?? '',
    line.ACTOR ?? '',
    line.REJECTED === undefined ? '' : `(${line.REJECTED})`,
  ]
    .filter((part) => part !== '')
    .join('  ');
}
