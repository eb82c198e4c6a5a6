/** A rollback is held at one of its statements while another one, of the same deployment, runs from its start to its end. */
import { parseComment } from '../../../src/deployment/marker.js';
import { Checkpoint, openOnDisk } from '../../e2e/support/checkpoint.js';
import type { StepResult } from '../../e2e/support/runner.js';
import type { Shop } from '../../e2e/support/shop.js';
import { ADD_PRICE, type Changes } from '../../e2e/support/shop-project.js';
import { schemasOf } from '../../every-statement/support/whole.js';
import { type At, Contender, type Entry } from './contender.js';

const ROWS = 20;
/** Rows that the schedule brings to what the deployment did not rebuild, once one rollback is done. */
const LATE_VIEWS = 3;
const CHECK = 'checks/no_complaints.sql';
/** Passes in blue; complaints that come in before the swap's tests make it fail in production. */
const WITH_CHECK: Changes = {
  ...ADD_PRICE,
  [CHECK]: 'select order_id from {{ new }}.ORDERS where order_id in (select order_id from RAW.COMPLAINTS)\n',
};
const INPUTS = { 'verify-sql': CHECK };
/** What a person made beside production, and a copy of theirs that inherited a comment of ours. */
const NOTES = 'PUBLIC_NOTES';
const COPY = 'PUBLIC_RELEASE_20260101_000000_ABCDEF1';

const SWAP: Entry = { mode: 'swap', run: '600', inputs: INPUTS };
const ROLLBACK: Entry = { mode: 'rollback', run: '601' };
const OTHER: Entry = { mode: 'rollback', run: '602', inputs: { reason: 'asked for by another' } };

/** Which run is held, and where in its rollback. */
export interface RollbackRace {
  readonly held: 'a rollback' | 'an automatic rollback';
  /** Place among the statements of that run, from 1. */
  readonly nth: number;
  readonly text: string;
}

/** The states that races start from; the caller disposes them. */
export interface RollbackGround {
  /** The new version is live and done. */
  readonly live: Checkpoint;
  /** It is verified and waits, and its check will fail after the swap. */
  readonly waiting: Checkpoint;
}

export async function rollbackGround(): Promise<RollbackGround> {
  const shop = await openOnDisk(ROWS);
  const complaints = `${shop.warehouse.database}.RAW.COMPLAINTS`;
  await shop.admin.run(
    `create table ${complaints} (order_id number(38, 0))`,
    `grant select on table ${complaints} to role ${shop.warehouse.deployRole}`,
  );
  await shop.merge('Add price to orders', WITH_CHECK);
  await shop.succeeds('build', INPUTS);
  await leaveThingsAround(shop);
  const verified = await Checkpoint.take(shop);
  const toBeLive = await verified.open();
  await toBeLive.succeeds('swap', INPUTS);
  const live = await Checkpoint.take(toBeLive);
  const toComplain = await verified.open();
  await toComplain.admin.run(`insert into ${complaints} values (5), (6), (7)`);
  const waiting = await Checkpoint.take(toComplain);
  verified.dispose();
  return { live, waiting };
}

