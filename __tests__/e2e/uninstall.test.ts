/** Leaving: production loses its marker and nothing else, and a person is told what to drop. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Shop } from './support/shop.js';
import { ADD_PRICE, ADD_SECTION } from './support/shop-project.js';

const ROWS = 40;
const WORDS = "our reports; don't touch";
const MARKER = 'blue-green: ';

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open(ROWS);
});
afterAll(() => shop.close());

async function commentOf(schema: string): Promise<string> {
  return (await shop.warehouse.schemas()).get(schema) ?? '';
}

async function asDeployer(...statements: readonly string[]): Promise<void> {
  const session = await shop.server.connect(shop.warehouse.deployLogin);
  await session.run(...statements);
  await session.close();
}

/** Statements that change anything, in their order. */
async function writesSince(position: number): Promise<readonly string[]> {
  const texts = (await shop.server.log(position)).map(({ text }) => text);
  return texts.filter((text) => !/^\s*(select|show|alter session)\b/i.test(text));
}

test('while a verified version waits, nothing is uninstalled', async () => {
  await shop.admin.run(`comment on schema ${shop.warehouse.database}.PUBLIC is '${WORDS.replaceAll("'", "''")}'`);
  await shop.merge('Add price', ADD_PRICE);
  await shop.succeeds('build');
  const before = await shop.warehouse.schemas();
  const { errors } = await shop.fails('uninstall');
  expect(errors[0]).toMatch(
    /^Nothing was changed: this is no time to uninstall\. Deployment \w+ is verified and waits/,
  );
  expect(await shop.warehouse.schemas()).toEqual(before);
});

test('the marker goes, what people wrote stays, and what is left is listed with how to drop it', async () => {
  await shop.succeeds('swap');
  await shop.merge('Add section', ADD_SECTION);
  await shop.succeeds('deploy');
  await shop.succeeds('rollback');
  const kept = (await shop.schemas()).filter((name) => /^PUBLIC_(SNAPSHOT|FAILED|DEPLOYMENTS)/.test(name));
  expect(kept.length).toBeGreaterThanOrEqual(4);
  // A person's copy: its comment names another schema.
  const [snapshot] = kept.filter((name) => name.startsWith('PUBLIC_SNAPSHOT'));
  const { database } = shop.warehouse;
  await asDeployer(`create schema PUBLIC_SNAPSHOT_2026_01_01_000000 clone ${snapshot ?? ''}`);
  await shop.admin.run(`create view ${database}.RAW.OLD as select * from ${database}.${snapshot ?? ''}.ORDERS`);
  expect(await commentOf('PUBLIC')).toContain(MARKER);
  const schemas = await shop.schemas();
  const position = await shop.server.logPosition();
  const { summary, outputs, log } = await shop.succeeds('uninstall');
  expect(await writesSince(position)).toEqual([expect.stringMatching(/^COMMENT ON SCHEMA "\w+"\."PUBLIC" IS /)]);
  expect(await commentOf('PUBLIC')).toBe(WORDS);
  expect(await shop.schemas()).toEqual(schemas);
  for (const name of kept) {
    const drop = `DROP SCHEMA "${database}"."${name}";`;
    const line = name === snapshot ? `/* read by 1 view, see above: ${drop} */` : drop;
    expect(summary.split('\n')).toContain(line);
    expect(log.split('\n')).toContain(line);
    expect(outputs['next']).toContain(name);
  }
  expect(summary).toContain(`<code>${database}.RAW.OLD</code>`);
  expect(summary).toMatch(/a person may have made them: <code>\w+\.PUBLIC_SNAPSHOT_2026_01_01_000000<\/code>/);
  expect(summary).not.toContain(`DROP SCHEMA "${database}"."PUBLIC_SNAPSHOT_2026_01_01_000000"`);
});

test('twice is harmless', async () => {
  const position = await shop.server.logPosition();
  const { summary } = await shop.succeeds('uninstall');
  expect(await writesSince(position)).toEqual([]);
  expect(summary).toContain('carries no marker of this action.');
  expect(summary).toContain('DROP SCHEMA');
  expect(await commentOf('PUBLIC')).toBe(WORDS);
});

test('once what is left is dropped as told, nothing is left: a build would be a first deployment', async () => {
  const { database } = shop.warehouse;
  await shop.admin.run(`drop view ${database}.RAW.OLD`, `drop schema ${database}.PUBLIC_SNAPSHOT_2026_01_01_000000`);
  const { summary } = await shop.succeeds('uninstall');
  const drops = summary.split('\n').filter((line) => line.startsWith('DROP SCHEMA'));
  await asDeployer(...drops.map((statement) => statement.replace(/;$/, '')));
  expect((await shop.succeeds('uninstall')).summary).toContain('Nothing of this action is left.');
  expect((await shop.succeeds('status')).outputs).toMatchObject({ state: 'idle' });
  expect(await shop.value('select count(*) from PUBLIC.ORDERS')).toBe(String(ROWS));
});
