import { messageOf } from '../../errors.js';
import { plural } from '../../figures.js';
import { quoteName } from '../../snowflake/identifiers.js';
import type { RelationName, SchemaName } from '../../snowflake/identifiers.js';
import { optionalText, text } from '../../snowflake/rows.js';
import { rolesHeldIn } from '../../snowflake/statements/checks.js';
import type { Row } from '../../snowflake/warehouse.js';
import type { Ask } from '../compare.js';
import {
  POLICIES_IN_ONE_STATEMENT,
  POLICY_KINDS,
  currentRoleAmong,
  policyReferences,
  showGrantsOnAccount,
  showPolicies,
} from '../sql/policies.js';
import type { PolicyKind } from '../sql/policies.js';

/** A policy that is set on a column, or on a table or view as a whole. */
export interface AttachedPolicy {
  readonly kind: 'masking policy' | 'row access policy';
  /** Stored name of the masked column; undefined for a row access policy. */
  readonly column: string | undefined;
  readonly policy: RelationName;
  /** The columns that a row access policy is given, or a conditional mask beside its own, as Snowflake writes them; else empty. */
  readonly givenColumns: string;
  /** It hangs on a tag and holds where that is set, or on what inherits it. */
  readonly byTag?: true;
}

/** Where policies are set, as far as this role may know. */
export interface AttachedPolicies {
  /** @returns what is set on a table or view; empty also where this role may not see it */
  of(relation: RelationName): readonly AttachedPolicy[];
  /** Which policies could not be compared, why, and what would let them be; undefined when the role may see all. */
  readonly unseen: string | undefined;
}

/** Nothing is set, as far as anybody asked. */
export const NO_POLICIES: AttachedPolicies = { of: () => [], unseen: undefined };

/** How `unseen` begins where nothing at all is known. */
export const POLICIES_UNTOLD = 'masking and row access policies, since Snowflake refused to tell where they are set';

const PRIVILEGES: Readonly<Record<PolicyKind, string>> = {
  MASKING: 'APPLY MASKING POLICY',
  'ROW ACCESS': 'APPLY ROW ACCESS POLICY',
};
const KINDS: Readonly<Record<string, AttachedPolicy['kind']>> = {
  MASKING_POLICY: 'masking policy',
  ROW_ACCESS_POLICY: 'row access policy',
};

/**
 * Reads where masking and row access policies are set in these schemas, in a few statements and without reading a table.
 * A role sees all of them only with the global APPLY … POLICY, else those that it may apply, on what it owns: what it may
 * not see is told by `unseen`. Whatever Snowflake refuses is told there as well; nothing of this fails a deployment.
 * https://docs.snowflake.com/en/sql-reference/functions/policy_references (usage notes)
 */
export async function readAttachedPolicies(ask: Ask, schemas: readonly SchemaName[]): Promise<AttachedPolicies> {
  if (schemas.length === 0) return NO_POLICIES;
  try {
    const { role, held } = await globalPrivileges(ask);
    const seen = new Map<PolicyKind, readonly RelationName[]>();
    for (const kind of POLICY_KINDS) seen.set(kind, (await ask(showPolicies(kind))).map(nameOfPolicy));
    const all = [...seen.values()].flat();
    const byRelation = new Map<string, AttachedPolicy[]>();
    for (let begin = 0; begin < all.length; begin += POLICIES_IN_ONE_STATEMENT) {
      const batch = all.slice(begin, begin + POLICIES_IN_ONE_STATEMENT);
      (await ask(policyReferences(batch, schemas))).forEach((row) => addReference(byRelation, row));
    }
    return { of: (relation) => byRelation.get(keyOf(relation)) ?? [], unseen: unseenKinds(role, held, seen) };
  } catch (error) {
    return {
      of: () => [],
      unseen: `${POLICIES_UNTOLD}: ${messageOf(error)}`,
    };
  }
}

/** Which kinds the session's role may see everywhere. Who is refused the list of holders is not known to be one. */
async function globalPrivileges(ask: Ask): Promise<{ readonly role: string; readonly held: ReadonlySet<PolicyKind> }> {
  const holders = await holdersOf(ask);
  const roles = [...new Set(holders.map(({ holder }) => holder))];
  const [row = {}] = await ask(currentRoleAmong(roles));
  const active = rolesHeldIn(row, roles);
  const held = holders.filter(({ holder }) => active.has(holder)).map(({ kind }) => kind);
  return { role: optionalText(row, 'role') ?? '', held: new Set(held) };
}

async function holdersOf(ask: Ask): Promise<readonly { readonly kind: PolicyKind; readonly holder: string }[]> {
  let rows: readonly Row[];
  try {
    rows = await ask(showGrantsOnAccount());
  } catch {
    return [];
  }
  return rows
    .filter((row) => optionalText(row, 'granted_to') === 'ROLE')
    .flatMap((row) =>
      POLICY_KINDS.filter((kind) => optionalText(row, 'privilege') === PRIVILEGES[kind]).map((kind) => ({
        kind,
        holder: text(row, 'grantee_name'),
      })),
    );
}

function nameOfPolicy(row: Row): RelationName {
  return { database: text(row, 'database_name'), schema: text(row, 'schema_name'), name: text(row, 'name') };
}

function addReference(byRelation: Map<string, AttachedPolicy[]>, row: Row): void {
  const kind = KINDS[text(row, 'POLICY_KIND')];
  if (kind === undefined) return;
  // One that hangs on a tag is listed for each column that it masks, and may be for the tag, which is no relation.
  // https://docs.snowflake.com/en/user-guide/tag-based-masking-policies
  if (optionalText(row, 'REF_ENTITY_DOMAIN') === 'TAG') return;
  const schema = { database: text(row, 'REF_DATABASE_NAME'), schema: text(row, 'REF_SCHEMA_NAME') };
  const key = keyOf({ ...schema, name: text(row, 'REF_ENTITY_NAME') });
  const policy = {
    database: text(row, 'POLICY_DB'),
    schema: text(row, 'POLICY_SCHEMA'),
    name: text(row, 'POLICY_NAME'),
  };
  const isMask = kind === 'masking policy';
  byRelation.set(key, [
    ...(byRelation.get(key) ?? []),
    {
      kind,
      column: isMask ? text(row, 'REF_COLUMN_NAME') : undefined,
      policy,
      givenColumns: optionalText(row, 'REF_ARG_COLUMN_NAMES') ?? '',
      ...(optionalText(row, 'TAG_NAME') === undefined ? {} : { byTag: true }),
    },
  ]);
}

function keyOf({ database, schema, name }: RelationName): string {
  return JSON.stringify([database, schema, name]);
}

function unseenKinds(
  role: string,
  held: ReadonlySet<PolicyKind>,
  seen: ReadonlyMap<PolicyKind, readonly RelationName[]>,
): string | undefined {
  const missing = POLICY_KINDS.filter((kind) => !held.has(kind));
  if (missing.length === 0) return undefined;
  const parts = missing.map((kind) => {
    const number = seen.get(kind)?.length ?? 0;
    const known = number === 0 ? '' : ` but the ${plural(number, 'policy', 'policies')} that it may apply`;
    return `${kind.toLowerCase()} policies${known}`;
  });
  const grants = missing.map(
    (kind) => `GRANT ${PRIVILEGES[kind]} ON ACCOUNT TO ROLE ${quoteName(role || 'deploy role')};`,
  );
  return (
    `${parts.join(' and ')}, since role ${role} may not see where they are set. ` +
    `If the account has some, a rebuilt table can lack them unnoticed. To have them compared: ${grants.join(' ')}`
  );
}
