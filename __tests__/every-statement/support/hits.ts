/** Runs a story once for each of its points, hit there, and tells at which of them it did not end as it must. */
import type { Checkpoint } from '../../e2e/support/checkpoint.js';
import type { Shop } from '../../e2e/support/shop.js';
import { faultAt, type Point, pointsSince } from './points.js';
import { attempt, type Story } from './stories.js';

/** What befalls the run at a point, and how it goes on from there. */
export type Hit = (shop: Shop, story: Story, point: Point) => Promise<void>;

/** The process is killed once the statement is done; the same mode, asked again, must end as if nothing had been. */
export const killedThenAgain: Hit = async (shop, story, point) => {
  await shop.dies(story.mode, faultAt(shop, point), story.inputs, attempt(1));
  await story.reached(shop, await shop.run(story.mode, story.inputs, attempt(2)));
};

/** The same death; a person decides for the former version. */
export const killedThenRollback: Hit = async (shop, story, point) => {
  await shop.dies(story.mode, faultAt(shop, point), story.inputs, attempt(1));
  await story.wentBack(shop, await shop.run('rollback', {}, attempt(2)));
};

/** The statement is done, its answer never comes. The run may go on or stop with a sentence. */
export const replyLost: Hit = async (shop, story, point) => {
  await shop.server.addFault({ action: 'cut', when: 'after', ...faultAt(shop, point) });
  await onceMoreIfItStopped(shop, story);
};

/** Snowflake refuses the statement once. */
export const refused: Hit = async (shop, story, point) => {
  await shop.server.addFault({ action: 'fail', when: 'before', ...faultAt(shop, point) });
  await onceMoreIfItStopped(shop, story);
};

async function onceMoreIfItStopped(shop: Shop, story: Story): Promise<void> {
  const first = await shop.run(story.mode, story.inputs, attempt(1));
  await shop.server.clearFaults();
  if (first.exitCode === 0) return story.reached(shop, first);
  if (first.errors.length !== 1) throw new Error(`It stopped without one clear sentence:\n${first.log}`);
  return story.reached(shop, await shop.run(story.mode, story.inputs, attempt(2)));
}

export interface Tried {
  readonly points: readonly Point[];
  /** One text for each point where it went wrong. */
  readonly wrong: readonly string[];
}

/** @param from the moment before the run; each point starts from a copy of its own */
export async function tryEveryPoint(story: Story, from: Checkpoint, hit: Hit): Promise<Tried> {
  const points = await onACopy(from, (shop) => pointsOfWholeRun(shop, story));
  const wrong: string[] = [];
  for (const point of points) {
    const name = `${story.mode}, ${String(point.nth)} of ${String(points.length)}: ${point.text}`;
    const started = Date.now();
    const fault = await onACopy(from, (shop) => hit(shop, story, point)).then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    const seconds = String(Math.round((Date.now() - started) / 1000));
    const told = fault === undefined ? [`held  ${name} (${seconds} s)`] : [`BROKE  ${name} (${seconds} s)`, fault];
    process.stderr.write(`${told.join('\n')}\n`);
    if (fault !== undefined) wrong.push(`${name}\n${fault}`);
  }
  return { points, wrong };
}

/** The shop is used up. */
async function pointsOfWholeRun(shop: Shop, story: Story): Promise<readonly Point[]> {
  const position = await shop.server.logPosition();
  const last = await shop.succeeds(story.mode, story.inputs, attempt(1));
  // Before it is tried what was reached, which takes statements of the same role.
  const points = await pointsSince(shop, position);
  await story.reached(shop, last);
  return points;
}

async function onACopy<T>(from: Checkpoint, work: (shop: Shop) => Promise<T>): Promise<T> {
  const shop = await from.open();
  return work(shop).finally(() => shop.close());
}
