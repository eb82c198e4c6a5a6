import type { ModelVerdict, TestVerdict, Verdict } from './verdict.js';

/** The parts of a verdict. */
export interface Evidence {
  readonly models: readonly ModelVerdict[];
  readonly tests: readonly TestVerdict[];
  readonly baseline: Verdict['baseline'];
  /** What was compared in no model: it neither blocks nor warns, and is told. */
  readonly uncompared?: readonly string[];
  /** `report`: differences in the data are told and do not block; what broke, and tests that fail, do. */
  readonly mode?: 'enforce' | 'report';
}

/**
 * The verdict on a deployment. Fails closed: what broke blocks, what is new and had nothing to be compared with, or what
 * only warns, is never "passed". A deployment that rebuilds nothing has nothing to fail.
 */
export function decide({ models, tests, baseline, uncompared = [], mode = 'enforce' }: Evidence): Verdict {
  const tolerated = mode === 'report' ? models.filter(isDifference) : [];
  const judged = models.filter((model) => !tolerated.includes(model));
  const blockers = [...judged.flatMap(modelBlockers), ...tests.flatMap(testBlockers)];
  const wouldBlock = tolerated.flatMap(modelBlockers);
  const isClean = models.every((model) => model.status === 'passed') && tests.every((test) => test.status === 'pass');
  const status = blockers.length > 0 ? 'failed' : isClean ? 'passed' : 'warned';
  return {
    status,
    models,
    tests,
    blockers,
    baseline,
    ...(wouldBlock.length === 0 ? {} : { wouldBlock }),
    ...(uncompared.length === 0 ? {} : { uncompared }),
  };
}

/** Both sides were read, and differ beyond the limits. A relation that is missing or could not be read is no difference. */
function isDifference({ status, comparison }: ModelVerdict): boolean {
  return status === 'failed' && comparison !== undefined;
}

function modelBlockers(model: ModelVerdict): readonly string[] {
  if (model.status !== 'failed' && model.status !== 'errored') return [];
  const reasons = model.findings.filter((finding) => finding.severity === 'fail').map((finding) => finding.text);
  const texts = reasons.length === 0 ? [`the check ended as ${model.status}.`] : reasons;
  return texts.map((text) => `${model.name}: ${text}`);
}

function testBlockers(test: TestVerdict): readonly string[] {
  if (test.status === 'fail') {
    const found = test.failures === undefined ? '' : ` with ${test.failures.toLocaleString('en-US')} failing rows`;
    return [`test ${test.name} failed in blue${found}.`];
  }
  if (test.status === 'error') return [`test ${test.name} could not run: ${test.message ?? 'dbt gave no reason'}`];
  return [];
}
