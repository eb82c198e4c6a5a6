import type { Column } from './columns.js';
import { requireTimeColumn } from './compared-columns.js';
import type { ModelSettings, Span } from './settings/model-settings.js';
import { quoteName } from '../snowflake/identifiers.js';
import type { RelationName } from '../snowflake/identifiers.js';
import type { Statement } from '../snowflake/warehouse.js';
import { explainConditions } from './sql/conditions.js';
import { sinceCutOff } from './sql/sides.js';
import type { Excuse, Sides } from './sql/sides.js';

const DAY_MS = 86_400_000;

/** Which rows are compared at all, and which of the baseline's blue may lack. */
export type Conditions = Required<Pick<Sides, 'where' | 'excuses'>>;

/**
 * The project's conditions as SQL.
 * @param settings with the expectations that count in this deployment
 * @param columns columns of both sides
 * @param cutOff spans of days end here
 * @throws Error when a span names no column of both sides that holds a time
 */
export function conditionsOf(settings: ModelSettings, columns: readonly Column[], cutOff: Date): Conditions {
  const { where, window, retention, deletedWhere, expect } = settings;
  const inWindow = window === undefined ? undefined : rowsOfSpan(window, 'window', settings, columns, cutOff);
  const kept = retention === undefined ? undefined : rowsOfSpan(retention, 'retention', settings, columns, cutOff);
  const scope = [where, inWindow?.sql].filter((sql) => sql !== undefined);
  const excuses: readonly (Excuse | undefined)[] = [
    kept === undefined
      ? undefined
      : {
          kind: 'expired',
          why: `older than ${String(retention?.days)} days by ${kept.column}`,
          // A row without a time is none that is known to be old: NOT of NULL is NULL.
          sql: `NOT (${kept.sql})`,
        },
    deletedWhere === undefined ? undefined : { kind: 'deleted', why: `where ${deletedWhere}`, sql: deletedWhere },
    expect.missing?.where === undefined
      ? undefined
      : { kind: 'expected', why: expect.missing.reason, sql: expect.missing.where },
  ];
  return {
    where: scope.length === 0 ? undefined : scope.map((sql) => `(\n${sql}\n)`).join(' AND '),
    excuses: excuses.filter((excuse) => excuse !== undefined),
  };
}

function rowsOfSpan(
  span: Span,
  setting: 'window' | 'retention',
  settings: ModelSettings,
  columns: readonly Column[],
  cutOff: Date,
): { readonly column: string; readonly sql: string } {
  const written = span.column ?? settings.timeColumn;
  if (written === undefined) throw new Error(`${setting} needs a column: name it, or give the model a time_column.`);
  const since = new Date(cutOff.getTime() - span.days * DAY_MS);
  const time = requireTimeColumn(written, columns, `${setting}.column`, since);
  return { column: time.name, sql: sinceCutOff(time, quoteName(time.name)) };
}

/**
 * A statement by which Snowflake compiles the conditions that a model writes as SQL, without running them; undefined when it
 * writes none.
 */
export function compileConditions(settings: ModelSettings, relation: RelationName): Statement | undefined {
  const written = [settings.where, settings.deletedWhere, settings.expect.missing?.where];
  const conditions = written.filter((sql) => sql !== undefined);
  return conditions.length === 0 ? undefined : explainConditions(relation, conditions);
}
