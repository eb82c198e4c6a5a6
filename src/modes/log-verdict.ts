import type { Log } from '../log.js';
import type { Report } from '../report/model.js';
import type { ModelVerdict, SampleKeys } from '../verification/verdict.js';

/** What verification found, in the log: there is not always a comment. Sample ids are shown as the report may show them. */
export function logVerdict(log: Log, { verdict, sampleIds }: Pick<Report, 'verdict' | 'sampleIds'>): void {
  if (verdict === undefined) return;
  const tests = verdict.tests.filter(({ status }) => status === 'pass').length;
  log.info(
    `Verdict: ${verdict.status}. ${verdict.models.length} relations compared, ${tests} of ${verdict.tests.length} tests passed.`,
  );
  for (const text of verdict.wouldBlock ?? []) {
    log.warning(`Verification only reports ("verification: report"); enforced, it would block this: ${text}`);
  }
  for (const text of verdict.uncompared ?? []) log.info(`Not compared: ${text}`);
  for (const model of verdict.models) logModel(log, model, sampleIds);
}

function logModel(
  log: Log,
  { name, status, findings, comparison }: ModelVerdict,
  sampleIds: Report['sampleIds'],
): void {
  log.info(`  ${status.padEnd(7)}  ${name}: ${findings.map(({ text }) => text).join(' ') || 'nothing differs'}`);
  const samples = comparison?.samples;
  if (samples === undefined) return;
  const line = (title: string, keys: SampleKeys): void => {
    if (keys.length > 0) log.info(`           ${title}${sampleIds === 'hashed' ? ' (hashed)' : ''}: ${textOf(keys)}`);
  };
  line('missing ids', samples.missing);
  line('ids only in blue', samples.extra);
  line('ids of changed rows', samples.changed);
  line('ids that repeat in blue', samples.duplicate);
}

/** As JSON: a line break inside an id must not begin a line of the log, where the runner reads commands. */
function textOf(keys: SampleKeys): string {
  return keys.map((key) => key.map((part) => JSON.stringify(part)).join(' / ')).join(', ');
}
