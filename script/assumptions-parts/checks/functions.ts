/** Functions that verification relies on, streams, and what is told of policies. */
import { quoteName, quoteRelation, quoteSchema } from '../../../src/snowflake/identifiers.js';
import type { RelationName } from '../../../src/snowflake/identifiers.js';
import * as schemas from '../../../src/snowflake/statements/schemas.js';
import { showColumnsOfRelation } from '../../../src/verification/sql/catalog.js';
import {
  POLICIES_IN_ONE_STATEMENT,
  policyReferences,
  showGrantsOnAccount,
  showPolicies,
} from '../../../src/verification/sql/policies.js';
import { NotTried, finding } from '../assumption.js';
import type { Assumption, Finding } from '../assumption.js';
import type { Bench } from '../bench.js';

async function hashesAgree(bench: Bench): Promise<Finding> {
  const a = await bench.schema('A', 1, 2, 3, 3);
  const b = await bench.schema('B', 3, 2);
  await bench.run(`INSERT INTO ${quoteRelation(b)} VALUES (1), (3)`);
  const c = await bench.schema('C', 1, 2, 3);
  const hash = (table: RelationName): Promise<string | null> =>
    bench.value(`SELECT HASH_AGG("x")::VARCHAR FROM ${quoteRelation(table)}`);
  const [first, second, other] = [await hash(a), await hash(b), await hash(c)];
  return finding(
    first === second && first !== other,
    `the same rows in another order: ${first === second ? 'the same' : 'another'} number; one row less: ${first === other ? 'the same' : 'another'}`,
  );
}

async function minByPassesNullsOver(bench: Bench): Promise<Finding> {
  const value = await bench.value(
    `SELECT MIN_BY("a", "b", 5)::VARCHAR FROM (SELECT * FROM VALUES (1, NULL), (2, 20), (3, 10), (4, NULL) AS "v"("a", "b"))`,
  );
  const list: unknown = JSON.parse(value ?? 'null');
  return finding(JSON.stringify(list) === '[3,2]', `of four rows, two with NULL, it gave ${value ?? 'NULL'}`);
}

async function documentedFunctions(bench: Bench): Promise<Finding> {
  const source = await bench.schema('SOURCE', 1);
  const view = { ...source, name: 'V' };
  await bench.run(`CREATE VIEW ${quoteRelation(view)} AS SELECT "x", "x" + 1 AS "y" FROM ${quoteRelation(source)}`);
  const columns = (await bench.execute(showColumnsOfRelation(view))).map((row) => row['column_name']).sort();
  const two = await bench.value(`SELECT HASH_AGG("x", "y")::VARCHAR FROM ${quoteRelation(view)}`);
  const hex = await bench.value(`SELECT HEX_ENCODE('aé')`);
  return finding(
    columns.join() === 'x,y' && two !== null && hex === '61C3A9',
    `columns of a view: ${columns.join(', ')}; HASH_AGG of two: ${two ?? 'NULL'}; HEX_ENCODE: ${hex ?? 'NULL'}`,
  );
}

async function collationsBindComparisonsAlone(bench: Bench): Promise<Finding> {
  const table = { ...(await bench.schema('COLLATED')), name: 'NAMES' };
  await bench.run(`CREATE TABLE ${quoteRelation(table)} ("x" VARCHAR COLLATE 'en-ci')`);
  await bench.run(`INSERT INTO ${quoteRelation(table)} VALUES ('a'), ('A')`);
  const count = async (what: string): Promise<string> =>
    (await bench.value(`SELECT COUNT(DISTINCT ${what}) FROM ${quoteRelation(table)}`)) ?? 'NULL';
  const seen = [await count('"x"'), await count(`COLLATE("x", '')`), await count('HASH("x")')];
  const [column] = await bench.execute(showColumnsOfRelation(table));
  const type = column?.['data_type'] ?? '';
  return finding(
    seen.join() === '1,2,2' && /"collation"\s*:\s*"en-ci"/.test(type),
    `a and A are ${seen[0]} text, without the collation ${seen[1]}, hashed ${seen[2]}; SHOW COLUMNS says ${type}`,
  );
}

