/** Locks, swaps and renames: the assumptions about schemas. */
import { quoteRelation, quoteSchema } from '../../../src/snowflake/identifiers.js';
import type { RelationName } from '../../../src/snowflake/identifiers.js';
import { showFutureGrants, showGrantsOnSchema } from '../../../src/snowflake/statements/grants.js';
import { changeTokens } from '../../../src/snowflake/statements/objects.js';
import * as schemas from '../../../src/snowflake/statements/schemas.js';
import { isChangedMeanwhile, isNameTaken } from '../../../src/snowflake/warehouse.js';
import { NotTried, finding } from '../assumption.js';
import type { Assumption, Finding } from '../assumption.js';
import type { Bench } from '../bench.js';

const PLAIN = { transient: false, managedAccess: false };
const TOGETHER = 6;
const SWAPS = 10;
const READERS = 3;

async function oneCloneWins(bench: Bench): Promise<Finding> {
  const source = await bench.schema('SOURCE', 1);
  const clone = schemas.cloneSchema(bench.schemaName('TARGET'), source, PLAIN, 'lock');
  const tries = await Promise.allSettled(Array.from({ length: TOGETHER }, () => bench.execute(clone)));
  const won = tries.filter(({ status }) => status === 'fulfilled').length;
  const taken = tries.filter((each) => each.status === 'rejected' && isNameTaken(each.reason)).length;
  return finding(
    won === 1 && taken === TOGETHER - 1,
    `of ${TOGETHER} at once ${won} made the clone and ${taken} got 002002`,
  );
}

function swap(bench: Bench, a: RelationName, b: RelationName): Promise<unknown> {
  return bench.run(`ALTER SCHEMA ${quoteSchema(a)} SWAP WITH ${quoteSchema(b)}`);
}

async function readersSeeNoMiddle(bench: Bench): Promise<Finding> {
  const live = await bench.schema('LIVE', 1);
  const staged = await bench.schema('STAGED', 2);
  let over = false;
  const seen = new Map<string, number>();
  const readers = Array.from({ length: READERS }, async () => {
    const reader = await bench.session();
    while (!over) {
      const read = await reader
        .execute({ name: 'assumption', sql: `SELECT MAX("x") AS "x" FROM ${quoteRelation(live)}` })
        .then(([row]) => `version ${row?.['x'] ?? 'empty'}`)
        .catch((error: unknown) => `error ${error instanceof Error ? error.message : String(error)}`);
      seen.set(read, (seen.get(read) ?? 0) + 1);
    }
  });
  try {
    for (let done = 0; done < SWAPS; done += 1) await swap(bench, live, staged);
  } finally {
    over = true;
    await Promise.all(readers);
  }
  const wrong = [...seen.keys()].filter((read) => read !== 'version 1' && read !== 'version 2');
  const reads = [...seen.values()].reduce((sum, count) => sum + count, 0);
  return finding(
    wrong.length === 0 && reads > 0,
    `${reads} reads during ${SWAPS} swaps${wrong.length > 0 ? `: ${wrong.join('; ')}` : ', all of one version or the other'}`,
  );
}

async function blockEndsWhereAnotherWasFaster(bench: Bench): Promise<Finding> {
  const live = await bench.schema('LIVE', 1);
  const [first, second] = [await bench.schema('FIRST', 2), await bench.schema('SECOND', 3)];
  const keep = (name: string): RelationName => ({ ...bench.schemaName(name), name: 'T' });
  await bench.execute(schemas.commentOnSchema(live, 'the one that both saw'));
  await bench.execute(schemas.commentOnSchema(first, 'what the first brings'));
  const standing = [{ schema: live, commentHolds: ['both saw'] }];
  await bench.execute(schemas.swapAndKeep([{ live, staged: first, keepAs: keep('KEPT') }], standing));
  const late = await bench
    .execute(schemas.swapAndKeep([{ live, staged: second, keepAs: keep('NOT_KEPT') }], standing))
    .then(
      () => 'was done',
      (error: unknown) => (isChangedMeanwhile(error) ? 'was refused' : `failed: ${String(error)}`),
    );
  const version = await bench.value(`SELECT MAX("x") FROM ${quoteRelation(live)}`);
  return finding(
    late === 'was refused' && version === '2',
    `the second exchange ${late}, version ${version ?? ''} is live`,
  );
}

/** Comment, direct grants and future grants of a schema, in one text. */
async function coverOf(bench: Bench, schema: RelationName): Promise<string> {
  const [row] = await bench.execute(schemas.showSchemas(bench.database, schema.schema));
  const grants = await bench.execute(showGrantsOnSchema(schema));
  const future = await bench.execute(showFutureGrants(schema));
  const direct = grants.filter((grant) => grant['grantee_name'] === 'PUBLIC').map((grant) => grant['privilege']);
  const later = future.map((grant) => `${grant['privilege'] ?? ''} on ${grant['grant_on'] ?? ''}`);
  const content = await bench.value(`SELECT MAX("x") FROM ${quoteRelation(schema)}`);
  return `${row?.['comment'] ?? ''}, ${direct.join(' ') || 'no grants'}, ${later.join(' ') || 'no future grants'}, content ${content ?? ''}`;
}

