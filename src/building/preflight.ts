import { ActionableError } from '../errors.js';
import { displayName, quoteName, quoteRelation, quoteSchema } from '../snowflake/identifiers.js';
import type { SchemaName } from '../snowflake/identifiers.js';
import { optionalText, text } from '../snowflake/rows.js';
import { currentSession, rolesHeldIn, rolesInSession } from '../snowflake/statements/checks.js';
import { showGrantsOnDatabase } from '../snowflake/statements/grants.js';
import { UNSWAPPABLE_KINDS, showKind } from '../snowflake/statements/objects.js';
import type { UnswappableKind } from '../snowflake/statements/objects.js';
import type { Warehouse } from '../snowflake/warehouse.js';
import type { SchemaSeen } from '../deployment/state.js';
import type { Inventory } from '../observing/inventory.js';
import { readsMissing } from './sources-read.js';
import type { SourceRead } from './sources-read.js';

/** More objects than these are told by a count or by one statement for all. */
const MOST_NAMED = 5;

/** What this role must be able to do in any case; `computeOn` is the stored name of the warehouse that the inputs name. */
export interface Deploying {
  readonly production: SchemaSeen;
  readonly computeOn: string | undefined;
}

/**
 * What every mode needs that changes production: a warehouse, to own the production schema (SWAP and COMMENT) and to create
 * schemas in its database (CLONE, RENAME).
 * @throws ActionableError with the GRANT statements that are missing, ready to paste; nothing has been changed.
 */
export async function checkMayDeploy(warehouse: Warehouse, { production, computeOn }: Deploying): Promise<void> {
  const { database } = production.name;
  const session = await sessionOf(warehouse);
  const creators = (await warehouse.execute(showGrantsOnDatabase(database)))
    .filter(
      (row) => ['CREATE SCHEMA', 'OWNERSHIP'].includes(text(row, 'privilege')) && text(row, 'granted_to') === 'ROLE',
    )
    .map((row) => text(row, 'grantee_name'));
  const held = await rolesHeld(warehouse, [...new Set([...creators, production.owner])]);
  const missing = [
    ...(session.warehouse === undefined ? [useOfWarehouse(computeOn, session.role)] : []),
    ...(creators.some((creator) => held.has(creator))
      ? []
      : [`GRANT CREATE SCHEMA ON DATABASE ${quoteName(database)} TO ROLE ${quoteName(session.role)};`]),
    ...(held.has(production.owner) ? [] : [ownershipOfSchema(production, session.role)]),
  ];
  refuse(production.name, session.role, missing);
}

/**
 * What a build needs beside `checkMayDeploy`: to own the objects that dbt will replace, and to read the sources of the plan.
 * @param rebuilt stored names of relations that the plan rebuilds
 * @throws ActionableError with the GRANT statements that are missing, ready to paste; nothing has been changed.
 */
export async function checkMayRebuild(
  warehouse: Warehouse,
  production: SchemaName,
  inventory: Inventory,
  rebuilt: ReadonlySet<string>,
  sources: readonly SourceRead[],
): Promise<void> {
  const { role } = await sessionOf(warehouse);
  const owned = ownersOf(inventory, rebuilt);
  const held = await rolesHeld(warehouse, [...owned.keys()]);
  const foreign = [...owned].filter(([owner]) => !held.has(owner));
  const missing = [
    ...foreign.flatMap(([owner, objects]) => ownershipOfObjects(production, owner, objects, role)),
    ...(await readsMissing(warehouse, role, sources)),
  ];
  refuse(production, role, missing);
}

/** Why a mode cannot even look: the error that a missing database gives, in words with the GRANT that would help. */
export async function databaseOutOfSight(
  warehouse: Warehouse,
  database: string,
  cause: unknown,
): Promise<ActionableError> {
  const { role } = await sessionOf(warehouse);
  return new ActionableError(
    `Database ${quoteName(database)} does not exist, or role ${role} may not use it. Nothing was changed. ` +
      `If the name is right, run as an administrator:\nGRANT USAGE ON DATABASE ${quoteName(database)} TO ROLE ${quoteName(role)};`,
    { cause },
  );
}

/** The same for a production schema. */
export async function productionOutOfSight(warehouse: Warehouse, production: SchemaName): Promise<ActionableError> {
  const { role } = await sessionOf(warehouse);
  return new ActionableError(
    `${displayName(production)} does not exist, or role ${role} may not see it. Nothing was changed. ` +
      `If the name is right, run as an administrator:\n${ownershipOf('SCHEMA', quoteSchema(production), role)}`,
  );
}

/**
 * Objects that do not follow a schema's name through a swap (a stream follows the old table, a task keeps running in the
 * snapshot…): facts and treatment in docs/how-it-works.md.
 * @throws ActionableError naming each; nothing has been changed.
 */
