import { isTrue } from '../snowflake/rows.js';
import type { Row } from '../snowflake/warehouse.js';
import type { RelationChange } from './verdict.js';

/** A relation as a whole, as `SHOW TABLES` or `SHOW VIEWS` describes it; '' for what does not apply or is not set. */
export type RelationTraits = Readonly<Record<RelationChange['property'], string>>;

const PROPERTIES = ['kind', 'owner', 'clustering', 'retention', 'secure', 'comment'] as const;

/** Traits by stored name, from the rows of `SHOW TABLES`. https://docs.snowflake.com/en/sql-reference/sql/show-tables */
export function readTableTraits(rows: readonly Row[]): ReadonlyMap<string, RelationTraits> {
  return byName(rows, (row) => ({
    kind: (row['kind'] ?? '').toUpperCase() === 'TRANSIENT' ? 'transient table' : 'table',
    owner: row['owner'] ?? '',
    clustering: row['cluster_by'] ?? '',
    retention: row['retention_time'] ?? '',
    secure: '',
    comment: row['comment'] ?? '',
  }));
}

/** The same from the rows of `SHOW VIEWS`. https://docs.snowflake.com/en/sql-reference/sql/show-views */
export function readViewTraits(rows: readonly Row[]): ReadonlyMap<string, RelationTraits> {
  return byName(rows, (row) => ({
    kind: 'view',
    owner: row['owner'] ?? '',
    clustering: '',
    retention: '',
    secure: isTrue(row['is_secure'] ?? undefined) ? 'secure' : '',
    comment: row['comment'] ?? '',
  }));
}

function byName(rows: readonly Row[], traits: (row: Row) => RelationTraits): ReadonlyMap<string, RelationTraits> {
  return new Map(
    rows.flatMap((row): [string, RelationTraits][] => {
      const name = row['name'];
      return name === undefined || name === null ? [] : [[name, traits(row)]];
    }),
  );
}

/** What differs. A relation of another kind has other traits by nature: then only what every kind has is compared. */
export function traitChanges(before: RelationTraits, after: RelationTraits): readonly RelationChange[] {
  const isView = before.kind === 'view' || after.kind === 'view';
  const becameOther = isView && before.kind !== after.kind;
  return PROPERTIES.filter((property) => before[property] !== after[property])
    .filter((property) => !becameOther || ['kind', 'owner', 'secure', 'comment'].includes(property))
    .map((property) => ({ property, before: before[property], after: after[property] }));
}
