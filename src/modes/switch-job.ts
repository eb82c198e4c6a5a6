import type { Marker } from '../deployment/marker.js';
import type { DeploymentRecord } from '../deployment/record.js';
import { isSamePair, sidePairs, switchedPairs } from '../deployment/side-pairs.js';
import type { Timeline } from '../deployment/timeline.js';
import type { History } from '../history/history.js';
import type { CommonInputs } from '../inputs.js';
import type { SchemaPair } from '../selection/plan.js';
import type { SwitchJob } from '../switching/job.js';
import type { Tools } from '../tools.js';

/** All that the steps of a switch need to know of one deployment. */
export function switchJob(
  tools: Tools,
  inputs: CommonInputs,
  pair: SchemaPair,
  history: History,
  timeline: Timeline,
  record: DeploymentRecord,
  marker: Marker,
): SwitchJob {
  return {
    tools,
    project: inputs.project,
    pair,
    ...pairsOf(record.plan, pair),
    history,
    timeline,
    record,
    marker,
    lateRows: new Map(),
    remarks: new Set(),
    sampleIds: inputs.sampleIds,
    verifySql: inputs.verifySql,
    verification: inputs.verification.mode,
  };
}

function pairsOf(plan: DeploymentRecord['plan'], main: SchemaPair): Pick<SwitchJob, 'switched' | 'onlyRead'> {
  const switched = switchedPairs(plan, main);
  const onlyRead = sidePairs(plan, main).filter((pair) => !switched.some((each) => isSamePair(each, pair)));
  return { switched, onlyRead };
}
