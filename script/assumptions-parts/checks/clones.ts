/** What a clone takes along: objects, grants, owners, views, policies, tags. */
import { messageOf } from '../../../src/errors.js';
import { quoteName, quoteRelation, quoteSchema } from '../../../src/snowflake/identifiers.js';
import type { RelationName, SchemaName } from '../../../src/snowflake/identifiers.js';
import {
  showFutureGrants,
  showGrantsOnObject,
  showGrantsOnSchema,
  tablePrivileges,
} from '../../../src/snowflake/statements/grants.js';
import {
  cloneTableAsOf,
  replaceTableByClone,
  showTables,
  showViews,
} from '../../../src/snowflake/statements/objects.js';
import * as schemas from '../../../src/snowflake/statements/schemas.js';
import { setColumnTag, setTag } from '../../../src/snowflake/statements/tags.js';
import { isBeyondTimeTravel } from '../../../src/snowflake/warehouse.js';
import type { Row } from '../../../src/snowflake/warehouse.js';
import { policyReferences } from '../../../src/verification/sql/policies.js';
import { RELATIONS_IN_ONE_STATEMENT, tagReferences } from '../../../src/verification/sql/tags.js';
import { finding } from '../assumption.js';
import type { Assumption, Finding } from '../assumption.js';
import type { Bench } from '../bench.js';

const PLAIN = { transient: false, managedAccess: false };

function toPublic(rows: readonly Row[]): string {
  const granted = rows.filter((row) => row['grantee_name'] === 'PUBLIC').map((row) => row['privilege'] ?? '');
  return granted.sort().join(' ') || 'nothing';
}

async function cloneLacksTheUnreadable(bench: Bench): Promise<Finding> {
  const source = await bench.schema('SOURCE', 1);
  const hidden = { ...source, name: 'HIDDEN' };
  await bench.run(`CREATE TABLE ${quoteRelation(hidden)} ("x" NUMBER(38, 0))`);
  const role = await bench.newRole('CLONER');
  await bench.run(`GRANT USAGE ON SCHEMA ${quoteSchema(source)} TO ROLE ${quoteName(role)}`);
  await bench.run(`GRANT SELECT ON TABLE ${quoteRelation(source)} TO ROLE ${quoteName(role)}`);
  const cloner = await bench.session({ role });
  const target = bench.schemaName('TARGET');
  await cloner.execute(schemas.cloneSchema(target, source, PLAIN, ''));
  // Seen by the owner of everything: what is not there, and not only what the cloning role may not see.
  const owner = quoteName(bench.role);
  await bench.run(`GRANT OWNERSHIP ON SCHEMA ${quoteSchema(target)} TO ROLE ${owner} COPY CURRENT GRANTS`);
  const tables = (await bench.execute(showTables(target))).map((row) => row['name']);
  return finding(
    tables.join() === 'T',
    `of T and HIDDEN the clone has ${tables.join(' and ') || 'none'}, without an error`,
  );
}

async function cloneKeepsGrantsOfChildren(bench: Bench): Promise<Finding> {
  const source = await bench.schema('SOURCE', 1);
  const target = { ...bench.schemaName('TARGET'), name: 'T' };
  await bench.run(`GRANT USAGE ON SCHEMA ${quoteSchema(source)} TO ROLE PUBLIC`);
  await bench.run(`GRANT SELECT ON TABLE ${quoteRelation(source)} TO ROLE PUBLIC`);
  await bench.run(`GRANT SELECT ON FUTURE VIEWS IN SCHEMA ${quoteSchema(source)} TO ROLE PUBLIC`);
  await bench.execute(schemas.cloneSchema(target, source, PLAIN, ''));
  const seen = {
    table: toPublic(await bench.execute(showGrantsOnObject('TABLE', target))),
    schema: toPublic(await bench.execute(showGrantsOnSchema(target))),
    later: toPublic(await bench.execute(showFutureGrants(target))),
  };
  const ownerOf = async (table: RelationName): Promise<string> =>
    (await bench.execute(showTables(table)))[0]?.['owner'] ?? '';
  const owners = [await ownerOf(source), await ownerOf(target)];
  return finding(
    seen.table === 'SELECT' && seen.schema === 'nothing' && seen.later === 'SELECT' && owners[0] === owners[1],
    `granted on the cloned table: ${seen.table}; on the schema: ${seen.schema}; in future: ${seen.later}; owners: ${owners.join(', ')}`,
  );
}

