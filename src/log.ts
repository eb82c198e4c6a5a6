/**
 * What the rest of the code may say to the person who reads the run's log.
 *
 * Handed in everywhere; only main builds the one that speaks to GitHub's runner (`src/runner-log.ts`).
 * Text may hold anything: the implementation keeps it from being read as a workflow command.
 */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  /** A thing that a person should look at; becomes an annotation (GitHub keeps ten a step). */
  warning(message: string): void;
  /** Runs `work` inside a folded group of the log and closes the group however `work` ends. */
  group<T>(title: string, work: () => Promise<T>): Promise<T>;
}

/** Says nothing; for callers that have nobody to talk to. */
export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warning: () => undefined,
  group: (_title, work) => work(),
};
