import { messageOf } from '../errors.js';
import type { RelationName, SchemaName } from '../snowflake/identifiers.js';
import { optionalText, text } from '../snowflake/rows.js';
import { currentSession } from '../snowflake/statements/checks.js';
import { grantOnObject, revokeOnObject, showDatabaseRoles, tablePrivileges } from '../snowflake/statements/grants.js';
import type { Grantee, ObjectKind } from '../snowflake/statements/grants.js';
import { SnowflakeError } from '../snowflake/warehouse.js';
import type { Row, Statement, Warehouse } from '../snowflake/warehouse.js';
import type { Log } from '../log.js';

export interface GrantComparison {
  readonly production: SchemaName;
  /** Not live: one grant is tried in it. */
  readonly staged: SchemaName;
  /** What both have, by stored name. */
  readonly objects: ReadonlyMap<string, ObjectKind>;
  readonly rebuilt: ReadonlySet<string>;
}

/** Of fewer objects each is looked at by itself, which takes no more statements. */
const WORTH_A_LIST = 20;

/** Lets nobody read rows. https://docs.snowflake.com/en/user-guide/security-access-control-privileges#table-privileges */
const PROBE = 'REFERENCES';

/**
 * Finds objects that somebody may use in one schema otherwise than in the other, in a number of statements that does not grow with
 * them: SHOW GRANTS knows one object at a time, INFORMATION_SCHEMA.TABLE_PRIVILEGES lists all.
 *
 * That list shows only objects that the role has a privilege on, and its documentation names roles alone as grantees. So an object
 * counts as equal only if this role owns it on both sides, which the list has to show, and if the list shows what is granted to a user
 * and to a database role: both are given a privilege in `staged` for a moment. Else each object has to be looked at.
 *
 * @returns stored names of the objects that have to be compared; nothing but a privilege that was given for a moment may be left over
 * on one of them
 */
export async function objectsToCompare(
  tools: { readonly warehouse: Warehouse; readonly log: Log },
  comparison: GrantComparison,
): Promise<ReadonlySet<string>> {
  const all = new Set(comparison.objects.keys());
  if (all.size < WORTH_A_LIST) return all;
  const equal = await equalByTheList(tools.warehouse, comparison).catch((error: unknown) => {
    if (!(error instanceof SnowflakeError)) throw error;
    return messageOf(error);
  });
  if (typeof equal !== 'string') return new Set([...all].filter((name) => !equal.has(name)));
  tools.log.info(`Grants of ${all.size} objects are compared one by one: ${equal}`);
  return all;
}

/** @returns names of objects whose grants are the same for certain, or why that cannot be known */
async function equalByTheList(
  warehouse: Warehouse,
  { production, staged, objects, rebuilt }: GrantComparison,
): Promise<ReadonlySet<string> | string> {
  const [session = {}] = await warehouse.execute(currentSession());
  const rows = await warehouse.execute(tablePrivileges([production, staged]));
  const [former, next] = [grantsIn(rows, production), grantsIn(rows, staged)];
  const owner = { kind: 'ROLE', name: text(session, 'role') } as const;
  const alike = [...objects.keys()].filter((name) => {
    const sides = [former.get(name) ?? [], next.get(name) ?? []] as const;
    const isOwned = sides.every((side) => side.some((row) => isGrant(row, 'OWNERSHIP', owner)));
    return isOwned && areEqual(...sides) && sides[0].every(isRepeatable);
  });
  const witness = alike.find((name) => !rebuilt.has(name));
  if (alike.length < WORTH_A_LIST || witness === undefined) {
    return `only ${alike.length} are known to be owned by this role, and granted alike.`;
  }
  const target = { ...staged, name: witness };
  const probes = await giveProbes(warehouse, target, objects.get(witness) ?? 'TABLE', text(session, 'user'));
  const shown = await warehouse.execute(tablePrivileges([staged], witness));
  const hidden = probes.find(({ grantee }) => !shown.some((row) => isGrant(row, PROBE, grantee)));
  // What was given stays on the object in this case; the comparison of all takes it back.
  if (hidden !== undefined) return `INFORMATION_SCHEMA does not show what is granted to a ${hidden.grantee.kind}.`;
  const had = former.get(witness) ?? [];
  for (const { grantee, takeBack } of probes) {
    if (!had.some((row) => isGrant(row, PROBE, grantee))) await warehouse.execute(takeBack);
  }
  return new Set(alike);
}

interface Probe {
  readonly grantee: Grantee;
  readonly takeBack: Statement;
}

/** Grants something to a user, and to a database role if there is one. */
async function giveProbes(
  warehouse: Warehouse,
  target: RelationName,
  kind: ObjectKind,
  user: string,
): Promise<readonly Probe[]> {
  const roles = await warehouse.execute(showDatabaseRoles(target.database));
  const grantees: readonly Grantee[] = [
    { kind: 'USER', name: user },
    // Only database roles of the same database can be granted something in it, so without one there is none to miss.
    ...roles
      .slice(0, 1)
      .map((row) => ({ kind: 'DATABASE_ROLE', database: target.database, name: text(row, 'name') }) as const),
  ];
  const probes: Probe[] = [];
  for (const grantee of grantees) {
    const grant = { privilege: PROBE, grantee, grantOption: false };
    await warehouse.execute(grantOnObject(grant, kind, target));
    probes.push({ grantee, takeBack: revokeOnObject(grant, kind, target) });
  }
  return probes;
}

function grantsIn(rows: readonly Row[], { schema }: SchemaName): ReadonlyMap<string, readonly Row[]> {
  const byObject = new Map<string, Row[]>();
  for (const row of rows) {
    if (text(row, 'schema') !== schema) continue;
    const name = text(row, 'name');
    const listed = byObject.get(name);
    if (listed === undefined) byObject.set(name, [row]);
    else listed.push(row);
  }
  return byObject;
}

/** Shares and applications are refused where they are read one by one. */
function isRepeatable(row: Row): boolean {
  return ['ROLE', 'DATABASE_ROLE', 'USER'].includes(granteeKind(row));
}

function areEqual(some: readonly Row[], others: readonly Row[]): boolean {
  const [left, right] = [new Set(some.map(key)), new Set(others.map(key))];
  return left.size === right.size && [...left].every((one) => right.has(one));
}

function key(row: Row): string {
  return JSON.stringify(['privilege', 'to', 'grantee', 'grantable'].map((column) => optionalText(row, column)));
}

/** Database roles are printed with or without their database. */
function isGrant(row: Row, privilege: string, grantee: Grantee): boolean {
  if (text(row, 'privilege') !== privilege || granteeKind(row) !== grantee.kind) return false;
  const names = [grantee.name, ...(grantee.kind === 'DATABASE_ROLE' ? [`${grantee.database}.${grantee.name}`] : [])];
  return names.includes(text(row, 'grantee'));
}

function granteeKind(row: Row): string {
  return text(row, 'to').replace(' ', '_');
}
