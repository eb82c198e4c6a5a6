/** What readers see while one version is exchanged for another: by this action, by two renames, and by a plain SWAP. */
import type { Checkpoint } from '../../__tests__/e2e/support/checkpoint.js';
import type { Shop } from '../../__tests__/e2e/support/shop.js';
import { dashboardsBeforeSwap, readersOf, rolesThatRead } from '../../__tests__/contention/support/dashboards.js';
import { type Seen, watchedBy } from '../../__tests__/contention/support/reader.js';

import { installDbtCoves, type Measured, switchByDbtCoves } from './dbt-coves.js';

export interface SwitchingOptions {
  /** How often each way is measured. */
  readonly rounds: number;
}

interface Way {
  readonly name: string;
  readonly measure: () => Promise<Measured>;
}

/** What all readers of all rounds saw, and what was sent meanwhile. */
interface Figures {
  readonly reads: number;
  readonly errors: number;
  readonly stale: number;
  readonly mixed: number;
  /** The longest that a reader was without its relation, in milliseconds. */
  readonly without: number;
  /** Statements, dbt's included, of one round. */
  readonly statements: number;
  /** Seconds of one round, from the first statement to the last. */
  readonly seconds: number;
}

/** Those by hand begin with the grants on the schema in place, and end with the views that dbt builds anew. */
const WAYS: readonly { readonly name: string; readonly exchange: (shop: Shop) => Promise<unknown> }[] = [
  { name: 'this action, mode swap', exchange: (shop) => shop.succeeds('swap') },
  {
    name: 'two renames, then dbt run of the views',
    exchange: (shop) =>
      byHand(shop, ['alter schema PUBLIC rename to PUBLIC_OLD', 'alter schema PUBLIC_UPCOMING rename to PUBLIC']),
  },
  {
    name: 'plain SWAP, then dbt run of the views',
    exchange: (shop) => byHand(shop, ['alter schema PUBLIC swap with PUBLIC_UPCOMING']),
  },
];

/** Measures each way from copies of the same moment: the new version is built beside production, and readers read. */
export async function benchmarkSwitching({ rounds }: SwitchingOptions, say: (line: string) => void): Promise<void> {
  const coves = await installDbtCoves(say);
  say('Building the version that is switched in');
  const waiting = await dashboardsBeforeSwap();
  const ways: readonly Way[] = [
    ...WAYS.map(({ name, exchange }): Way => ({ name, measure: () => measure(waiting, exchange) })),
    ...(coves === undefined
      ? []
      : [{ name: 'dbt-coves blue-green, with its build', measure: () => switchByDbtCoves(coves) }]),
  ];
  const table: (readonly string[])[] = [];
  try {
    for (const way of ways) {
      const measured: Figures[] = [];
      for (let round = 1; round <= rounds; round += 1) {
        const figures = await tried(way, round, say);
        if (figures !== undefined) measured.push(figures);
      }
      table.push([way.name, `${measured.length} of ${rounds}`, ...cells(together(measured))]);
    }
  } finally {
    waiting.dispose();
  }
  say('');
  const head = [
    'way',
    'came to its end',
    'reads',
    'errors',
    'old after new',
    'both versions at once',
    'longest without',
    'statements',
    'time',
  ];
  for (const row of [head, head.map(() => '---'), ...table]) say(`| ${row.join(' | ')} |`);
}

/** @returns undefined where the way itself ended with an error, which is a result as well */
async function tried(way: Way, round: number, say: (line: string) => void): Promise<Figures | undefined> {
  try {
    const { seen, statements, seconds } = await way.measure();
    const figures = { ...summed(seen), statements, seconds };
    say(`${way.name}, round ${round}: ${cells(figures).join(', ')}`);
    for (const each of seen) say(`    ${inWords(each)}`);
    return figures;
  } catch (error) {
    say(`${way.name}, round ${round}: failed: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

async function measure(from: Checkpoint, exchange: (shop: Shop) => Promise<unknown>): Promise<Measured> {
  const shop = await from.open();
  const readers = await readersOf(shop);
  try {
    const position = await shop.server.logPosition();
    const started = performance.now();
    let seconds = 0;
    const seen = await watchedBy(readers, 'new', async () => {
      await exchange(shop);
      seconds = (performance.now() - started) / 1000;
    });
    const sent = (await shop.server.log(position)).filter(
      ({ role, parent }) => role === shop.warehouse.deployRole && parent === null,
    );
    return { seen, statements: sent.length, seconds };
  } finally {
    await Promise.all(readers.map((each) => each.stop()));
    await shop.close();
  }
}

async function byHand(shop: Shop, statements: readonly string[]): Promise<void> {
  const session = await shop.server.connect(shop.warehouse.deployLogin);
  const grants = rolesThatRead(shop).map((role) => `grant usage on schema PUBLIC_UPCOMING to role ${role}`);
  await session.run(...grants, ...statements);
  await session.close();
  await shop.project.putRef('refs/heads/prod', await shop.project.tip('pre-prod'));
  await shop.project.schedule(shop.warehouse, ['run', '--select', 'daily_orders', 'best_customers']);
}

function summed(seen: readonly Seen[]): Omit<Figures, 'statements' | 'seconds'> {
  const sum = (of: (each: Seen) => number): number => seen.reduce((total, each) => total + of(each), 0);
  return {
    reads: sum(({ reads }) => reads),
    errors: sum(({ errors }) => errors.length),
    stale: sum(({ stale }) => stale),
    mixed: sum(({ mixed }) => mixed),
    without: Math.max(...seen.map(({ withoutRelation }) => withoutRelation)),
  };
}

function together(rounds: readonly Figures[]): Figures {
  const sum = (of: (each: Figures) => number): number => rounds.reduce((total, each) => total + of(each), 0);
  const middle = (of: (each: Figures) => number): number =>
    rounds.map(of).sort((a, b) => a - b)[Math.floor(rounds.length / 2)] ?? 0;
  return {
    reads: sum(({ reads }) => reads),
    errors: sum(({ errors }) => errors),
    stale: sum(({ stale }) => stale),
    mixed: sum(({ mixed }) => mixed),
    without: Math.max(...rounds.map(({ without }) => without)),
    statements: middle(({ statements }) => statements),
    seconds: middle(({ seconds }) => seconds),
  };
}

function cells({ reads, errors, stale, mixed, without, statements, seconds }: Figures): readonly string[] {
  return [
    String(reads),
    String(errors),
    String(stale),
    String(mixed),
    `${without} ms`,
    String(statements),
    `${seconds.toFixed(1)} s`,
  ];
}

function inWords({ name, reads, errors, stale, mixed, withoutRelation }: Seen): string {
  const first = errors[0] === undefined ? '' : `; first error: ${errors[0].split('\n')[0] ?? ''}`;
  return `${name}: ${reads} reads, ${errors.length} errors, ${stale} old after new, ${mixed} mixed, ${withoutRelation} ms without${first}`;
}