async function streamsFollowTheTable(bench: Bench): Promise<Finding> {
  const live = await bench.schema('LIVE', 1);
  const staged = await bench.schema('STAGED', 2);
  const elsewhere = await bench.schema('ELSEWHERE');
  const stream = quoteRelation({ ...elsewhere, name: 'S' });
  await bench.run(`CREATE STREAM ${stream} ON TABLE ${quoteRelation(live)}`);
  const count = (): Promise<string | null> => bench.value(`SELECT COUNT(*) FROM ${stream}`);
  await count();
  await bench.execute(schemas.swapAndKeep([{ live, staged, keepAs: bench.schemaName('KEPT') }]));
  await bench.run(`INSERT INTO ${quoteRelation(live)} VALUES (3)`);
  const ofNew = await count();
  await bench.run(`INSERT INTO ${quoteRelation({ ...bench.schemaName('KEPT'), name: 'T' })} VALUES (4)`);
  const ofOld = await count();
  return finding(
    ofNew === '0' && ofOld === '1',
    `after the swap it showed ${ofNew ?? ''} rows of the new production and ${ofOld ?? ''} of the former one`,
  );
}

/** A masking policy, set on the table of its schema. */
async function masked(bench: Bench): Promise<{ readonly table: RelationName; readonly policy: RelationName }> {
  const table = await bench.schema('MASKED', 1);
  const policy = { ...table, name: 'MASK' };
  await bench.run(`CREATE MASKING POLICY ${quoteRelation(policy)} AS (val NUMBER) RETURNS NUMBER -> val`);
  await bench.run(`ALTER TABLE ${quoteRelation(table)} MODIFY COLUMN "x" SET MASKING POLICY ${quoteRelation(policy)}`);
  return { table, policy };
}

async function referencesOfPolicies(bench: Bench): Promise<Finding> {
  const { table, policy } = await masked(bench);
  const many = Array.from({ length: POLICIES_IN_ONE_STATEMENT }, () => policy);
  const rows = await bench.execute(policyReferences(many, [table]));
  if (rows.length !== many.length)
    return finding(false, `${many.length} calls in one statement gave ${rows.length} rows`);
  throw new NotTried(
    `That it answers for other databases needs a second database; of one, ${many.length} calls in one statement were answered.`,
  );
}

async function steward(bench: Bench, schema: RelationName): Promise<string> {
  const role = await bench.newRole('STEWARD');
  await bench.run(`GRANT APPLY MASKING POLICY ON ACCOUNT TO ROLE ${quoteName(role)}`);
  await bench.run(`GRANT USAGE ON SCHEMA ${quoteSchema(schema)} TO ROLE ${quoteName(role)}`);
  return role;
}

async function policiesAreListed(bench: Bench): Promise<Finding> {
  const { table } = await masked(bench);
  const session = await bench.session({ role: await steward(bench, table) });
  const listed = (await session.execute(showPolicies('MASKING'))).filter((row) => row['schema_name'] === table.schema);
  return finding(
    listed.length === 1,
    `${listed.length === 1 ? 'listed' : 'not listed'} to a role that holds APPLY MASKING POLICY on the account`,
  );
}

async function accountGrantsAreListed(bench: Bench): Promise<Finding> {
  const role = await steward(bench, await bench.schema('ANY'));
  const granted = (await bench.execute(showGrantsOnAccount())).filter((row) => row['grantee_name'] === role);
  const privileges = granted.map((row) => row['privilege']);
  return finding(
    privileges.includes('APPLY MASKING POLICY'),
    `it names ${privileges.join(', ') || 'nothing'} of that role`,
  );
}

export const FUNCTIONS: readonly Assumption[] = [
  { number: 14, name: 'HASH_AGG depends on the rows alone', check: hashesAgree },
  { number: 15, name: 'MIN_BY passes NULLs over', check: minByPassesNullsOver },
  { number: 18, name: 'a stream stays with its table through a swap', check: streamsFollowTheTable },
  { number: 21, name: 'HASH_AGG, HEX_ENCODE and SHOW COLUMNS do as documented', check: documentedFunctions },
  { number: 22, name: 'POLICY_REFERENCES answers 100 calls, for all databases', check: referencesOfPolicies },
  { number: 23, name: 'SHOW MASKING POLICIES lists what may be applied', check: policiesAreListed },
  { number: 24, name: 'SHOW GRANTS ON ACCOUNT names who may apply policies', check: accountGrantsAreListed },
  { number: 26, name: 'a collation binds comparisons, not hashes', check: collationsBindComparisonsAlone },
];
