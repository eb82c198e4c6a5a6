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
import type { PolicedRelation } from '../verification/governance/policy-changes.js';
import { describedTag, lostTags, tagChanges } from '../verification/governance/tag-changes.js';
import type { TaggedRelation } from '../verification/governance/tag-changes.js';
import type { PolicyChange } from '../verification/verdict.js';
import type { Governance } from './read-governance.js';
import { replacedRelations } from './replaced.js';
import type { Replaced } from './replaced.js';

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

/** A rebuilt relation and what it has otherwise than the one that it takes the place of. */
export interface GovernedRelation extends Replaced {
  readonly changes: readonly PolicyChange[];
  /** What may be put back: nothing of a view, which dbt makes anew after the swap. */
  readonly lost: readonly Lost[];
}

/** Compares what is rebuilt with what production has. @returns those that differ */
export async function compareRebuilt(
  catalog: Pick<Catalog, 'columns'>,
  plan: Plan,
  { policies, tags }: Governance,
): Promise<readonly GovernedRelation[]> {
  const compared: GovernedRelation[] = [];
  for (const replaced of replacedRelations(plan)) {
    const at = (name: RelationName): Governed => ({ name, policies: policies.of(name), tags: tags.of(name) });
    const [before, after] = [at(replaced.production), at(replaced.upcoming)];
    const comparedBy = (columns: readonly string[]): GovernedRelation => compare(replaced, before, after, columns);
    const governed = [...before.policies, ...before.tags, ...after.policies, ...after.tags];
    // Hardly any relation differs: only of those the columns are asked for.
    if (isSame(comparedBy(governed.flatMap(({ column }) => column ?? [])))) continue;
    const columns = await catalog.columns(replaced.upcoming);
    if (columns !== undefined) compared.push(comparedBy(columns.map(({ name }) => name)));
  }
  return compared.filter((each) => !isSame(each));
}

/** A relation with what is set on it. */
type Governed = PolicedRelation & TaggedRelation;

function compare(replaced: Replaced, before: Governed, after: Governed, columns: readonly string[]): GovernedRelation {
  const lost = [
    ...lostPolicies(before, after, columns).map((each) => lostPolicy(replaced, each)),
    ...lostTags(before, after, columns).map((each) => lostTag(replaced, each)),
  ];
  return {
    ...replaced,
    changes: [...policyChanges(before, after, columns), ...tagChanges(before, after, columns)],
    lost: replaced.isView ? [] : lost,
  };
}

function isSame({ changes, lost }: GovernedRelation): boolean {
  return changes.length + lost.length === 0;
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
