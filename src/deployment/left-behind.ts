import type { SchemaName } from '../snowflake/identifiers.js';
import { namesSchema } from './marker.js';
import type { Observed, SchemaSeen, State } from './state.js';

/** What a schema that stays after an uninstall is, in the words that a person knows it by. */
export type LeftPurpose =
  | 'former production'
  | 'version given up'
  | 'unfinished build'
  | 'baseline'
  | 'staged version'
  | 'failing rows of tests'
  | 'deployment history';

export interface LeftSchema {
  readonly name: SchemaName;
  readonly purpose: LeftPurpose;
}

export interface LeftBehind {
  /** Made by this action: their markers name exactly them. */
  readonly ours: readonly LeftSchema[];
  /** Named like ours, without a marker that names them: copies, or renamed by a person. */
  readonly doubtful: readonly SchemaName[];
}

/** What stands beside production and was made by this action, by names and markers alone. The history has no marker: it is not in. */
export function leftBehind(observed: Observed): LeftBehind {
  const { upcoming } = observed;
  const found: readonly (readonly [LeftPurpose, readonly SchemaSeen[]])[] = [
    ['former production', observed.snapshots],
    ['version given up', observed.failed],
    [isRetired(upcoming) ? 'former production' : 'unfinished build', upcoming === undefined ? [] : [upcoming]],
    ['baseline', observed.baselines],
    ['staged version', [...observed.releases, ...observed.restores]],
    ['failing rows of tests', observed.audits],
  ];
  const all = found.flatMap(([purpose, schemas]) => schemas.map((seen) => ({ purpose, seen })));
  const isOurs = ({ seen }: { readonly seen: SchemaSeen }): boolean => namesSchema(seen.comment.marker, seen.name);
  return {
    ours: all.filter(isOurs).map(({ seen, purpose }) => ({ name: seen.name, purpose })),
    doubtful: all.filter((each) => !isOurs(each)).map(({ seen }) => seen.name),
  };
}

/** Whether somebody builds, waits for a swap or is in the middle of one: then its markers are needed. */
export function isUnderWay(state: State): boolean {
  switch (state.kind) {
    case 'building':
    case 'waiting':
    case 'staged':
    case 'swapped':
    case 'swapped, not renamed':
    case 'rolling back':
    case 'rolled back, not renamed':
      return true;
    case 'production missing':
    case 'marker lost':
    case 'foreign upcoming':
    case 'idle':
    case 'done':
    case 'dead build':
    case 'blocked':
    case 'outdated':
    case 'rolled back':
      return false;
  }
}

function isRetired(upcoming: SchemaSeen | undefined): boolean {
  return upcoming?.comment.marker?.phase === 'retired';
}