async function copyGrantsOfTheReplaced(bench: Bench): Promise<Finding> {
  const source = await bench.schema('SOURCE', 1);
  const target = await bench.schema('TARGET', 2);
  const fresh = { ...target, name: 'FRESH' };
  await bench.run(`GRANT SELECT ON TABLE ${quoteRelation(source)} TO ROLE PUBLIC`);
  await bench.run(`GRANT INSERT ON TABLE ${quoteRelation(target)} TO ROLE PUBLIC`);
  await bench.execute(replaceTableByClone(target, source, false));
  await bench.execute(replaceTableByClone(fresh, source, false));
  const replaced = toPublic(await bench.execute(showGrantsOnObject('TABLE', target)));
  const made = toPublic(await bench.execute(showGrantsOnObject('TABLE', fresh)));
  return finding(
    replaced === 'INSERT' && made === 'SELECT',
    `where a table with INSERT was replaced by one with SELECT: ${replaced}; where none was: ${made}`,
  );
}

async function listedGrants(bench: Bench, schema: SchemaName): Promise<string> {
  const rows = await bench.execute(tablePrivileges([schema]));
  const given = rows.filter((row) => row['privilege'] !== 'OWNERSHIP');
  return (
    given
      .map((row) => `${row['name'] ?? ''} to ${row['to'] ?? ''}`)
      .sort()
      .join(', ') || 'nothing'
  );
}

/** A database role stands beside the schemas of the bench. */
async function grantsOfASchemaInOneList(bench: Bench): Promise<Finding> {
  const table = await bench.schema('LISTED', 1);
  const view = { ...table, name: 'V' };
  await bench.run(`CREATE VIEW ${quoteRelation(view)} AS SELECT 1 AS "x"`);
  const role = `${quoteName(table.database)}.${quoteName(`${table.schema}_ROLE`)}`;
  await bench.run(`CREATE DATABASE ROLE ${role}`);
  try {
    await bench.run(`GRANT SELECT ON TABLE ${quoteRelation(table)} TO ROLE PUBLIC`);
    await bench.run(`GRANT SELECT ON TABLE ${quoteRelation(table)} TO USER ${quoteName(bench.user)}`);
    await bench.run(`GRANT SELECT ON VIEW ${quoteRelation(view)} TO DATABASE ROLE ${role}`);
    const given = await listedGrants(bench, table);
    await bench.run(`REVOKE SELECT ON TABLE ${quoteRelation(table)} FROM ROLE PUBLIC`);
    const left = await listedGrants(bench, table);
    return finding(
      given === 'T to ROLE, T to USER, V to DATABASE_ROLE' && left === 'T to USER, V to DATABASE_ROLE',
      `of a grant to a role, a user and a database role: ${given}; after that of the role was taken back: ${left}`,
    );
  } finally {
    await bench.run(`DROP DATABASE ROLE ${role}`);
  }
}

async function viewsKeepTheirText(bench: Bench): Promise<Finding> {
  const made = await bench.schema('MADE', 1);
  const renamed = bench.schemaName('RENAMED');
  const text = `CREATE VIEW ${quoteRelation({ ...made, name: 'V' })} AS SELECT "x" FROM ${quoteRelation(made)}`;
  await bench.run(text);
  const before = (await bench.execute(showViews(made)))[0]?.['text'] ?? '';
  await bench.execute(schemas.renameSchema(made, renamed));
  const after = (await bench.execute(showViews(renamed)))[0]?.['text'] ?? '';
  const asMade = before.replace(/;$/, '') === text;
  return finding(
    asMade && after === before,
    `${asMade ? 'as it was created' : `other than it was created: ${before}`}; after a rename ${after === before ? 'the same' : `changed: ${after}`}`,
  );
}

async function policiesOfClones(bench: Bench): Promise<Finding> {
  const source = await bench.schema('SOURCE', 1);
  const mask = { ...source, name: 'MASK' };
  await bench.run(`CREATE MASKING POLICY ${quoteRelation(mask)} AS (val NUMBER) RETURNS NUMBER -> val`);
  await bench.run(`ALTER TABLE ${quoteRelation(source)} MODIFY COLUMN "x" SET MASKING POLICY ${quoteRelation(mask)}`);
  const target = { ...bench.schemaName('TARGET'), name: 'T' };
  await bench.execute(schemas.cloneSchema(target, source, PLAIN, ''));
  const cloned = await bench.execute(policyReferences([{ ...target, name: 'MASK' }], [target]));
  const copy = { ...source, name: 'COPY' };
  await bench.run(`CREATE OR REPLACE TABLE ${quoteRelation(copy)} AS SELECT * FROM ${quoteRelation(source)}`);
  const set = (await bench.execute(policyReferences([mask], [source]))).map((row) => row['REF_ENTITY_NAME']);
  return finding(
    cloned.length === 1 && set.join() === 'T',
    `the clone's table has ${cloned.length} policies of the clone's own; made by CREATE … AS SELECT: ${set.includes('COPY') ? 'with it' : 'without'}`,
  );
}

