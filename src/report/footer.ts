import { duration, plural } from '../figures.js';
import type { Verdict } from '../verification/verdict.js';
import { baselineNote } from './baseline-section.js';
import { code, prose } from './markdown.js';
import type { Report } from './model.js';

/** How the verdict came about: always shown, so that nobody takes it for more than it is. */
export function footer(report: Report): string {
  const { verdict, deployment } = report;
  const lines = [
    ...(verdict === undefined ? [] : verdictNotes(verdict)),
    idNote(report),
    deployment.actor === undefined
      ? undefined
      : `started by ${code(deployment.actor)} at ${prose(deployment.startedAt)}`,
  ];
  return `<sub>${lines.filter((line) => line !== undefined).join(' · ')}</sub>`;
}

function verdictNotes({ models, baseline }: Verdict): readonly (string | undefined)[] {
  const reads = models.reduce((sum, model) => sum + (model.comparison?.tableReads ?? 0), 0);
  const uncompared = models.reduce((sum, model) => sum + model.uncompared.length, 0);
  const keyless = models.filter((model) => model.comparison?.form === 'keyless').length;
  const seconds = models.reduce((sum, model) => sum + model.seconds, 0);
  return [
    baselineNote(baseline),
    models.length === 0 ? undefined : `${plural(reads, 'table read')} in ${duration(seconds)}`,
    uncompared === 0 ? undefined : `${plural(uncompared, 'column')} not compared`,
    keyless === 0 ? undefined : `${plural(keyless, 'model')} without a key`,
  ];
}

function idNote({ sampleIds, verdict }: Report): string | undefined {
  if (verdict === undefined || verdict.models.length === 0) return undefined;
  switch (sampleIds) {
    case 'plain':
      return undefined;
    case 'hashed':
      return 'ids are hashed: find one by <code>SUBSTR(SHA2(id::VARCHAR, 256), 1, 12)</code>';
    case 'none':
      return 'ids are not shown';
  }
}
