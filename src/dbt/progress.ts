import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import type { DbtCommand } from './dbt.js';
import type { DbtEvent, DbtEventNode } from './events.js';
import { nodeStatus } from './run-results.js';

const HEARTBEAT_MS = 30_000;

/** dbt 1.x names the event after the kind of node; dbt 2.x knows only some of them and always sends NodeFinished. */
const FINISHED = new Set([
  'LogModelResult',
  'LogSeedResult',
  'LogSnapshotResult',
  'LogTestResult',
  'LogNodeResult',
  'LogFunctionResult',
  'SkippingDetails',
  'NodeFinished',
]);
const STARTED = new Set(['LogStartLine', 'NodeStart']);

type FollowedCommand = Pick<DbtCommand, 'nodes' | 'fullRefresh' | 'title' | 'listener'>;

/**
 * Says in the log, one line a node, how far a dbt command has come: `[3/12] OK product_event_1 (incremental, full refresh) 12.3 s,
 * 50,000 rows`. Counts by our own plan, because dbt 2.x sends no index. While nodes run long, a line every 30 seconds.
 */
export class Progress {
  readonly #command: FollowedCommand;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #selected: ReadonlySet<string>;
  readonly #finished = new Set<string>();
  readonly #running = new Map<string, { readonly name: string; readonly since: number }>();
  /** Starts of a node that have no end yet. */
  readonly #open = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(command: FollowedCommand, log: Log, clock: Clock) {
    this.#command = command;
    this.#log = log;
    this.#clock = clock;
    this.#selected = new Set(command.nodes.map((node) => node.uniqueId));
  }

  start(): void {
    this.#timer = setInterval(() => this.heartbeat(), HEARTBEAT_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  take(event: DbtEvent): void {
    const { node } = event;
    if (node === undefined || !this.#selected.has(node.uniqueId) || this.#finished.has(node.uniqueId)) return;
    if (event.name === 'NodeStart') this.#open.set(node.uniqueId, (this.#open.get(node.uniqueId) ?? 0) + 1);
    if (STARTED.has(event.name) && !this.#running.has(node.uniqueId)) {
      this.#running.set(node.uniqueId, { name: node.name, since: this.#clock.now().getTime() });
      this.#command.listener?.started(node.uniqueId);
    }
    if (FINISHED.has(event.name) && !this.#isPart(node, event)) this.#finish(node, event);
  }

  /**
   * From 1.9 on dbt starts and ends each batch of a microbatch model as a node of the model's id, within the model's own start and
   * end. Only projects that set `log_level: debug` see it.
   */
  #isPart({ uniqueId }: DbtEventNode, { name }: DbtEvent): boolean {
    if (name !== 'NodeFinished') return false;
    const open = (this.#open.get(uniqueId) ?? 1) - 1;
    this.#open.set(uniqueId, open);
    return open > 0;
  }

  /** Names what runs for longer than a heartbeat. */
  heartbeat(): void {
    const now = this.#clock.now().getTime();
    const long = [...this.#running.values()].filter((running) => now - running.since >= HEARTBEAT_MS);
    if (long.length === 0) return;
    const names = long.map((running) => `${running.name} (${duration((now - running.since) / 1000)})`);
    this.#log.info(`${this.#count()} still running: ${names.join(', ')}`);
  }

  #finish(node: DbtEventNode, event: DbtEvent): void {
    const seconds = event.seconds ?? this.#secondsOf(node);
    this.#running.delete(node.uniqueId);
    this.#finished.add(node.uniqueId);
    const details = [
      event.seconds === undefined ? undefined : duration(event.seconds),
      rowsOf(event, node, this.#isRebuilt(node)),
    ];
    const known = details.filter((detail) => detail !== undefined).join(', ');
    const outcome = verdict(event, node);
    this.#log.info(`${this.#count()} ${outcome} ${node.name}${this.#kind(node)}${known === '' ? '' : ` ${known}`}`);
    this.#command.listener?.ended(node.uniqueId, { isGood: outcome === 'OK', seconds });
  }

  #secondsOf({ uniqueId }: DbtEventNode): number {
    const now = this.#clock.now().getTime();
    return (now - (this.#running.get(uniqueId)?.since ?? now)) / 1000;
  }

  #count(): string {
    return `[${this.#finished.size}/${this.#selected.size}]`;
  }

  #isRebuilt(node: DbtEventNode): boolean {
    return this.#command.fullRefresh === true || node.materialized !== 'incremental';
  }

  #kind(node: DbtEventNode): string {
    if (node.materialized === undefined || node.materialized === 'test') return '';
    const refresh = this.#command.fullRefresh === true && node.materialized === 'incremental' ? ', full refresh' : '';
    return ` (${node.materialized}${refresh})`;
  }
}

function verdict(event: DbtEvent, node: DbtEventNode): string {
  if (event.name === 'SkippingDetails') return 'SKIPPED';
  const status = nodeStatus(node.status);
  return status === 'success'
    ? 'OK'
    : status === 'unknown'
      ? (node.status ?? 'UNKNOWN').toUpperCase()
      : status.toUpperCase();
}

/** `SUCCESS 50000` of a merge or insert. A table made by CREATE … AS SELECT says 1 before dbt-snowflake 1.12: not told. */
function rowsOf(event: DbtEvent, node: DbtEventNode, rebuilt: boolean): string | undefined {
  if (event.failures !== undefined && event.failures > 0) return rows(event.failures);
  const written = /^SUCCESS (\d+)$/.exec(event.status ?? '')?.[1];
  if (written === undefined || node.materialized === 'view') return undefined;
  const count = Number(written);
  return rebuilt && count === 1 ? undefined : rows(count);
}

function rows(count: number): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? 'row' : 'rows'}`;
}

/** @param seconds e.g. 12.34 becomes `12.3 s`, 270 becomes `4 min 30 s`. */
function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