async function tagsAreToldAndLost(bench: Bench): Promise<Finding> {
  const source = await bench.schema('SOURCE', 1);
  const tag = { ...(await bench.schema('TAGS')), name: 'TAG' };
  await bench.run(`CREATE TAG ${quoteRelation(tag)}`);
  await bench.execute(setTag(source, tag, "it's"));
  await bench.execute(setColumnTag(source, 'x', tag, 'other'));
  const copy = { ...source, name: 'COPY' };
  await bench.run(`CREATE OR REPLACE TABLE ${quoteRelation(copy)} AS SELECT * FROM ${quoteRelation(source)}`);
  const target = { ...bench.schemaName('TARGET'), name: 'T' };
  await bench.execute(schemas.cloneSchema(target, source, PLAIN, ''));
  const told = async (relation: RelationName): Promise<number> =>
    (await bench.execute(tagReferences([relation]))).length;
  const [cloned, made] = [await told(target), await told(copy)];
  const role = await bench.newRole('OWNER');
  await bench.run(`GRANT USAGE ON SCHEMA ${quoteSchema(source)} TO ROLE ${quoteName(role)}`);
  await bench.run(`GRANT OWNERSHIP ON TABLE ${quoteRelation(source)} TO ROLE ${quoteName(role)} COPY CURRENT GRANTS`);
  const owner = await bench.session({ role });
  const many = Array.from({ length: RELATIONS_IN_ONE_STATEMENT }, () => source);
  const seen = (await owner.execute(tagReferences(many))).length;
  return finding(
    cloned === 2 && made === 0 && seen === 2 * many.length,
    `of one tag on a table and one on its column, the clone has ${cloned}, what CREATE … AS SELECT made has ${made}; ` +
      `asked ${many.length} times in one statement, an owner without a privilege on the tag is told ${seen}`,
  );
}

async function clonesOfAMoment(bench: Bench): Promise<Finding> {
  const source = await bench.schema('SOURCE', 1, 2);
  const brief = { ...source, name: 'BRIEF' };
  await bench.run(`CREATE TRANSIENT TABLE ${quoteRelation(brief)} CLONE ${quoteRelation(source)}`);
  const moment = await bench.serverTime();
  const held: string[] = [];
  for (const table of [source, brief]) {
    await bench.run(`INSERT INTO ${quoteRelation(table)} VALUES (3)`);
    await bench.run(`DELETE FROM ${quoteRelation(table)} WHERE "x" = 1`);
    const then = { ...table, name: `${table.name}_THEN` };
    await bench.execute(cloneTableAsOf(then, table, moment));
    held.push(
      (await bench.value(`SELECT LISTAGG("x", ' ') WITHIN GROUP (ORDER BY "x") FROM ${quoteRelation(then)}`)) ?? '',
    );
  }
  await bench.run(`CREATE OR REPLACE TABLE ${quoteRelation(source)} AS SELECT * FROM ${quoteRelation(brief)}`);
  const replaced = await bench.execute(cloneTableAsOf({ ...source, name: 'AGAIN' }, source, moment)).then(
    () => 'cloned',
    (error: unknown) => (isBeyondTimeTravel(error) ? 'refused with 000707' : messageOf(error)),
  );
  return finding(
    held.every((rows) => rows === '1 2') && replaced === 'refused with 000707',
    `of 1 and 2, with 1 deleted and 3 added since: ${held.join('; transient: ')}; replaced since: ${replaced}`,
  );
}

export const CLONES: readonly Assumption[] = [
  { number: 8, name: 'a clone lacks what its role may not read', check: cloneLacksTheUnreadable },
  { number: 9, name: 'a clone keeps grants and owners of what is in it', check: cloneKeepsGrantsOfChildren },
  { number: 10, name: 'COPY GRANTS keeps those of the replaced table', check: copyGrantsOfTheReplaced },
  { number: 13, name: 'SHOW VIEWS shows the text as it was written', check: viewsKeepTheirText },
  { number: 25, name: 'CREATE … AS SELECT drops policies and a clone keeps them', check: policiesOfClones },
  { number: 27, name: 'a clone AT a moment has the rows of then', check: clonesOfAMoment },
  { number: 29, name: 'grants of a schema are in one list at once', check: grantsOfASchemaInOneList },
  {
    number: 30,
    name: 'an owner is told the tags of its table, which CREATE … AS SELECT drops',
    check: tagsAreToldAndLost,
  },
];
