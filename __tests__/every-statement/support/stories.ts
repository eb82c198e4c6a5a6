/** The modes that write, each with the moment that it starts from and what must have come of it in the end. */
import { Checkpoint, openOnDisk } from '../../e2e/support/checkpoint.js';
import type { StepResult } from '../../e2e/support/runner.js';
import { LOYALTY_TWICE, openTwoPairs } from '../../e2e/pairs/two-pairs.js';
import type { Inputs, RunOptions, Shop } from '../../e2e/support/shop.js';
import { ADD_PRICE, ADD_SECTION, type Changes } from '../../e2e/support/shop-project.js';
import { mustStand, productionOf, schemasOf } from './whole.js';

const ROWS = 20;
const LATE_ROWS = 6;

/** In both pairs, after `ADD_SECTION` and `LOYALTY_TWICE`. */
const ADD_AREA: Changes = {
  'models/reports/loyalty.sql': (text) =>
    text.replace('orders * 2 as twice', 'orders * 2 as twice, orders * 3 as thrice'),
  'models/page_views.sql': (text) =>
    text.replace('page_id * 10 as section_id', 'page_id * 10 as section_id,\n    page_id * 100 as area_id'),
};

export interface Story {
  readonly mode: 'build' | 'swap' | 'rollback' | 'cleanup';
  readonly inputs: Inputs;
  /** The state before the run; the caller disposes it. */
  readonly before: () => Promise<Checkpoint>;
  /** @throws Error unless the mode has reached its end, by however many runs */
  readonly reached: (shop: Shop, last: StepResult) => Promise<void>;
  /** @throws Error unless a rollback, after a run that was hit, left one whole version */
  readonly wentBack: (shop: Shop, last: StepResult) => Promise<void>;
}

/** An attempt of one run, as "re-run jobs" makes it: the next one knows that the one before is over. */
export function attempt(number: number): RunOptions {
  return { env: { GITHUB_RUN_ID: '777', GITHUB_RUN_ATTEMPT: String(number) } };
}

function must(holds: boolean, what: string, { log }: StepResult): void {
  if (!holds) throw new Error(`${what}:\n${log}`);
}

/** A change that reaches both pairs is merged, nothing is built. */
async function merged(): Promise<Shop> {
  const shop = await openTwoPairs(ROWS, openOnDisk);
  await shop.merge('Add price to orders', { ...ADD_PRICE, ...LOYALTY_TWICE });
  return shop;
}

/** Built and verified; since then production has loaded more, into what is rebuilt and what is carried. */
async function waiting(): Promise<Shop> {
  const shop = await merged();
  await shop.succeeds('build');
  await shop.hour(LATE_ROWS);
  return shop;
}

const BUILD: Story = {
  mode: 'build',
  inputs: {},
  before: async () => Checkpoint.take(await merged()),
  reached: async (shop, last) => {
    must(last.exitCode === 0 && last.outputs['verdict'] === 'passed', 'The build did not end well', last);
    must((await productionOf(shop, ROWS)) === 'old', 'Production was changed', last);
    await mustStand(shop, { UPCOMING: 2, BASELINE: 2 });
  },
  wentBack: async (shop, last) => {
    must(last.exitCode === 1, 'There was nothing to roll back', last);
    must((await productionOf(shop, ROWS)) === 'old', 'Production was changed', last);
  },
};

const SWAP: Story = {
  mode: 'swap',
  inputs: {},
  before: async () => Checkpoint.take(await waiting()),
  reached: async (shop, last) => {
    must(last.exitCode === 0 && last.outputs['state'] === 'done', 'The swap did not end well', last);
    must((await productionOf(shop, ROWS + LATE_ROWS)) === 'new', 'The old version is live', last);
    await mustStand(shop, { SNAPSHOT: 2 });
    must((await shop.project.tip('prod')) === (await shop.project.tip('pre-prod')), 'prod was not promoted', last);
  },
  wentBack: async (shop, last) => {
    must((await productionOf(shop, ROWS + LATE_ROWS)) === 'old', 'The new version is live', last);
    must((await shop.project.tip('prod')) !== (await shop.project.tip('pre-prod')), 'prod was not put back', last);
    // Before the swap there is nothing to roll back, and the version that waits may still go live.
    must(last.exitCode === 0 || (await shop.schemas()).includes('PUBLIC_UPCOMING'), 'The new version is lost', last);
  },
};

const ROLLBACK: Story = {
  mode: 'rollback',
  inputs: {},
  before: async () => {
    const shop = await waiting();
    await shop.succeeds('swap');
    await shop.hour(LATE_ROWS);
    return Checkpoint.take(shop);
  },
  reached: wentBackOnce,
  wentBack: wentBackOnce,
};

/** Rows that came to rebuilt tables since the swap come again by the schedule, with the code that fits the tables. */
async function wentBackOnce(shop: Shop, last: StepResult): Promise<void> {
  must(last.exitCode === 0, 'The rollback did not end well', last);
  must((await shop.project.tip('prod')) !== (await shop.project.tip('pre-prod')), 'prod was not put back', last);
  await shop.hour(1);
  must((await productionOf(shop, ROWS + 2 * LATE_ROWS + 1)) === 'old', 'The new version is live', last);
  // A rollback that died may leave its staged clone behind: each has one of its own, and cleanup drops it a day later.
  const left = await schemasOf(shop, /^PUBLIC_(MARKETING_)?RESTORE_/);
  must(left.length <= 2, 'More than one staged clone of each pair was left', last);
  await mustStand(shop, { SNAPSHOT: 2, ...(left.length > 0 ? { RESTORE: left.length } : {}) });
}

const CLEANUP: Story = {
  mode: 'cleanup',
  inputs: { 'older-than': '0', keep: '1' },
  before: async () => {
    const shop = await waiting();
    await shop.succeeds('swap');
    await shop.merge('Add section to page views', ADD_SECTION);
    await shop.succeeds('deploy');
    await shop.merge('Add area to page views and more to loyalty', ADD_AREA);
    await shop.succeeds('deploy');
    await shop.succeeds('rollback');
    return Checkpoint.take(shop);
  },
  reached: async (shop, last) => {
    must(last.exitCode === 0, 'The cleanup did not end well', last);
    must((await productionOf(shop, ROWS + LATE_ROWS)) === 'new', 'Production was changed', last);
    // The newest of each pair, and the one that a rollback of what is live would bring back.
    await mustStand(shop, { SNAPSHOT: 3 });
  },
  wentBack: async (shop, last) => {
    // Live is the result of a rollback, which the same again finds done: only with `to:` does it go further back.
    must(
      last.exitCode === 0 && last.log.includes('was rolled back already'),
      'A second rollback was not asked for',
      last,
    );
    must((await productionOf(shop, ROWS + LATE_ROWS)) === 'new', 'Production was changed', last);
  },
};

export const STORIES: Readonly<Record<Story['mode'], Story>> = {
  build: BUILD,
  swap: SWAP,
  rollback: ROLLBACK,
  cleanup: CLEANUP,
};
