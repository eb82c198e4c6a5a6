/** Two builds reach the statement that takes the lock, or puts an abandoned one aside, at the same time. */
import { parseComment } from '../../../src/deployment/marker.js';
import { CHANGES } from '../../every-statement/support/points.js';
import type { Checkpoint } from '../../e2e/support/checkpoint.js';
import type { StepResult } from '../../e2e/support/runner.js';
import type { Shop } from '../../e2e/support/shop.js';
import { Contender } from './contender.js';

const LOCK = '^create schema .*"PUBLIC_UPCOMING" clone';
const PUT_ASIDE = '^alter schema .*"PUBLIC_UPCOMING" rename to';
/** For one who is held, what a look costs must not be what the race is lost by. */
const LOOK_EVERY_MS = 20;
const RUNS = ['501', '502'];
/** The race is for the lock; without a comparison dbt parses half as often. */
const LESS_PARSING = { rebuild: 'everything' };

/** Who of the two is let go first, once both stand at the statement. */
export type Order = 'the one that came first' | 'the one that came second' | 'both at once';

export interface LockRace {
  readonly commits: 'the same commit' | 'different commits';
  readonly order: Order;
  /** What stands under the name of the upcoming schema: a blocked build is put aside, or taken up by a run of the same commit. */
  readonly before: 'nothing' | 'a blocked build';
  /** Whether the winner goes on to its verdict, or is killed once it is known who won. */
  readonly toTheEnd: boolean;
}

/** Commits and orders by turns; each tenth race goes to its end. */
export function lockRaces(rounds: number, before: LockRace['before']): readonly LockRace[] {
  const orders: readonly Order[] = ['the one that came first', 'the one that came second', 'both at once'];
  return Array.from({ length: rounds }, (_, index) => ({
    commits: index % 2 === 0 ? 'the same commit' : 'different commits',
    order: orders[index % orders.length] ?? 'both at once',
    before,
    toTheEnd: index % 10 === 1,
  }));
}

/**
 * Runs one race in a shop where two changes are merged, and where nothing, or a blocked build of the later one, stands.
 * @returns who won, in words
 * @throws Error unless exactly one took the lock, and the other stopped with the owner's name and changed nothing
 */
export async function raceForTheLock(shop: Shop, race: LockRace): Promise<string> {
  const other = race.commits === 'the same commit' ? 'origin/pre-prod' : 'origin/pre-prod~1';
  const contenders = await Promise.all(
    ['origin/pre-prod', other].map((ref, index) =>
      Contender.start(
        shop,
        { mode: 'build', run: RUNS[index] ?? '', ref, inputs: LESS_PARSING },
        { matching: race.before === 'nothing' ? LOCK : PUT_ASIDE },
      ),
    ),
  );
  try {
    const arrival = await arrivalOf(contenders);
    const [winner, loser] = await letGo(shop, arrival, race.order);
    const lost = await loser.finished;
    mustHaveStopped(lost, winner);
    await mustOwn(shop, winner, race.before);
    await mustHaveChangedNothing(shop, loser);
    if (race.toTheEnd) await mustEndWell(shop, winner);
    return `run ${winner.run} won`;
  } finally {
    await shop.server.clearFaults();
    await Promise.all(contenders.map((each) => each.crash()));
  }
}

export async function lockRacesFrom(from: Checkpoint, race: LockRace): Promise<string> {
  const shop = await from.open();
  return raceForTheLock(shop, race).finally(() => shop.close());
}

/** Both, in the order in which they reached the statement. */
async function arrivalOf(contenders: readonly Contender[]): Promise<readonly [Contender, Contender]> {
  const arrived: Contender[] = [];
  await Promise.all(contenders.map((each) => each.reached().then(() => arrived.push(each))));
  const [first, second] = arrived;
  if (first === undefined || second === undefined) throw new Error('There were to be two contenders.');
  return [first, second];
}

/** @returns winner and loser */
async function letGo(
  shop: Shop,
  [first, second]: readonly [Contender, Contender],
  order: Order,
): Promise<readonly [Contender, Contender]> {
  if (order === 'both at once') {
    await Promise.all([first.release(), second.release()]);
    const owner = await ownerOf(shop);
    return owner === first.run ? [first, second] : [second, first];
  }
  const [ahead, behind] = order === 'the one that came first' ? [first, second] : [second, first];
  await ahead.release();
  await ownerOf(shop);
  await behind.release();
  return [ahead, behind];
}

/** Waits until one of the two has the lock. @returns its run */
async function ownerOf(shop: Shop): Promise<string> {
  for (;;) {
    const { marker } = parseComment((await shop.warehouse.schemas()).get('PUBLIC_UPCOMING') ?? '');
    if (marker !== undefined && RUNS.includes(marker.run)) return marker.run;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

function mustHaveStopped({ exitCode, errors, log }: StepResult, winner: Contender): void {
  const [error, ...more] = errors;
  if (exitCode !== 1 || error === undefined || more.length > 0) {
    throw new Error(`The one that lost should stop with one error, but: ${String(exitCode)}\n${log}`);
  }
  if (!error.includes(`run ${winner.run}`)) throw new Error(`The owner, run ${winner.run}, is not named: ${error}`);
}

async function mustOwn(shop: Shop, winner: Contender, before: LockRace['before']): Promise<void> {
  const schemas = await shop.warehouse.schemas();
  const owner = parseComment(schemas.get('PUBLIC_UPCOMING') ?? '').marker?.run;
  if (owner !== winner.run) throw new Error(`The lock is run ${String(owner)}'s, but run ${winner.run} took it.`);
  for (const [name, comment] of schemas) {
    const run = parseComment(comment).marker?.run ?? '';
    if (!name.startsWith('PUBLIC_FAILED_') || (before === 'a blocked build' && !RUNS.includes(run))) continue;
    throw new Error(`Something of run ${run} was put aside: ${name}`);
  }
}

/**
 * Only the history's place, which whoever comes first makes. A schema that it renamed by mistake, since the name was another's by
 * then, has its name back.
 */
async function mustHaveChangedNothing(shop: Shop, loser: Contender): Promise<void> {
  const pattern = new RegExp(CHANGES, 'is');
  const changes = (await shop.server.log())
    .filter(({ query_tag, status, text }) => query_tag === loser.tag && status === 'success' && pattern.test(text))
    .map(({ text }) => text)
    .filter((text) => !/^create (schema|table) if not exists/i.test(text));
  const [away, back, ...more] = changes.map((text) => /^alter schema (\S+) rename to (\S+)$/i.exec(text));
  const cameBack = away?.[1] !== undefined && away[1] === back?.[2] && away[2] === back[1] && more.length === 0;
  if (changes.length > 0 && !cameBack) throw new Error(`The one that lost changed:\n${changes.join('\n')}`);
}

async function mustEndWell(shop: Shop, winner: Contender): Promise<void> {
  const { exitCode, outputs, log } = await winner.finished;
  if (exitCode !== 0 || outputs['state'] !== 'waiting') throw new Error(`The winner did not end well:\n${log}`);
  if ((await ownerOf(shop)) !== winner.run) throw new Error(`The lock is not run ${winner.run}'s any more.`);
}
