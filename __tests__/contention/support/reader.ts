/** A dashboard: a session that reads the same thing again and again while versions are exchanged, and keeps what it saw. */
import type { LocalSnowflake, Login, Row, Session } from '../../e2e/support/local-snowflake.js';

export type Version = 'old' | 'new';

export interface Watched {
  readonly name: string;
  readonly login: Login;
  readonly sql: string;
  /** Columns that only the new version has, one for each relation that is read; none: what is read has one version. */
  readonly newColumns: readonly string[];
  /** Milliseconds between two reads; a dashboard's unless told. */
  readonly pause?: number;
}

/** What one read saw, and when: by one clock for all readers, in milliseconds. */
type Look = { readonly at: number; readonly until: number } & (
  { readonly version: Version | 'mixed' | 'only one' } | { readonly error: string }
);

/** What a reader saw while one version was exchanged for another. */
export interface Seen {
  readonly name: string;
  readonly reads: number;
  readonly errors: readonly string[];
  /** Reads of the former version after one of the later version. */
  readonly stale: number;
  /** Reads in which one relation was of the one version, and one of the other. */
  readonly mixed: number;
  readonly last: Version | 'mixed' | 'only one' | 'none';
  /** Milliseconds from the last read that went well before an error to the next one. */
  readonly withoutRelation: number;
  /** Between the begin of the last read of the former version and the end of the first of the later; undefined: not seen. */
  readonly exchanged: Moment | undefined;
}

/** Some instant between two, by the clock of the reads. */
export interface Moment {
  readonly after: number;
  readonly before: number;
}

/** Reads a session's dashboard makes in a second are few; the processors are needed elsewhere. */
const PAUSE_MS = 40;

export class Reader {
  readonly #watched: Watched;
  readonly #session: Session;
  readonly #loop: Promise<void>;
  readonly #looks: Look[] = [];
  #stopped = false;

  private constructor(watched: Watched, session: Session) {
    this.#watched = watched;
    this.#session = session;
    this.#loop = this.#poll();
  }

  /** Connects and begins to read. */
  static async start(server: LocalSnowflake, watched: Watched): Promise<Reader> {
    return new Reader(watched, await server.connect(watched.login));
  }

  /** Ends after the read that is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#loop;
    await this.#session.close();
  }

  /** Waits until it has read once more, from now on. */
  async looksAgain(): Promise<void> {
    const before = this.#looks.length;
    while (this.#looks.length < before + 2) await pause(this.#pause);
  }

  /** What it saw since the last time it was asked. @param to the version that the exchange brings */
  take(to: Version): Seen {
    return seenIn(this.#watched.name, this.#looks.splice(0), to);
  }

  async #poll(): Promise<void> {
    while (!this.#stopped) {
      const at = performance.now();
      try {
        const [row] = await this.#session.query(this.#watched.sql);
        if (row === undefined) throw new Error('no row');
        this.#looks.push({ at, until: performance.now(), version: versionOf(row, this.#watched.newColumns) });
      } catch (error) {
        this.#looks.push({
          at,
          until: performance.now(),
          error: error instanceof Error ? error.message : String(error),
        });
      }
      await pause(this.#pause);
    }
  }

  get #pause(): number {
    return this.#watched.pause ?? PAUSE_MS;
  }
}

/** Reads while `work` exchanges the versions. @returns what each reader saw */
export async function watchedBy(
  readers: readonly Reader[],
  to: Version,
  work: () => Promise<unknown>,
): Promise<readonly Seen[]> {
  await Promise.all(readers.map((each) => each.looksAgain()));
  for (const each of readers) each.take(to);
  await work();
  await Promise.all(readers.map((each) => each.looksAgain()));
  return readers.map((each) => each.take(to));
}

function versionOf(row: Row, newColumns: readonly string[]): Version | 'mixed' | 'only one' {
  if (newColumns.length === 0) return 'only one';
  const isNew = newColumns.map((column) => column in row);
  if (isNew.every(Boolean)) return 'new';
  return isNew.some(Boolean) ? 'mixed' : 'old';
}

function seenIn(name: string, looks: readonly Look[], to: Version): Seen {
  const errors: string[] = [];
  let [stale, mixed, withoutRelation] = [0, 0, 0];
  let last: Seen['last'] = 'none';
  let hasArrived = false;
  // The read before the first of these went well, or nothing was exchanged yet.
  let wentWellAt = looks[0]?.at;
  let isBroken = false;
  for (const look of looks) {
    if ('error' in look) {
      errors.push(look.error);
      isBroken = true;
      continue;
    }
    if (isBroken && wentWellAt !== undefined) withoutRelation = Math.max(withoutRelation, look.at - wentWellAt);
    isBroken = false;
    wentWellAt = look.at;
    last = look.version;
    if (look.version === 'mixed') mixed += 1;
    else if (look.version === to) hasArrived = true;
    else if (look.version !== 'only one' && hasArrived) stale += 1;
  }
  const exchanged = exchangedIn(looks, to);
  return {
    name,
    reads: looks.length,
    errors,
    stale,
    mixed,
    last,
    withoutRelation: Math.round(withoutRelation),
    exchanged,
  };
}

function exchangedIn(looks: readonly Look[], to: Version): Moment | undefined {
  const versions = looks.flatMap((look) => ('error' in look ? [] : [look]));
  const later = versions.find(({ version }) => version === to);
  const former = versions.findLast(({ version }) => version !== to);
  return later === undefined || former === undefined ? undefined : { after: former.at, before: later.until };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
