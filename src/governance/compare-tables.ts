import type { Plan } from '../selection/plan.js';
import { sameSchema } from '../snowflake/identifiers.js';
import type { RelationName } from '../snowflake/identifiers.js';
import { addRowAccessPolicy, setMaskingPolicy } from '../snowflake/statements/policies.js';
import { setColumnTag, setTag } from '../snowflake/statements/tags.js';
import type { Statement } from '../snowflake/warehouse.js';
import type { Catalog } from '../verification/catalog.js';
import type { AttachedPolicy } from '../verification/governance/attached-policies.js';
import type { AttachedTag } from '../verification/governance/attached-tags.js';
import { describedPolicy, lostPolicies, policyChanges } from '../verification/governance/policy-changes.js';
import { describedTag, lostTags, tagChanges } from '../verification/governance/tag-changes.js';
import type { PolicyChange } from '../verification/verdict.js';
import type { Governance } from './read-governance.js';

/** A rebuilt table and the one of production that it takes the place of. */
interface Replaced {
  readonly uniqueId: string;
  readonly production: RelationName;
  readonly upcoming: RelationName;
}

/** A policy or tag of a production table that the rebuilt one lacks. */
export interface Lost {
  readonly uniqueId: string;
  /** The rebuilt table, in blue. */
  readonly table: RelationName;
  /** The policy's or tag's own name. */
  readonly name: RelationName;
  readonly change: PolicyChange;
  /** Sets it again; undefined where it cannot be told how. */
  readonly statement: Statement | undefined;
}

/** A rebuilt table and what it has otherwise than the one that it takes the place of. */
export interface GovernedTable extends Replaced {
  readonly changes: readonly PolicyChange[];
  readonly lost: readonly Lost[];
}

/**
 * Compares the rebuilt tables with what production has. Those that have nothing to lose are left out, and so are views, which dbt
 * makes anew after the swap.
 */
export async function compareTables(
  catalog: Pick<Catalog, 'columns'>,
  plan: Plan,
  { policies, tags }: Governance,
): Promise<readonly GovernedTable[]> {
  const compared: GovernedTable[] = [];
  for (const replaced of replacedTables(plan)) {
    const { production, upcoming } = replaced;
    const before = { name: production, policies: policies.of(production), tags: tags.of(production) };
    // Hardly any table has a policy or a tag: only of those the columns are asked for.
    if (before.policies.length === 0 && before.tags.length === 0) continue;
    const columns = (await catalog.columns(upcoming))?.map(({ name }) => name);
    if (columns === undefined) continue;
    const after = { name: upcoming, policies: policies.of(upcoming), tags: tags.of(upcoming) };
    compared.push({
      ...replaced,
      changes: [...policyChanges(before, after, columns), ...tagChanges(before, after, columns)],
      lost: [
        ...lostPolicies(before, after, columns).map((each) => lostPolicy(replaced, each)),
        ...lostTags(before, after, columns).map((each) => lostTag(replaced, each)),
      ],
    });
  }
  return compared;
}

/** Whether anything takes the place of a table. */
export function replacesTables(plan: Plan): boolean {
  return replacedTables(plan).length > 0;
}

function replacedTables({ rebuilt }: Plan): readonly Replaced[] {
  return rebuilt.flatMap(({ uniqueId, isNew, materialized, production, upcoming }) =>
    isNew || materialized === 'view' || production === undefined || upcoming === undefined
      ? []
      : [{ uniqueId, production, upcoming }],
  );
}

function lostPolicy({ uniqueId, production, upcoming }: Replaced, attached: AttachedPolicy): Lost {
  const { kind, column, policy } = attached;
  const change = { kind, ...(column === undefined ? {} : { column }), before: describedPolicy(attached), after: '' };
  const statement = sameSchema(policy, production) ? undefined : policyStatement(upcoming, attached);
  return { uniqueId, table: upcoming, name: policy, change, statement };
}

function lostTag({ uniqueId, production, upcoming }: Replaced, attached: AttachedTag): Lost {
  const { column, tag } = attached;
  const change = {
    kind: 'tag' as const,
    ...(column === undefined ? {} : { column }),
    before: describedTag(attached),
    after: '',
  };
  const statement = sameSchema(tag, production) ? undefined : tagStatement(upcoming, attached);
  return { uniqueId, table: upcoming, name: tag, change, statement };
}

/**
 * SET TAG sets one value, and takes the others of a tag that has several:
 * https://docs.snowflake.com/en/user-guide/object-tagging/multi-value-tags
 */
function tagStatement(table: RelationName, { column, tag, values }: AttachedTag): Statement | undefined {
  const [value, ...more] = values;
  if (value === undefined || more.length > 0) return undefined;
  return column === undefined ? setTag(table, tag, value) : setColumnTag(table, column, tag, value);
}

/** Sets a policy on a table. Undefined where it cannot be told which columns it is given. */
export function policyStatement(
  table: RelationName,
  { kind, column, policy, givenColumns }: AttachedPolicy,
): Statement | undefined {
  const given = columnsIn(givenColumns);
  if (given === undefined) return undefined;
  if (kind === 'row access policy') return given.length === 0 ? undefined : addRowAccessPolicy(table, policy, given);
  return column === undefined || given.length > 0 ? undefined : setMaskingPolicy(table, column, policy);
}

/** `[ "REGION" ]`, as POLICY_REFERENCES writes them, and nothing for a mask that is given its own column alone. */
function columnsIn(written: string): readonly string[] | undefined {
  if (written === '') return [];
  try {
    const parsed: unknown = JSON.parse(written);
    return Array.isArray(parsed) && parsed.every((each) => typeof each === 'string') ? parsed : undefined;
  } catch {
    return undefined;
  }
}
