import { displayName, sameSchema } from '../../snowflake/identifiers.js';
import type { RelationName } from '../../snowflake/identifiers.js';
import type { PolicyChange } from '../verdict.js';
import type { AttachedTag } from './attached-tags.js';

/** A table or view with the tags that are set on it and on its columns. */
export interface TaggedRelation {
  readonly name: RelationName;
  readonly tags: readonly AttachedTag[];
}

/**
 * The tags of production that blue lacks or has with another value. A tag that stands in the relation's own schema was cloned
 * with it, so the clone's counts as the same. What blue has beyond is the model's own doing and no change of what is hidden.
 * @param columns stored names of blue's columns: with a column that is gone its tag is gone rightly
 */
export function tagChanges(
  production: TaggedRelation,
  upcoming: TaggedRelation,
  columns: readonly string[],
): readonly PolicyChange[] {
  return ofColumns(production, columns).flatMap((attached): PolicyChange[] => {
    const { column } = attached;
    const same = counterpart(attached, production, upcoming);
    if (JSON.stringify(same?.values) === JSON.stringify(attached.values)) return [];
    const change = {
      kind: 'tag' as const,
      before: describedTag(attached),
      after: same === undefined ? '' : describedTag(same),
    };
    return [column === undefined ? change : { ...change, column }];
  });
}

/**
 * The tags of production that blue lacks, whatever the value.
 * @param columns stored names of blue's columns
 */
export function lostTags(
  production: TaggedRelation,
  upcoming: TaggedRelation,
  columns: readonly string[],
): readonly AttachedTag[] {
  return ofColumns(production, columns).filter((each) => counterpart(each, production, upcoming) === undefined);
}

function ofColumns({ tags }: TaggedRelation, columns: readonly string[]): readonly AttachedTag[] {
  return tags.filter(({ column }) => column === undefined || columns.includes(column));
}

function counterpart(
  { column, tag }: AttachedTag,
  production: TaggedRelation,
  upcoming: TaggedRelation,
): AttachedTag | undefined {
  return upcoming.tags.find(
    (each) =>
      each.column === column &&
      (displayName(each.tag) === displayName(tag) ||
        (each.tag.name === tag.name && sameSchema(tag, production.name) && sameSchema(each.tag, upcoming.name))),
  );
}

/** `GOVERNANCE.TAGS.PII = 'email'`, for people. */
export function describedTag({ tag, values }: Pick<AttachedTag, 'tag' | 'values'>): string {
  return `${displayName(tag)} = ${values.map((value) => `'${value}'`).join(', ')}`;
}
