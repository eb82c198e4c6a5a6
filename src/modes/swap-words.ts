import type { DeploymentRecord } from '../deployment/record.js';
import type { ReportPhase } from '../report/model.js';
import type { EnvironmentState } from '../github/github.js';
import type { Finished } from '../switching/finish.js';

export function phaseOf(finished: Finished): ReportPhase {
  switch (finished.kind) {
    case 'done':
      return 'done';
    case 'live':
      return 'swapped';
    case 'untested':
      return 'untested';
    case 'rolled back':
      return 'rolled back';
  }
}

/** Why the job is red although the mode ran to its end; undefined when all is well. */
export function failureOfSwap(record: DeploymentRecord, finished: Finished): string | undefined {
  const why = finished.problems.join(' ');
  switch (finished.kind) {
    case 'done':
      return undefined;
    case 'rolled back':
      return `Deployment ${record.deployment} was rolled back by itself; the former production is live again. ${why}`;
    case 'live':
      return `Deployment ${record.deployment} is live, with something left to do. ${why}`;
    case 'untested':
      return `Deployment ${record.deployment} is live, but untested. ${why} ${finished.next}`;
  }
}

/** How the deployment stands on its environment's page. */
export const ON_ENVIRONMENT: Readonly<Record<Finished['kind'], Pick<EnvironmentState, 'state' | 'description'>>> = {
  done: { state: 'success', description: 'Live' },
  live: { state: 'in_progress', description: 'Live, with steps outstanding' },
  untested: { state: 'in_progress', description: 'Live, but its tests could not run' },
  'rolled back': { state: 'failure', description: 'Rolled back by itself: a test failed after the switch' },
};