export async function refuseUnswappable(
  warehouse: Warehouse,
  production: SchemaName,
  allowed: ReadonlySet<UnswappableKind>,
): Promise<void> {
  const kinds = UNSWAPPABLE_KINDS.filter((kind) => !allowed.has(kind));
  const found = await Promise.all(
    kinds.map(async (kind) => {
      const rows = await warehouse.execute(showKind(kind, production));
      const one = kind.toLowerCase().replace(/ies$/, 'y').replace(/s$/, '');
      // An external stage points to files elsewhere, and is cloned: https://docs.snowflake.com/en/user-guide/object-clone
      const followed = rows.filter((row) => kind === 'STAGES' && optionalText(row, 'type')?.startsWith('EXTERNAL'));
      return rows.filter((row) => !followed.includes(row)).map((row) => `${one} ${text(row, 'name')}`);
    }),
  );
  const names = found.flat();
  if (names.length === 0) return;
  throw new ActionableError(
    `${displayName(production)} holds objects that do not follow its name through a swap: ${names.join(', ')}. ` +
      `Nothing was changed. Move them to another schema, or accept the kind with the input "allow" (for example "allow: streams").`,
  );
}

interface OwnedObject {
  readonly kind: 'TABLE' | 'VIEW';
  readonly name: string;
}

/** The rebuilt objects that stand there, by their owner's stored name. */
function ownersOf(inventory: Inventory, rebuilt: ReadonlySet<string>): ReadonlyMap<string, readonly OwnedObject[]> {
  const all = [
    ...[...inventory.tables.values()].map(({ name, owner }) => ({ kind: 'TABLE' as const, name, owner })),
    ...[...inventory.views.values()].map(({ name, owner }) => ({ kind: 'VIEW' as const, name, owner })),
  ];
  const owners = new Map<string, OwnedObject[]>();
  for (const { owner, ...object } of all) {
    if (rebuilt.has(object.name) && owner !== '') owners.set(owner, [...(owners.get(owner) ?? []), object]);
  }
  return owners;
}

interface SessionSeen {
  readonly role: string;
  readonly warehouse: string | undefined;
}

async function sessionOf(warehouse: Warehouse): Promise<SessionSeen> {
  const [row = {}] = await warehouse.execute(currentSession());
  return { role: optionalText(row, 'role') ?? 'PUBLIC', warehouse: optionalText(row, 'warehouse') };
}

function refuse(production: SchemaName, role: string, missing: readonly string[]): void {
  if (missing.length === 0) return;
  throw new ActionableError(
    `Role ${role} lacks privileges to deploy ${displayName(production)}; nothing was changed. Run as an administrator:\n` +
      missing.join('\n'),
  );
}

/** A session has no warehouse when none was named, and when the role may not use the one that was. */
function useOfWarehouse(name: string | undefined, role: string): string {
  return name === undefined
    ? '-- No warehouse is in use: name one by the input "warehouse".'
    : `GRANT USAGE ON WAREHOUSE ${quoteName(name)} TO ROLE ${quoteName(role)};`;
}

/** What belongs to a role of the account itself is given away: that role is too mighty to be granted to one that deploys. */
const SYSTEM_ROLES: ReadonlySet<string> = new Set([
  'ACCOUNTADMIN',
  'GLOBALORGADMIN',
  'ORGADMIN',
  'SECURITYADMIN',
  'SYSADMIN',
  'USERADMIN',
]);

function ownershipOfSchema({ name, owner }: SchemaSeen, role: string): string {
  if (owner === '')
    return `-- The owner of ${inOneLine(displayName(name))} is not visible to this role: SWAP needs it.`;
  return SYSTEM_ROLES.has(owner)
    ? ownershipOf('SCHEMA', quoteSchema(name), role)
    : `GRANT ROLE ${quoteName(owner)} TO ROLE ${quoteName(role)}; -- owns the schema`;
}

function ownershipOfObjects(
  schema: SchemaName,
  owner: string,
  objects: readonly OwnedObject[],
  role: string,
): readonly string[] {
  const some = objects.slice(0, MOST_NAMED);
  if (SYSTEM_ROLES.has(owner)) {
    return objects.length === some.length
      ? some.map(({ kind, name }) => ownershipOf(kind, quoteRelation({ ...schema, name }), role))
      : ['TABLES', 'VIEWS'].map((kinds) => ownershipOf(`ALL ${kinds} IN SCHEMA`, quoteSchema(schema), role));
  }
  const names = inOneLine(some.map(({ name }) => name).join(', '));
  const more = objects.length > some.length ? ', …' : '';
  return [`GRANT ROLE ${quoteName(owner)} TO ROLE ${quoteName(role)}; -- owns ${names}${more}`];
}

function ownershipOf(what: string, quoted: string, role: string): string {
  return `GRANT OWNERSHIP ON ${what} ${quoted} TO ROLE ${quoteName(role)} COPY CURRENT GRANTS;`;
}

/** A name with a line break would end the comment that it stands in, and the rest would be pasted as SQL. */
function inOneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

async function rolesHeld(warehouse: Warehouse, roles: readonly string[]): Promise<ReadonlySet<string>> {
  const named = roles.filter((role) => role !== '');
  if (named.length === 0) return new Set();
  const [row = {}] = await warehouse.execute(rolesInSession(named));
  return rolesHeldIn(row, named);
}