async function coversMoveToo(bench: Bench): Promise<Finding> {
  const a = await bench.schema('A', 1);
  const b = await bench.schema('B', 2);
  const c = { ...bench.schemaName('C'), name: 'T' };
  await bench.execute(schemas.commentOnSchema(a, 'first'));
  await bench.execute(schemas.commentOnSchema(b, 'second'));
  await bench.run(`GRANT USAGE ON SCHEMA ${quoteSchema(a)} TO ROLE PUBLIC`);
  await bench.run(`GRANT SELECT ON FUTURE TABLES IN SCHEMA ${quoteSchema(b)} TO ROLE PUBLIC`);
  const before = [await coverOf(bench, a), await coverOf(bench, b)];
  await swap(bench, a, b);
  await bench.execute(schemas.renameSchema(b, c));
  const after = [await coverOf(bench, c), await coverOf(bench, a)];
  return finding(before.join() === after.join(), `before: ${before.join(' | ')}; after: ${after.join(' | ')}`);
}

/** Lets a slow SELECT of `live` run while `work` is done; whether it ended on the old rows. */
async function slowReadDuring(bench: Bench, live: RelationName, work: () => Promise<unknown>): Promise<Finding> {
  const sql = await bench.slowSelect(live);
  const reader = await bench.session();
  let endedAt = Infinity;
  const reading = reader
    .execute({ name: 'assumption', sql })
    .then(
      ([row]) => `it ended with version ${row?.['x'] ?? 'empty'}`,
      (error: unknown) => `it failed: ${error instanceof Error ? error.message : String(error)}`,
    )
    .finally(() => (endedAt = Date.now()));
  await new Promise((resolve) => setTimeout(resolve, 400));
  await work();
  const changedAt = Date.now();
  const seen = await reading;
  if (endedAt <= changedAt) throw new NotTried(`The SELECT was over before the change, or held it up; ${seen}.`);
  return finding(seen === 'it ended with version 1', seen);
}

async function slowReadSurvivesSwap(bench: Bench): Promise<Finding> {
  const live = await bench.schema('LIVE', 1);
  const staged = await bench.schema('STAGED', 2);
  return slowReadDuring(bench, live, async () => {
    await bench.execute(schemas.swapAndKeep([{ live, staged, keepAs: bench.schemaName('KEPT') }]));
  });
}

async function slowReadSurvivesDrop(bench: Bench): Promise<Finding> {
  const live = await bench.schema('LIVE', 1);
  return slowReadDuring(bench, live, () => bench.execute(schemas.dropSchema(live)));
}

async function tokensMoveWithRowsOnly(bench: Bench): Promise<Finding> {
  const a = await bench.schema('A', 1);
  const b = await bench.schema('B', 2);
  const c = { ...bench.schemaName('C'), name: 'T' };
  const token = async (table: RelationName): Promise<string> =>
    (await bench.execute(changeTokens([table])))[0]?.['t0'] ?? '';
  const first = await token(a);
  await bench.run(`INSERT INTO ${quoteRelation(a)} VALUES (3)`);
  const written = await token(a);
  await bench.run(`UPDATE ${quoteRelation(a)} SET "x" = 4 WHERE "x" = 3`);
  const updated = await token(a);
  await swap(bench, a, b);
  const swapped = await token(b);
  await bench.execute(schemas.renameSchema(b, c));
  const renamed = await token(c);
  return finding(
    first !== written && written !== updated && updated === swapped && swapped === renamed,
    `inserted: ${first !== written ? 'moved' : 'stayed'}; updated: ${written !== updated ? 'moved' : 'stayed'}; ` +
      `swapped: ${updated === swapped ? 'stayed' : 'moved'}; renamed: ${swapped === renamed ? 'stayed' : 'moved'}`,
  );
}

async function writerKeepsItsTable(bench: Bench): Promise<Finding> {
  const live = await bench.schema('LIVE', 1);
  const staged = await bench.schema('STAGED', 2);
  const writer = await bench.session();
  const run = (sql: string): Promise<unknown> => writer.execute({ name: 'assumption', sql });
  await run('BEGIN TRANSACTION');
  await run(`INSERT INTO ${quoteRelation(live)} VALUES (9)`);
  await swap(bench, live, staged);
  await run('COMMIT');
  const count = (table: RelationName): Promise<string | null> =>
    bench.value(`SELECT COUNT(*) FROM ${quoteRelation(table)} WHERE "x" = 9`);
  const [before, now] = [await count(staged), await count(live)];
  return finding(
    before === '1' && now === '0',
    `rows in the former production: ${before ?? ''}, in the new one: ${now ?? ''}`,
  );
}

async function useKeepsTheName(bench: Bench): Promise<Finding> {
  const live = await bench.schema('LIVE', 1);
  const staged = await bench.schema('STAGED', 2);
  const session = await bench.session();
  await session.execute({ name: 'assumption', sql: `USE SCHEMA ${quoteSchema(live)}` });
  await swap(bench, live, staged);
  const [row] = await session.execute({ name: 'assumption', sql: 'SELECT MAX("x") AS "x" FROM T' });
  return finding(row?.['x'] === '2', `an unqualified name read version ${row?.['x'] ?? 'empty'} after the swap`);
}

export const SWITCHING: readonly Assumption[] = [
  { number: 1, name: 'a clone of a schema is a lock', check: oneCloneWins },
  { number: 2, name: 'no reader sees the middle of a swap', check: readersSeeNoMiddle },
  { number: 3, name: 'comment and grants move with a schema', check: coversMoveToo },
  { number: 4, name: 'a running SELECT survives a swap', check: slowReadSurvivesSwap },
  { number: 5, name: 'a running SELECT survives a drop', check: slowReadSurvivesDrop },
  { number: 7, name: 'change tokens move with rows and nothing else', check: tokensMoveWithRowsOnly },
  { number: 11, name: 'a writer commits where it began', check: writerKeepsItsTable },
  { number: 12, name: 'USE SCHEMA keeps the name across a swap', check: useKeepsTheName },
  { number: 28, name: 'a block ends where another was faster', check: blockEndsWhereAnotherWasFaster },
];
