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
 *
 * @param sides the pairs beside the main one: a rollback to a snapshot of the main pair needs what they held then
 */
export function chooseForCleanup(
  observed: Observed,
  rule: CleanupRule,
  sides: readonly Observed[] = [],
): CleanupChoice {
  const live = observed.production === undefined ? undefined : marked(observed.production);
  const target = live === undefined ? undefined : snapshotOf(observed, live.marker.parent);
  const underWay = new Set(
    [observed.upcoming?.comment.marker?.deployment, live?.marker.deployment].filter((id) => id !== undefined),
  );
  const ofMain = sorted([
    ...snapshotsOf(observed, rule, (schema) =>
      schema.name.schema === target?.seen.name.schema ? 'it is the rollback target of what is live' : undefined,
    ),
    ...othersOf(observed, rule, underWay),
  ]);
  const oldestTarget = oldest(ofMain.kept.filter(({ schema }) => schema.own?.purpose === 'snapshot'));
  const isNeeded = ({ own }: SchemaSeen): string | undefined =>
    (own?.at?.getTime() ?? 0) >= oldestTarget ? 'a rollback to a snapshot that is kept needs it' : undefined;
  const ofSides = sides.flatMap((side) => [
    ...snapshotsOf(side, rule, isNeeded),
    ...othersOf(side, rule, underWay),
    ...leftBehind(side, rule, underWay),
  ]);
  const { drop, kept } = sorted(ofSides);
  return { drop: [...ofMain.drop, ...drop], kept: [...ofMain.kept, ...kept] };
}

/** A schema, and why it stays; without a reason it goes. */
interface Decided {
  readonly schema: SchemaSeen;
  readonly why: string | undefined;
}

function sorted(decided: readonly Decided[]): CleanupChoice {
  return {
    drop: decided.filter(({ why }) => why === undefined).map(({ schema }) => schema),
    kept: decided.flatMap(({ schema, why }) => (why === undefined ? [] : [{ schema, why }])),
  };
}

function snapshotsOf(
  { snapshots }: Observed,
  rule: CleanupRule,
  isNeeded: (schema: SchemaSeen) => string | undefined,
): readonly Decided[] {
  // A person's copy with a later date must not take the place of the newest one of ours.
  const newest = snapshots.filter((schema) => foreign(schema) === undefined).slice(0, Math.max(rule.keep, 1));
  return snapshots.map((schema) => {
    const isNew = newest.includes(schema) ? 'it is among the newest snapshots' : undefined;
    return { schema, why: foreign(schema) ?? isNew ?? isNeeded(schema) ?? tooYoung(schema, rule) };
  });
}

function othersOf(
  { failed, baselines, releases, restores, audits }: Observed,
  rule: CleanupRule,
  underWay: ReadonlySet<string>,
): readonly Decided[] {
  const given = failed.map((schema) => ({ schema, why: foreign(schema) ?? tooYoung(schema, rule) }));
  const staged = [...baselines, ...releases, ...restores, ...audits].map((schema) => {
    const busy = schema.own?.purpose === 'restore' ? undefined : notOver(schema, underWay);
    return { schema, why: foreign(schema) ?? busy ?? stillFresh(schema, rule) };
  });
  return [...given, ...staged];
}

/** An upcoming schema beside the main one whose deployment was given up while its run died. */
function leftBehind({ upcoming }: Observed, rule: CleanupRule, underWay: ReadonlySet<string>): readonly Decided[] {
  if (upcoming === undefined) return [];
  return [{ schema: upcoming, why: foreign(upcoming) ?? notOver(upcoming, underWay) ?? stillFresh(upcoming, rule) }];
}

function notOver({ comment }: SchemaSeen, underWay: ReadonlySet<string>): string | undefined {
  const id = comment.marker?.deployment;
  return id !== undefined && underWay.has(id) ? 'its deployment is not over' : undefined;
}

function oldest(kept: CleanupChoice['kept']): number {
  return Math.min(...kept.map(({ schema }) => schema.own?.at?.getTime() ?? Infinity));
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
