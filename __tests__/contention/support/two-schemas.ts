/** A shop with two pairs of schemas that are exchanged in one block, and readers quick enough to see between the two. */
import { LOYALTY_TWICE, openTwoPairs } from '../../e2e/pairs/two-pairs.js';
import { Checkpoint, openOnDisk } from '../../e2e/support/checkpoint.js';
import type { Shop } from '../../e2e/support/shop.js';
import { ADD_PRICE } from '../../e2e/support/shop-project.js';
import { type Moment, Reader, type Seen, type Version, watchedBy } from './reader.js';

const ROWS = 20;

/** What lay between the exchange of the one schema and that of the other, in milliseconds. */
export interface Window {
  /** By the readers of either schema: no less than `least`, no more than `most`. */
  readonly least: number;
  readonly most: number;
  /** By the warehouse's own log: from the end of the first SWAP to the end of the second. */
  readonly logged: number;
  /** Reads of both schemas in one statement. */
  readonly reads: number;
  /** Those of them that saw one schema new and the other old. */
  readonly mixed: number;
}

/** Production is old and whole in both schemas; the new version of both waits. The caller disposes it. */
export async function twoSchemasBeforeSwap(): Promise<Checkpoint> {
  const shop = await openTwoPairs(ROWS, openOnDisk);
  const { database, readerRole } = shop.warehouse;
  await shop.admin.run(
    `grant usage on schema ${database}.PUBLIC_MARKETING to role ${readerRole}`,
    `grant select on all tables in schema ${database}.PUBLIC_MARKETING to role ${readerRole}`,
  );
  await shop.merge('Add price to orders', { ...ADD_PRICE, ...LOYALTY_TWICE });
  await shop.succeeds('build');
  return Checkpoint.take(shop);
}

/** Swaps and rolls back. @throws Error when a reader sees an error, or a schema that is not wholly one version */
export async function windowsOf(shop: Shop): Promise<readonly Window[]> {
  const readers = await readersOfBoth(shop);
  try {
    const forth = await windowOf(shop, readers, 'new', 'swap');
    const back = await windowOf(shop, readers, 'old', 'rollback');
    return [forth, back];
  } finally {
    await Promise.all(readers.map((each) => each.stop()));
  }
}

async function readersOfBoth(shop: Shop): Promise<readonly Reader[]> {
  const { server, warehouse } = shop;
  const [orders, loyalty] = [`${warehouse.database}.PUBLIC.ORDERS`, `${warehouse.database}.PUBLIC_MARKETING.LOYALTY`];
  const quick = { login: warehouse.readerLogin, pause: 0 };
  const both = `select * from ${orders} o join ${loyalty} l on l.customer_id = o.customer_id limit 1`;
  return Promise.all([
    Reader.start(server, { ...quick, name: 'main', sql: `select * from ${orders} limit 1`, newColumns: ['PRICE'] }),
    Reader.start(server, { ...quick, name: 'side', sql: `select * from ${loyalty} limit 1`, newColumns: ['TWICE'] }),
    Reader.start(server, { ...quick, name: 'both', sql: both, newColumns: ['PRICE', 'TWICE'] }),
  ]);
}

async function windowOf(
  shop: Shop,
  readers: readonly Reader[],
  to: Version,
  mode: 'swap' | 'rollback',
): Promise<Window> {
  const position = await shop.server.logPosition();
  const [main, side, both] = await watchedBy(readers, to, () => shop.succeeds(mode));
  if (main === undefined || side === undefined || both === undefined) throw new Error('A reader is missing.');
  const [first, second] = [exchangeSeenBy(main, to, mode), exchangeSeenBy(side, to, mode)];
  exchangeSeenBy(both, to, mode);
  return {
    least: Math.max(0, second.after - first.before, first.after - second.before),
    most: Math.max(second.before - first.after, first.before - second.after),
    logged: await betweenSwaps(shop, position, mode),
    reads: both.reads,
    mixed: both.mixed,
  };
}

function exchangeSeenBy({ name, reads, errors, stale, last, exchanged }: Seen, to: Version, mode: string): Moment {
  if (errors.length + stale > 0 || last !== to || exchanged === undefined) {
    throw new Error(
      `${mode}, ${name}: ${reads} reads, ${errors.length} errors (${errors[0] ?? ''}), ${stale} old after new, the last ${last}`,
    );
  }
  return exchanged;
}

/** @throws Error unless both schemas were exchanged by one block, which no lost connection can cut in two */
async function betweenSwaps(shop: Shop, position: number, mode: string): Promise<number> {
  const log = await shop.server.log(position);
  const swaps = log.filter(({ parent, text }) => parent !== null && /^alter schema .* swap with/i.test(text));
  const [first, second] = swaps;
  if (swaps.length !== 2 || first === undefined || second === undefined || first.parent !== second.parent)
    throw new Error(`${mode}: ${swaps.length} schemas were swapped, and two of one block are wanted.`);
  const endOf = (swap: typeof first): number => Date.parse(swap.started_at) + (swap.duration_ms ?? 0);
  return endOf(second) - endOf(first);
}

/** In one line, of all windows: from the least to the most. */
export function inOneLine(windows: readonly Window[]): string {
  const of = (each: (window: Window) => number): readonly number[] => windows.map(each).sort((a, b) => a - b);
  const middleAndMost = (all: readonly number[]): string =>
    `${(all[Math.floor(all.length / 2)] ?? 0).toFixed(1)} ms (${(all.at(-1) ?? 0).toFixed(1)} ms at most)`;
  const sum = (all: readonly number[]): number => all.reduce((total, each) => total + each, 0);
  return (
    `${windows.length} exchanges of two schemas: by the warehouse's log ${middleAndMost(of(({ logged }) => logged))} lay between the two; ` +
    `readers saw at least ${middleAndMost(of(({ least }) => least))} and no more than ${middleAndMost(of(({ most }) => most))}; ` +
    `${sum(of(({ mixed }) => mixed))} of ${sum(of(({ reads }) => reads))} reads of both schemas saw one new and one old`
  );
}
