/** The hourly job comes at each gap between two statements of a swap or a rollback; afterwards the tables are held against the sources. */
import { Checkpoint, openOnDisk } from '../../e2e/support/checkpoint.js';
import type { StepResult } from '../../e2e/support/runner.js';
import type { Shop } from '../../e2e/support/shop.js';
import { ADD_SECTION } from '../../e2e/support/shop-project.js';
import { Contender } from './contender.js';

const ROWS = 20;
const LATE = 4;
const RUN = '700';

export type WriterMode = 'swap' | 'rollback';

/** How the hourly job loads: by statements of its own, or by dbt with production's code. */
export type WriterKind = 'insert and merge' | 'dbt run';

/** After a statement of the run, and before its next. */
export interface Gap {
  readonly mode: WriterMode;
  readonly kind: WriterKind;
  /** Place of the statement, from 1. */
  readonly nth: number;
  readonly text: string;
}

/** PAGE_VIEWS is rebuilt, ORDERS and what reads it is carried; the caller disposes both. */
export type WriterGround = Readonly<Record<WriterMode, Checkpoint>>;

export async function writerGround(): Promise<WriterGround> {
  const shop = await openOnDisk(ROWS);
  await shop.merge('Add section to page views', ADD_SECTION);
  await shop.succeeds('build');
  const swap = await Checkpoint.take(shop);
  const live = await swap.open();
  await live.succeeds('swap');
  return { swap, rollback: await Checkpoint.take(live) };
}

/** Every gap of a run that nobody disturbs, those inside its block included. */
export async function gapsOf(ground: WriterGround, mode: WriterMode, kind: WriterKind): Promise<readonly Gap[]> {
  const shop = await ground[mode].open();
  try {
    const run = await Contender.start(shop, { mode, run: RUN });
    const { exitCode, log } = await run.finished;
    if (exitCode !== 0) throw new Error(log);
    const statements = (await shop.server.log()).filter(({ query_tag }) => query_tag === run.tag);
    return statements.map(({ text }, index) => ({
      mode,
      kind,
      nth: index + 1,
      text: text.replaceAll(/\s+/g, ' ').trim().slice(0, 100),
    }));
  } finally {
    await shop.close();
  }
}

/** So many of all, from the first to the last. */
export function spread<T>(all: readonly T[], count: number): readonly T[] {
  if (count >= all.length) return all;
  return all.filter(
    (_, index) => Math.floor((index * count) / all.length) !== Math.floor(((index - 1) * count) / all.length),
  );
}

/**
 * @returns what became of the rows
 * @throws Error when rows are doubled, or missing without a word of the run that names their table
 */
export async function writeInGap(ground: WriterGround, { mode, kind, nth }: Gap): Promise<string> {
  const shop = await ground[mode].open();
  try {
    const run = await Contender.start(shop, { mode, run: RUN }, { nth, when: 'after' });
    await run.reached();
    const failure = await write(shop, kind);
    await run.release();
    const result = await run.finished;
    return await (failure === undefined ? holdAgainstSources(shop, mode, result) : comesLater(shop, result, failure));
  } finally {
    await shop.server.clearFaults();
    await shop.close();
  }
}

/** @returns why dbt failed: between the swap and the promotion of the branch the former code meets new tables */
async function write(shop: Shop, kind: WriterKind): Promise<string | undefined> {
  if (kind === 'dbt run') {
    return shop.hour(LATE).then(
      () => undefined,
      (error: unknown) => String(error),
    );
  }
  await shop.warehouse.arrive(LATE);
  const { database, deployLogin, server } = shop.warehouse;
  const session = await server.connect(deployLogin);
  const [views, orders] = [`${database}.PUBLIC.PAGE_VIEWS`, `${database}.PUBLIC.ORDERS`];
  try {
    await session.run(
      `insert into ${views} (view_id, page_id, viewed_at) select view_id, page_id, viewed_at from ${database}.RAW.PAGE_VIEWS where view_id > (select max(view_id) from ${views})`,
      `merge into ${orders} as t using ${database}.RAW.ORDERS as s on t.order_id = s.order_id ` +
        'when matched then update set customer_id = s.customer_id ' +
        'when not matched then insert (order_id, customer_id, ordered_at) values (s.order_id, s.customer_id, s.ordered_at)',
    );
  } finally {
    await session.close();
  }
  return undefined;
}

/** A job that failed loudly, as one does that does not wait for `status`: the next hour must bring all, once. */
async function comesLater(shop: Shop, { exitCode, log }: StepResult, failure: string): Promise<string> {
  if (exitCode !== 0 || !/invalid identifier/.test(failure)) throw new Error(`${failure}\n${log}`);
  await shop.hour(1);
  const found = await missing(shop, ROWS + LATE + 1);
  if (found.length > 0) throw new Error(`Rows are missing in ${found.join(', ')} for good:\n${failure}\n${log}`);
  return 'the job failed, since its code is older than the tables; the next hour brought all';
}

async function holdAgainstSources(shop: Shop, mode: WriterMode, first: StepResult): Promise<string> {
  const found = await missing(shop, ROWS + LATE);
  if (found.length === 0 && first.exitCode === 0) return 'nothing missing, nothing double';
  const told = `${first.errors.join('\n')}\n${first.warnings.join('\n')}\n${first.log}`;
  const untold = found.filter((table) => !isTold(told, table));
  if (untold.length > 0) throw new Error(`Rows are missing in ${untold.join(', ')}, and nobody says so:\n${first.log}`);
  // Stopped: the same again must end well. Told: the next hour loads what is told to come again.
  if (first.exitCode !== 0) await shop.succeeds(mode);
  await shop.hour(1);
  const still = await missing(shop, ROWS + LATE + 1);
  if (still.length > 0) throw new Error(`Rows are missing in ${still.join(', ')} for good:\n${first.log}`);
  return first.exitCode === 0
    ? `${found.join(', ')}: said to come again, and came`
    : `stopped (${first.errors[0]?.slice(0, 80) ?? ''}), then done`;
}

/** `page_views: 4 ids that it received …` of a rollback, `A writer committed into ….PAGE_VIEWS after the swap: …` of a swap. */
function isTold(text: string, table: string): boolean {
  return new RegExp(
    `\\b${table}\\b.*\\bids\\b|written to .*\\b${table}\\b|committed into \\S+\\.${table} after the swap: what it wrote is there only`,
    'i',
  ).test(text);
}

/** Tables that lack rows of their source. @throws Error when one holds a row twice, or more than its source */
async function missing(shop: Shop, expected: number): Promise<readonly string[]> {
  const lacking: string[] = [];
  for (const [table, id] of [
    ['PAGE_VIEWS', 'view_id'],
    ['ORDERS', 'order_id'],
  ] as const) {
    const rows = Number(await shop.value(`select count(*) from PUBLIC.${table}`));
    const ids = Number(await shop.value(`select count(distinct ${id}) from PUBLIC.${table}`));
    if (rows !== ids || ids > expected)
      throw new Error(`${table} has ${rows} rows of ${ids} ids; ${expected} are in its source.`);
    if (ids < expected) lacking.push(table);
  }
  return lacking;
}
