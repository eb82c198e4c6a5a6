import { namesSchema } from './marker.js';
import { marked, snapshotOf } from './state.js';
import type { Observed, SchemaSeen } from './state.js';

export interface CleanupRule {
  readonly now: Date;
  readonly olderThanDays: number;
  /** How many of the newest snapshots stay whatever their age; at least 1. */
  readonly keep: number;
}

export interface CleanupChoice {
  readonly drop: readonly SchemaSeen[];
  readonly kept: readonly { readonly schema: SchemaSeen; readonly why: string }[];
}

const DAY_MS = 86_400_000;
// A baseline, release or restore belongs to a run; a day after its start no run is left that could need it.
const STAGED_DAYS = 1;

/**
 * Which schemas of ours may go, by name, marker and age alone. Never: one whose marker does not name exactly it, the newest
 * snapshots, the rollback target of what is live, or anything of a deployment that is under way.
 */
export function chooseForCleanup(observed: Observed, rule: CleanupRule): CleanupChoice {
  const live = observed.production === undefined ? undefined : marked(observed.production);
  const target = live === undefined ? undefined : snapshotOf(observed, live.marker.parent);
  const underWay = new Set(
    [observed.upcoming?.comment.marker?.deployment, live?.marker.deployment].filter((id) => id !== undefined),
  );
  const drop: SchemaSeen[] = [];
  const kept: { schema: SchemaSeen; why: string }[] = [];
  const decide = (schema: SchemaSeen, why: string | undefined): void => {
    if (why === undefined) drop.push(schema);
    else kept.push({ schema, why });
  };
  // A person's copy with a later date must not take the place of the newest one of ours.
  const newest = observed.snapshots.filter((schema) => foreign(schema) === undefined).slice(0, Math.max(rule.keep, 1));
  observed.snapshots.forEach((schema) => {
    const needed = newest.includes(schema)
      ? 'it is among the newest snapshots'
      : schema.name.schema === target?.seen.name.schema
        ? 'it is the rollback target of what is live'
        : undefined;
    decide(schema, foreign(schema) ?? needed ?? tooYoung(schema, rule));
  });
  observed.failed.forEach((schema) => {
    decide(schema, foreign(schema) ?? tooYoung(schema, rule));
  });
  [...observed.baselines, ...observed.releases, ...observed.restores, ...observed.audits].forEach((schema) => {
    const id = schema.comment.marker?.deployment;
    const busy =
      id !== undefined && underWay.has(id) && schema.own?.purpose !== 'restore'
        ? 'its deployment is not over'
        : undefined;
    decide(schema, foreign(schema) ?? busy ?? stillFresh(schema, rule));
  });
  return { drop, kept };
}

function foreign(schema: SchemaSeen): string | undefined {
  if (schema.comment.marker === undefined) return 'it has no marker of this action';
  return namesSchema(schema.comment.marker, schema.name)
    ? undefined
    : 'its marker names another schema: somebody copied or renamed it';
}

function tooYoung(schema: SchemaSeen, rule: CleanupRule): string | undefined {
  const at = schema.own?.at;
  const days = at === undefined ? 0 : (rule.now.getTime() - at.getTime()) / DAY_MS;
  return days >= rule.olderThanDays ? undefined : `it is ${days.toFixed(1)} days old`;
}

function stillFresh(schema: SchemaSeen, rule: CleanupRule): string | undefined {
  const { marker } = schema.comment;
  // A restore carries the marker of a former production, built long ago: only the rollback's own time tells its age.
  const started = Date.parse(marker?.restored?.at ?? marker?.startedAt ?? '');
  const days = (rule.now.getTime() - started) / DAY_MS;
  return days >= STAGED_DAYS ? undefined : 'its run may still be under way';
}
