import { messageOf } from '../../errors.js';
import type { RelationName } from '../../snowflake/identifiers.js';
import { optionalText, text } from '../../snowflake/rows.js';
import { isMissingObject } from '../../snowflake/warehouse.js';
import type { Row } from '../../snowflake/warehouse.js';
import type { Ask } from '../compare.js';
import { concurrently } from '../concurrently.js';
import { RELATIONS_IN_ONE_STATEMENT, tagReferences } from '../sql/tags.js';

/** Statements at the same time. */
const CONCURRENCY = 4;

/** A tag that is set on a column, or on a table or view as a whole. */
export interface AttachedTag {
  /** Stored name of the column; undefined for the table or view itself. */
  readonly column: string | undefined;
  readonly tag: RelationName;
  /** Sorted. A tag has several only where it was made for that (MULTI_VALUE). */
  readonly values: readonly string[];
}

/** Where tags are set, as far as this role may know. */
export interface AttachedTags {
  /** @returns what is set on a table or view itself and on its columns, nothing that they inherit */
  of(relation: RelationName): readonly AttachedTag[];
  /** Why tags could not be compared; undefined when they could. */
  readonly unseen: string | undefined;
}

/** How `unseen` begins where nothing at all is known. */
export const TAGS_UNTOLD = 'tags of rebuilt tables, since Snowflake refused to tell them';

/** Nothing is set, as far as anybody asked. */
export const NO_TAGS: AttachedTags = { of: () => [], unseen: undefined };

/**
 * Reads the tags of these tables and views and of their columns, in one statement for each hundred and without reading a table.
 * Whatever Snowflake refuses is told by `unseen`; nothing of this fails a deployment.
 */
export async function readAttachedTags(ask: Ask, relations: readonly RelationName[]): Promise<AttachedTags> {
  const byRelation = new Map<string, AttachedTag[]>();
  try {
    const parts = Array.from({ length: Math.ceil(relations.length / RELATIONS_IN_ONE_STATEMENT) }, (_, part) =>
      relations.slice(part * RELATIONS_IN_ONE_STATEMENT, (part + 1) * RELATIONS_IN_ONE_STATEMENT),
    );
    const rows = await concurrently(parts, CONCURRENCY, (part) => referencesOf(ask, part));
    rows.flat().forEach((row) => {
      addReference(byRelation, row);
    });
  } catch (error) {
    return {
      of: () => [],
      unseen:
        `${TAGS_UNTOLD}: ${messageOf(error)} ` +
        'If production has some, a rebuilt table can lack them unnoticed, and with them what a policy hides by a tag',
    };
  }
  return { of: (relation) => byRelation.get(keyOf(relation)) ?? [], unseen: undefined };
}

/** One relation that is gone has Snowflake refuse the whole statement: each is asked by itself then. */
async function referencesOf(ask: Ask, relations: readonly RelationName[]): Promise<readonly Row[]> {
  try {
    return await ask(tagReferences(relations));
  } catch (error) {
    if (!isMissingObject(error)) throw error;
    if (relations.length === 1) return [];
    const rows: Row[] = [];
    for (const relation of relations) rows.push(...(await referencesOf(ask, [relation])));
    return rows;
  }
}

function addReference(byRelation: Map<string, AttachedTag[]>, row: Row): void {
  const schema = { database: text(row, 'OBJECT_DATABASE'), schema: text(row, 'OBJECT_SCHEMA') };
  const key = keyOf({ ...schema, name: text(row, 'OBJECT_NAME') });
  const column = optionalText(row, 'COLUMN_NAME');
  const tag = { database: text(row, 'TAG_DATABASE'), schema: text(row, 'TAG_SCHEMA'), name: text(row, 'TAG_NAME') };
  const others = byRelation.get(key) ?? [];
  const same = others.find((each) => each.column === column && keyOf(each.tag) === keyOf(tag));
  const values = [...new Set([...(same?.values ?? []), optionalText(row, 'TAG_VALUE') ?? ''])].sort();
  byRelation.set(key, [...others.filter((each) => each !== same), { column, tag, values }]);
}

function keyOf({ database, schema, name }: RelationName): string {
  return JSON.stringify([database, schema, name]);
}