/** Every statement of a rollback; those first at which another run's rollback would do the most harm. */
export async function rollbackRaces(
  ground: RollbackGround,
  held: RollbackRace['held'],
): Promise<readonly RollbackRace[]> {
  const shop = await (held === 'a rollback' ? ground.live : ground.waiting).open();
  try {
    const entry = held === 'a rollback' ? ROLLBACK : SWAP;
    const run = await Contender.start(shop, entry);
    await run.finished;
    const statements = (await shop.server.log()).filter(({ query_tag }) => query_tag === run.tag);
    const begin = statements.findIndex(({ text }) => /^insert into .*"HISTORY"/is.test(text));
    // Between two statements of one request nobody gets more than the moment that Snowflake takes from the one to the other: it has
    // no statement that looks at a schema and exchanges it.
    const races = statements
      .map(({ parent, text }, index) => ({ parent, held, nth: index + 1, text: oneLine(text).slice(0, 110) }))
      .filter(({ parent, nth }) => parent === null && nth > Math.max(begin, 0));
    const isTelling = ({ text }: RollbackRace): boolean =>
      /^(execute immediate|comment on schema "\w+"."PUBLIC" )/i.test(text);
    return [...races.filter(isTelling), ...races.filter((race) => !isTelling(race))];
  } finally {
    await shop.close();
  }
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

/**
 * @returns how both ended
 * @throws Error unless production is whole and old, the snapshot is kept, and one failed schema holds the version given up
 */
export async function raceRollbacks(ground: RollbackGround, { held, nth }: RollbackRace): Promise<string> {
  const shop = await (held === 'a rollback' ? ground.live : ground.waiting).open();
  try {
    const results = await rollBackTwice(shop, held, { nth }, () => late(shop));
    await mustHaveEnded(shop, results);
    return results.map(({ exitCode, errors }) => `${String(exitCode)} ${errors[0]?.slice(0, 90) ?? ''}`).join(' | ');
  } finally {
    await shop.close();
  }
}

/**
 * Holds the one run, lets the other roll back, and then the one go on.
 * @param between what happens while the first is held and the other has ended
 * @returns how both ended: first the one that was held
 */
export async function rollBackTwice(
  shop: Shop,
  held: RollbackRace['held'],
  at: At,
  between: () => Promise<void> = () => Promise.resolve(),
): Promise<readonly [StepResult, StepResult]> {
  const first = await Contender.start(shop, held === 'a rollback' ? ROLLBACK : SWAP, at);
  try {
    await first.reached();
    const other = await (await Contender.start(shop, OTHER)).finished;
    await between();
    await first.release();
    return [await first.finished, other];
  } finally {
    await shop.server.clearFaults();
    await first.crash();
  }
}

async function leaveThingsAround(shop: Shop): Promise<void> {
  const { database } = shop.warehouse;
  await shop.admin.run(
    `create schema ${database}.${NOTES}`,
    `create schema ${database}.${COPY} clone ${database}.PUBLIC_UPCOMING`,
  );
}

/** The schedule writes to a table that was not rebuilt. */
async function late(shop: Shop): Promise<void> {
  const { database, deployLogin, server } = shop.warehouse;
  await shop.warehouse.arrive(LATE_VIEWS);
  const session = await server.connect(deployLogin);
  const table = `${database}.PUBLIC.PAGE_VIEWS`;
  await session.run(
    `insert into ${table} select view_id, page_id, viewed_at from ${database}.RAW.PAGE_VIEWS where view_id > (select max(view_id) from ${table})`,
  );
  await session.close();
}

async function mustHaveEnded(shop: Shop, results: readonly StepResult[]): Promise<void> {
  const faults = [
    ...(await faultsOfProduction(shop)),
    ...(await faultsOfSchemas(shop)),
    ...results.flatMap(({ exitCode, errors }) =>
      exitCode === 0 || errors.length === 1 ? [] : [`A run ended with ${String(exitCode)} and ${errors.length} errors`],
    ),
    ...(results.some(({ outputs }) => outputs['state'] === 'rolled back') ? [] : ['Neither says that it rolled back']),
  ];
  if (faults.length > 0) throw new Error([...faults, ...results.map(({ log }) => log)].join('\n'));
}

async function faultsOfProduction(shop: Shop): Promise<readonly string[]> {
  const expected: Readonly<Record<string, number>> = {
    // A carried table: what came late must be there.
    'select count(distinct view_id) from PUBLIC.PAGE_VIEWS': ROWS + LATE_VIEWS,
    'select count(*) from PUBLIC.PAGE_VIEWS': ROWS + LATE_VIEWS,
    'select count(*) from PUBLIC.ORDERS': ROWS,
    'select sum(orders) from PUBLIC.CUSTOMERS': ROWS,
    'select sum(orders) from PUBLIC.DAILY_ORDERS': ROWS,
  };
  const faults: string[] = [];
  for (const [question, answer] of Object.entries(expected)) {
    const found = await shop.value(question).catch((error: unknown) => String(error));
    if (found !== String(answer)) faults.push(`${question}: ${String(found)} instead of ${String(answer)}`);
  }
  if ((await shop.columns('PUBLIC', 'ORDERS')).includes('price')) faults.push('The new version is live');
  const { marker } = parseComment((await shop.warehouse.schemas()).get('PUBLIC') ?? '');
  const isRestored = marker !== undefined && marker.restored !== null && marker.rejected === null;
  if (!isRestored || marker.parent !== null) faults.push(`Production's marker: ${JSON.stringify(marker)}`);
  return faults;
}

async function faultsOfSchemas(shop: Shop): Promise<readonly string[]> {
  const faults: string[] = [];
  const schemas = await shop.warehouse.schemas();
  for (const name of [NOTES, COPY])
    if (!schemas.has(name)) faults.push(`${name}, which has no marker of its own, is gone`);
  const snapshots = await schemasOf(shop, /^PUBLIC_SNAPSHOT_/);
  if (snapshots.length !== 1) faults.push(`There should be one snapshot: ${snapshots.join(', ')}`);
  const left = await schemasOf(shop, /^PUBLIC_(UPCOMING|BASELINE|RELEASE)/);
  if (left.join() !== COPY) faults.push(`Left over: ${left.join(', ')}`);
  const failed = await schemasOf(shop, /^PUBLIC_FAILED_/);
  if (failed.length !== 1) faults.push(`There should be one failed schema: ${failed.join(', ')}`);
  for (const name of failed) {
    const { marker } = parseComment(schemas.get(name) ?? '');
    const isGivenUp = marker !== undefined && marker.rejected !== null && marker.schema.includes(name);
    if (!isGivenUp) faults.push(`${name} is not marked as given up`);
    if (!(await shop.columns(name, 'ORDERS')).includes('price')) faults.push(`${name} is not the version given up`);
  }
  return faults;
}
