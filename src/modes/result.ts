import type { Report } from '../report/model.js';

/** The outputs of action.yml, by name; main sets those that are missing to ''. */
export type Outputs = Partial<
  Readonly<
    Record<
      | 'state'
      | 'deployment-id'
      | 'verdict'
      | 'models'
      | 'model-count'
      | 'plan-path'
      | 'nothing-to-do'
      | 'report-path'
      | 'comment-url'
      | 'production-commit'
      | 'busy'
      | 'snapshot'
      | 'next',
      string
    >
  >
>;

/** How a mode ended: what it tells, and why the job must be red although the mode ran to its end. */
export interface ModeResult {
  readonly outputs: Outputs;
  readonly report: Report | undefined;
  /** Markdown for the job summary of a mode that has no report. */
  readonly summary?: string;
  /** A complete message; undefined when all is well. */
  readonly failure: string | undefined;
}
