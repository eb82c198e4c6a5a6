/** The parts of the action's JSON report (output report-path) that the demo shows. */
import { readFileSync } from 'node:fs';

export interface ShownReport {
  readonly plan: {
    readonly rebuilt: readonly {
      readonly name: string;
      readonly materialized: string;
      readonly reasons: readonly { readonly text: string }[];
    }[];
  };
}

/** @throws Error when the step named no report or it cannot be read */
export function readReport(path: string | undefined): ShownReport {
  if (path === undefined || path === '') throw new Error('The step has no output report-path.');
  return JSON.parse(readFileSync(path, 'utf8')) as ShownReport;
}
