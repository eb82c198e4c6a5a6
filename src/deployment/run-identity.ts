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
