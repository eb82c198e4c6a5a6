import { ActionableError } from '../errors.js';
import { displayName, quoteName } from '../snowflake/identifiers.js';
import type { SchemaName } from '../snowflake/identifiers.js';
import { isTrue, optionalText, text } from '../snowflake/rows.js';
import { currentSession, rolesInSession } from '../snowflake/statements/checks.js';
import { showGrantsOnDatabase } from '../snowflake/statements/grants.js';
import { UNSWAPPABLE_KINDS, showKind } from '../snowflake/statements/objects.js';
import type { UnswappableKind } from '../snowflake/statements/objects.js';
import type { Warehouse } from '../snowflake/warehouse.js';
import type { SchemaSeen } from '../deployment/state.js';
import type { Inventory } from '../observing/inventory.js';

/**
 * What this role must be able to do before a deployment starts: own the production schema (SWAP and COMMENT), create schemas in
 * its database (CLONE, RENAME), and own the tables that dbt will replace.
 *
 * @param rebuilt stored names of relations that the plan rebuilds
 * @throws ActionableError with the GRANT statements that are missing, ready to paste; nothing has been changed.
 */
export async function checkPrivileges(
  warehouse: Warehouse,
  production: SchemaSeen,
  inventory: Inventory,
  rebuilt: ReadonlySet<string>,
): Promise<void> {
  const { database } = production.name;
  const [session] = await warehouse.execute(currentSession());
  const role = optionalText(session ?? {}, 'role') ?? 'the deploy role';
  const creators = (await warehouse.execute(showGrantsOnDatabase(database)))
    .filter(
      (row) => ['CREATE SCHEMA', 'OWNERSHIP'].includes(text(row, 'privilege')) && text(row, 'granted_to') === 'ROLE',
    )
    .map((row) => text(row, 'grantee_name'));
  const owners = ownersOf(inventory, rebuilt);
  const held = await rolesHeld(warehouse, [...new Set([...creators, production.owner, ...owners.keys()])]);

  const missing: string[] = [];
  if (!creators.some((creator) => held.has(creator))) {
    missing.push(`GRANT CREATE SCHEMA ON DATABASE ${quoteName(database)} TO ROLE ${quoteName(role)};`);
  }
  if (production.owner === '')
    missing.push(
      `-- The owner of ${inOneLine(displayName(production.name))} is not visible to this role: SWAP needs it.`,
    );
  for (const owner of new Set([production.owner, ...owners.keys()])) {
    if (owner !== '' && !held.has(owner))
      missing.push(`GRANT ROLE ${quoteName(owner)} TO ROLE ${quoteName(role)};${why(owner, owners)}`);
  }
  if (missing.length === 0) return;
  throw new ActionableError(
    `Role ${role} lacks privileges to deploy ${displayName(production.name)}; nothing was changed. Run as an administrator:\n` +
      missing.join('\n'),
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
      return rows.map((row) => `${kind.toLowerCase().replace(/s$/, '')} ${text(row, 'name')}`);
    }),
  );
  const names = found.flat();
  if (names.length === 0) return;
  throw new ActionableError(
    `${displayName(production)} holds objects that do not follow its name through a swap: ${names.join(', ')}. ` +
      `Nothing was changed. Move them to another schema, or accept the kind with the input "allow" (for example "allow: streams").`,
  );
}

function ownersOf(inventory: Inventory, rebuilt: ReadonlySet<string>): ReadonlyMap<string, readonly string[]> {
  const owners = new Map<string, string[]>();
  for (const { name, owner } of [...inventory.tables.values(), ...inventory.views.values()]) {
    if (rebuilt.has(name) && owner !== '') owners.set(owner, [...(owners.get(owner) ?? []), name]);
  }
  return owners;
}

function why(owner: string, owners: ReadonlyMap<string, readonly string[]>): string {
  const names = owners.get(owner);
  return names === undefined
    ? ' -- owns the schema'
    : ` -- owns ${inOneLine(names.slice(0, 5).join(', '))}${names.length > 5 ? ', …' : ''}`;
}

/** A name with a line break would end the comment that it stands in, and the rest would be pasted as SQL. */
function inOneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

async function rolesHeld(warehouse: Warehouse, roles: readonly string[]): Promise<ReadonlySet<string>> {
  const named = roles.filter((role) => role !== '');
  if (named.length === 0) return new Set();
  const [row] = await warehouse.execute(rolesInSession(named));
  return new Set(named.filter((_, index) => isTrue(optionalText(row ?? {}, `r${index}`))));
}
