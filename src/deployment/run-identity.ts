/** The workflow run that acts, as markers, records and messages name it. */
export interface RunIdentity {
  /** `owner/name` */
  readonly repository: string;
  /** GitHub's run id. */
  readonly run: string;
  /** 1 for the first try; a re-run counts up. */
  readonly attempt: number;
  /** Login of whoever started it. */
  readonly actor: string;
  /** Page of the run, for people. */
  readonly url: string;
}

/** Names the statements of one attempt of a run in Snowflake's query history, dbt's included, so that they can be cancelled together. */
export function queryTag(run: Pick<RunIdentity, 'repository' | 'run' | 'attempt'>): string {
  return `blue-green ${run.repository} ${run.run}.${run.attempt}`;
}
