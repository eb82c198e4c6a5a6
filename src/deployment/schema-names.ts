import type { SchemaName } from '../snowflake/identifiers.js';
import type { SchemaPair } from '../selection/plan.js';

/** What a schema that this action made is for. */
export type SchemaPurpose = 'upcoming' | 'baseline' | 'release' | 'restore' | 'snapshot' | 'failed';

/** Characters that the longest of our names adds to that of the production schema. */
export const LONGEST_SUFFIX = '_BASELINE_20261122_153045_1A2B3C4'.length;

/** `20261122_153045_1A2B3C4`: UTC time and commit, in characters that need no quotes inside a schema name. */
export function deploymentId(at: Date, commit: string): string {
  return `${compact(at)}_${commit.slice(0, 7).toUpperCase()}`;
}

/** `20261122_160001_R1F`: a rollback's own id. `entropy` is any small number; it keeps two rollbacks of one second apart. */
export function operationId(at: Date, entropy: number): string {
  return `${compact(at)}_R${entropy.toString(16).toUpperCase()}`;
}

export function productionSchema(pair: SchemaPair): SchemaName {
  return { database: pair.database, schema: pair.production };
}

export function upcomingSchema(pair: SchemaPair): SchemaName {
  return { database: pair.database, schema: pair.upcoming };
}

export function baselineSchema(pair: SchemaPair, deployment: string): SchemaName {
  return { database: pair.database, schema: `${pair.production}_BASELINE_${deployment}` };
}

export function releaseSchema(pair: SchemaPair, deployment: string): SchemaName {
  return { database: pair.database, schema: `${pair.production}_RELEASE_${deployment}` };
}

export function restoreSchema(pair: SchemaPair, operation: string): SchemaName {
  return { database: pair.database, schema: `${pair.production}_RESTORE_${operation}` };
}

/** `PUBLIC_SNAPSHOT_2026_11_22_153045` (UTC): with the time, since a date alone collides on a day's second deployment. */
export function snapshotSchema(pair: SchemaPair, at: Date): SchemaName {
  return { database: pair.database, schema: `${pair.production}_SNAPSHOT_${dated(at)}` };
}

export function failedSchema(pair: SchemaPair, at: Date): SchemaName {
  return { database: pair.database, schema: `${pair.production}_FAILED_${dated(at)}` };
}

/** The schema that holds the deployment history of a production schema. */
export function historySchema(pair: SchemaPair): SchemaName {
  return { database: pair.database, schema: `${pair.production}_DEPLOYMENTS` };
}

export interface OwnName {
  readonly purpose: SchemaPurpose;
  /** Deployment or operation id; undefined for dated names and upcoming. */
  readonly id: string | undefined;
  /** When a snapshot or failed schema was put aside. */
  readonly at: Date | undefined;
}

/** What a schema's name says that it is for, or undefined when the name is not of our making. Names prove nothing by themselves. */
export function parseOwnName(schema: string, pair: SchemaPair): OwnName | undefined {
  if (schema === pair.upcoming) return { purpose: 'upcoming', id: undefined, at: undefined };
  if (!schema.startsWith(`${pair.production}_`)) return undefined;
  const rest = schema.slice(pair.production.length + 1);
  const dating = /^(SNAPSHOT|FAILED)_(\d{4})_(\d{2})_(\d{2})_(\d{2})(\d{2})(\d{2})$/.exec(rest);
  if (dating !== null) {
    const [, kind, year, month, day, hour, minute, second] = dating;
    const at = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
    // JavaScript takes 30 February for 2 March: only what this action would write itself is a name of ours.
    if (Number.isNaN(at.getTime()) || rest !== `${kind}_${dated(at)}`) return undefined;
    return { purpose: kind === 'SNAPSHOT' ? 'snapshot' : 'failed', id: undefined, at };
  }
  const staged = /^(BASELINE|RELEASE)_(\d{8}_\d{6}_[0-9A-F]{7})$/.exec(rest);
  if (staged !== null) {
    return { purpose: staged[1] === 'BASELINE' ? 'baseline' : 'release', id: staged[2], at: undefined };
  }
  const restore = /^RESTORE_(\d{8}_\d{6}_R[0-9A-F]+)$/.exec(rest);
  if (restore !== null) return { purpose: 'restore', id: restore[1], at: undefined };
  return undefined;
}

function digits(at: Date): { readonly date: readonly [string, string, string]; readonly time: string } {
  const iso = at.toISOString();
  return {
    date: [iso.slice(0, 4), iso.slice(5, 7), iso.slice(8, 10)],
    time: iso.slice(11, 19).replaceAll(':', ''),
  };
}

function compact(at: Date): string {
  const { date, time } = digits(at);
  return `${date.join('')}_${time}`;
}

function dated(at: Date): string {
  const { date, time } = digits(at);
  return `${date.join('_')}_${time}`;
}
