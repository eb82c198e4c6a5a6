/**
 * How many statements a switch and a rollback take beside 10, 100 and 1,000 tables that the plan does not rebuild. Half of
 * them are written to between build and swap, and again before the rollback, so that they are carried one by one.
 */
import { afterAll, expect, test } from '@jest/globals';
import { Shop } from './support/shop.js';
import { ADD_SECTION } from './support/shop-project.js';

const ROWS = 10;
const SIZES = [10, 100, 1000] as const;
type Size = (typeof SIZES)[number];
/** A thousand tables are cloned five times, on a machine that may have other things to do. */
const PATIENCE_MS = 900_000;
/** Lists of tables are asked for in pages, and tokens in groups: now and then one statement more. */
const FEW = 25;
/** A clone for each second table. Which of them are granted otherwise is one list, but for the ten, of which each is looked at. */
const EACH = 0.52;

/** Its last digits are as many as chance gives. */
const ROLLBACK_ID = /\d{8}_\d{6}_R[0-9A-F]+/g;

/** Statements of one run, of the action and of its dbt. */
interface Count {
  /** Characters of the one statement that exchanges the schemas. */
  readonly block: number;
  readonly others: number;
}

const MODES = ['swap', 'rollback'] as const;
type Mode = (typeof MODES)[number];

const found = new Map<Size, Readonly<Record<Mode, Count>>>();
afterAll(() => {
  const lines = [...found].map(
    ([size, { swap, rollback }]) =>
      `${size} tables: swap ${swap.others} statements and a block of ${swap.block} characters, rollback ${rollback.others} and ${rollback.block}`,
  );
  process.stdout.write(`${lines.join('\n')}\n`);
});

async function asDeployer(shop: Shop, statements: readonly string[]): Promise<void> {
  const session = await shop.server.connect(shop.warehouse.deployLogin);
  await session.run(...statements);
  await session.close();
}

function tables(size: Size): readonly string[] {
  return Array.from({ length: size }, (_, index) => `PUBLIC.BY_HAND_${String(index).padStart(4, '0')}`);
}

async function counted(shop: Shop, mode: Mode): Promise<Count> {
  const position = await shop.server.logPosition();
  await shop.succeeds(mode);
  const texts = (await shop.server.log(position)).map(({ text }) => text);
  const [block, ...more] = texts.filter((text) => /^execute immediate .* swap with /is.test(text));
  if (block === undefined || more.length > 0) throw new Error(`${mode} sent ${more.length + 1} blocks, or none.`);
  return { block: block.replaceAll(ROLLBACK_ID, '').length, others: texts.length - 1 };
}

/** A deployment of one rebuilt model beside `size` other tables, and its rollback. */
async function deployBeside(size: Size): Promise<Readonly<Record<Mode, Count>>> {
  const shop = await Shop.open(ROWS);
  try {
    const names = tables(size);
    await asDeployer(
      shop,
      names.map((name) => `create table ${name} as select 1 as id`),
    );
    await shop.merge('Add section to page views', ADD_SECTION);
    await shop.succeeds('build');
    const writes = names.filter((_, index) => index % 2 === 0).map((name) => `insert into ${name} select 2`);
    await asDeployer(shop, writes);
    const swap = await counted(shop, 'swap');
    expect(await shop.value('select sum(id) from PUBLIC.BY_HAND_0000')).toBe('3');
    await asDeployer(shop, writes);
    const rollback = await counted(shop, 'rollback');
    expect(await shop.value('select sum(id) from PUBLIC.BY_HAND_0000')).toBe('5');
    return { swap, rollback };
  } finally {
    await shop.close();
  }
}

function countOf(size: Size, mode: Mode): Count {
  const count = found.get(size)?.[mode];
  if (count === undefined) throw new Error(`The run beside ${size} tables found no figures.`);
  return count;
}

test.each(SIZES)(
  'a switch and its rollback beside %d tables',
  async (size) => {
    found.set(size, await deployBeside(size));
  },
  PATIENCE_MS,
);

test.each(MODES)('%s: the block that exchanges the schemas is as long for 10 tables as for 1,000', (mode) => {
  const lengths = SIZES.map((size) => countOf(size, mode).block);
  expect(lengths[0]).toBeGreaterThan(100);
  expect(new Set(lengths).size).toBe(1);
});

test.each(MODES)('%s: what else is asked and done grows with the number of tables and not faster', (mode) => {
  const [ten, hundred, thousand] = SIZES.map((size) => countOf(size, mode).others);
  expect((hundred ?? 0) - (ten ?? 0)).toBeLessThanOrEqual(90 * EACH + FEW);
  expect((thousand ?? 0) - (hundred ?? 0)).toBeLessThanOrEqual(900 * EACH + FEW);
});
