import { displayName, sameSchema } from '../../snowflake/identifiers.js';
import type { RelationName } from '../../snowflake/identifiers.js';
import type { PolicyChange } from '../verdict.js';
import type { AttachedPolicy } from './attached-policies.js';

/** A table or view with what is set on it. */
export interface PolicedRelation {
  readonly name: RelationName;
  readonly policies: readonly AttachedPolicy[];
}

/**
 * What blue has otherwise than production. A policy that stands in the relation's own schema was cloned with it, so the
 * clone's counts as the same.
 * @param columns stored names of blue's columns: with a column that is gone its policy is gone rightly
 */
export function policyChanges(
  production: PolicedRelation,
  upcoming: PolicedRelation,
  columns: readonly string[],
): readonly PolicyChange[] {
  const places = new Map(
    [...production.policies, ...upcoming.policies]
      .filter(({ column }) => column === undefined || columns.includes(column))
      .map(({ kind, column }) => [JSON.stringify([kind, column]), { kind, column }]),
  );
  return [...places.values()].flatMap(({ kind, column }): PolicyChange[] => {
    const at = ({ policies }: PolicedRelation): AttachedPolicy | undefined => {
      const here = policies.filter((each) => each.kind === kind && each.column === column);
      // One that is set directly takes precedence: https://docs.snowflake.com/en/user-guide/tag-based-masking-policies
      return here.find(({ byTag }) => byTag !== true) ?? here[0];
    };
    const before = at(production);
    const after = at(upcoming);
    if (meaning(before, production.name) === meaning(after, upcoming.name)) return [];
    const change = { kind, before: describedPolicy(before), after: describedPolicy(after) };
    return [column === undefined ? change : { ...change, column }];
  });
}

/**
 * The policies set directly in production that blue has nothing in the place of. One that hangs on a tag comes back with the tag.
 * @param columns stored names of blue's columns
 */
export function lostPolicies(
  production: PolicedRelation,
  upcoming: PolicedRelation,
  columns: readonly string[],
): readonly AttachedPolicy[] {
  return production.policies.filter(
    ({ kind, column, byTag }) =>
      byTag !== true &&
      (column === undefined || columns.includes(column)) &&
      !upcoming.policies.some((each) => each.byTag !== true && each.kind === kind && each.column === column),
  );
}

function meaning(attached: AttachedPolicy | undefined, on: RelationName): string {
  if (attached === undefined) return '';
  const { policy, givenColumns } = attached;
  return JSON.stringify([sameSchema(policy, on) ? policy.name : displayName(policy), givenColumns]);
}

/** `GOVERNANCE.PII.MASK`, for people; empty for none. */
export function describedPolicy(attached: AttachedPolicy | undefined): string {
  if (attached === undefined) return '';
  const { policy, givenColumns } = attached;
  return givenColumns === '' ? displayName(policy) : `${displayName(policy)} over ${givenColumns}`;
}
