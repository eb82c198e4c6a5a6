import type { Clock } from '../clock.js';
import type { NodeEnd, NodeListener } from '../dbt/dbt.js';
import type { Log } from '../log.js';
import type { Tools } from '../tools.js';

/** What is thrown where a build stops to be gone on with by the next run. */
export class OutOfTime extends Error {
  override readonly name: string = 'OutOfTime';
}

/** For what comes after dbt: its end, leftover statements, marker, record, comment. */
const RESERVE_MS = 60_000;
/** Between the end of one model and the start of the next dbt takes moments. */
const SETTLE_MS = 5_000;

/**
 * The time that a build may take. dbt has no command by which it would finish the models that run and start no more, so it is
 * interrupted, but at a border: as soon as everything that runs was started with too little time to be finished. Such a model is
 * lost and nothing else; it would not have been finished anyway, and is built from its beginning by the next run.
 */
export class TimeLimit {
  /** Undefined: no limit. */
  readonly minutes: number | undefined;
  readonly #tools: Pick<Tools, 'clock' | 'log'>;
  readonly #ends: number;
  readonly #stop = new AbortController();

  private constructor(tools: { readonly clock: Clock; readonly log: Log }, minutes: number | undefined) {
    this.#tools = tools;
    this.minutes = minutes;
    const limit = (minutes ?? Infinity) * 60_000;
    const left = limit - Math.min(RESERVE_MS, limit / 4);
    this.#ends = tools.clock.now().getTime() + left;
    if (minutes === undefined) return;
    setTimeout(() => {
      this.#abort('The time limit is reached.');
    }, left).unref();
  }

  /** @param minutes from now; undefined: no limit */
  static begin(tools: { readonly clock: Clock; readonly log: Log }, minutes: number | undefined): TimeLimit {
    return new TimeLimit(tools, minutes);
  }

  get isOver(): boolean {
    return this.#stop.signal.aborted;
  }

  /** The same tools, whose work is cut short by the limit as by a cancelled job. Statements that ask for no signal still run. */
  over(tools: Tools): Tools {
    return { ...tools, signal: AbortSignal.any([tools.signal, this.#stop.signal]) };
  }

  /**
   * Follows dbt through a full refresh and stops it at the last border before the limit.
   *
   * @param known seconds that a node is expected to take, by unique id; of others it is the longest that any took in this run
   */
  follow(known: ReadonlyMap<string, number>): NodeListener {
    if (this.minutes === undefined) return { started: () => undefined, ended: () => undefined };
    return new Borders(known, this.#tools.clock, this.#ends, (names) => {
      this.#abort(`Too little time is left to finish ${names.join(', ')}: dbt is stopped here.`);
    });
  }

  #abort(why: string): void {
    if (this.isOver) return;
    this.#tools.log.info(why);
    this.#stop.abort(new OutOfTime(why));
  }
}

/** Knows of each running node whether it is worth waiting for. */
class Borders implements NodeListener {
  readonly #known: ReadonlyMap<string, number>;
  readonly #clock: Clock;
  readonly #ends: number;
  readonly #stop: (names: readonly string[]) => void;
  /** Whether it can be finished, by unique id. */
  readonly #running = new Map<string, boolean>();
  #longest: number | undefined;
  #pending: NodeJS.Timeout | undefined;

  constructor(
    known: ReadonlyMap<string, number>,
    clock: Clock,
    ends: number,
    stop: (names: readonly string[]) => void,
  ) {
    this.#known = known;
    this.#clock = clock;
    this.#ends = ends;
    this.#stop = stop;
  }

  started(uniqueId: string): void {
    this.#running.set(uniqueId, this.#fits(uniqueId));
    this.#weigh();
  }

  ended(uniqueId: string, { isGood, seconds }: NodeEnd): void {
    this.#running.delete(uniqueId);
    if (isGood) this.#longest = Math.max(this.#longest ?? 0, seconds);
    this.#weigh();
  }

  /** What starts before anything is finished would get no more time in the next run than it has in this one. */
  #fits(uniqueId: string): boolean {
    if (this.#longest === undefined) return true;
    const seconds = this.#known.get(uniqueId) ?? this.#longest;
    return this.#clock.now().getTime() + seconds * 1000 <= this.#ends;
  }

  #weigh(): void {
    clearTimeout(this.#pending);
    if (this.#running.size === 0 || [...this.#running.values()].includes(true)) return;
    this.#pending = setTimeout(() => {
      this.#stop([...this.#running.keys()]);
    }, SETTLE_MS);
    this.#pending.unref();
  }
}
