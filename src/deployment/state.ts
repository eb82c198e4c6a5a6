import { displayName } from '../snowflake/identifiers.js';
import type { SchemaName } from '../snowflake/identifiers.js';
import type { SchemaOptions } from '../snowflake/statements/schemas.js';
import { namesSchema } from './marker.js';
import type { Marker, SchemaComment } from './marker.js';
import type { OwnName } from './schema-names.js';

/** One schema as SHOW SCHEMAS shows it, with its comment and name read. */
export interface SchemaSeen {
  readonly name: SchemaName;
  readonly own: OwnName | undefined;
  readonly comment: SchemaComment;
  readonly owner: string;
  readonly options: SchemaOptions;
}

/** A production schema and everything beside it that carries a name of ours. */
export interface Observed {
  readonly production: SchemaSeen | undefined;
  readonly upcoming: SchemaSeen | undefined;
  readonly baselines: readonly SchemaSeen[];
  readonly releases: readonly SchemaSeen[];
  readonly restores: readonly SchemaSeen[];
  /** Newest first. */
  readonly snapshots: readonly SchemaSeen[];
  /** Newest first. */
  readonly failed: readonly SchemaSeen[];
  /** Where tests in blue store their failing rows: beside the upcoming schema, with a marker that names them. */
  readonly audits: readonly SchemaSeen[];
}

/** A schema with the marker that was read from it. */
export interface Marked {
  readonly seen: SchemaSeen;
  readonly marker: Marker;
}

/** The rows of the state table: what can be seen, and so what comes next. */
export type State =
  | { readonly kind: 'production missing' }
  | { readonly kind: 'marker lost'; readonly production: SchemaSeen }
  | { readonly kind: 'foreign upcoming'; readonly upcoming: SchemaSeen }
  | { readonly kind: 'idle' }
  | { readonly kind: 'done'; readonly live: Marked; readonly snapshot: Marked | undefined }
  | { readonly kind: 'building'; readonly upcoming: Marked }
  | { readonly kind: 'dead build'; readonly upcoming: Marked }
  | { readonly kind: 'blocked'; readonly upcoming: Marked }
  | { readonly kind: 'waiting'; readonly upcoming: Marked }
  | { readonly kind: 'outdated'; readonly upcoming: Marked }
  | { readonly kind: 'staged'; readonly upcoming: Marked; readonly release: Marked }
  | { readonly kind: 'swapped, not renamed'; readonly live: Marked; readonly release: SchemaSeen }
  | { readonly kind: 'swapped'; readonly live: Marked; readonly snapshot: Marked | undefined }
  | { readonly kind: 'rolling back'; readonly live: Marked; readonly restore: Marked | undefined }
  | { readonly kind: 'rolled back, not renamed'; readonly live: Marked; readonly restore: SchemaSeen }
  | { readonly kind: 'rolled back'; readonly live: Marked; readonly upcoming: Marked | undefined };

export type StateKind = State['kind'];

/** Whether the run that wrote a marker of a build can still be at work. */
export type IsAlive = (marker: Marker) => boolean;

/**
 * Tells the state from names and markers alone: a swap moves content and comment together, so the marker says which deployment
 * made the content and the name says what the schema is for.
 */
export function stateOf(observed: Observed, isAlive: IsAlive): State {
  const { production, upcoming } = observed;
  if (production === undefined) return { kind: 'production missing' };
  // Whoever wrote a marker that cannot be read may have gone on from there: nothing beside it is taken for the next step.
  if (production.comment.unreadable !== undefined) return { kind: 'marker lost', production };
  const live = marked(production);
  if (live !== undefined) {
    const rollback = rollbackState(observed, live);
    if (rollback !== undefined) return rollback;
    const switched = switchedState(observed, live);
    if (switched !== undefined) return switched;
  }
  if (upcoming === undefined) return restState(observed, live, production);
  const blue = ownUpcoming(observed);
  if (blue === undefined) return { kind: 'foreign upcoming', upcoming };
  if (blue.marker.phase === 'retired') return restState(observed, live, production);
  return buildState(observed, live, blue, isAlive);
}

/** An unmarked production whose commit was taken from the production branch has a parent id of this form. */
export function adoptedDeployment(commit: string): string {
  return `INITIAL_${commit.slice(0, 7).toUpperCase()}`;
}

export function isAdopted(deployment: string): boolean {
  return deployment.startsWith('INITIAL_');
}

/** Whether production still holds what the deployment was cloned from. @param live production's marker */
export function parentLives(live: Marker | undefined, { parent }: Marker): boolean {
  return live === undefined ? parent !== null && isAdopted(parent) : live.deployment === parent;
}

export function marked(seen: SchemaSeen): Marked | undefined {
  return seen.comment.marker === undefined ? undefined : { seen, marker: seen.comment.marker };
}

/** The snapshot that holds `deployment`, if its marker names it: the newest one. */
export function snapshotOf(observed: Observed, deployment: string | null): Marked | undefined {
  return observed.snapshots
    .map(marked)
    .find((snapshot) => snapshot?.marker.deployment === deployment && namesSchema(snapshot.marker, snapshot.seen.name));
}

/** The upcoming schema with its marker; undefined for what somebody cloned there by hand, whose marker names another schema. */
function ownUpcoming({ upcoming }: Observed): Marked | undefined {
  const blue = upcoming === undefined ? undefined : marked(upcoming);
  return blue !== undefined && namesSchema(blue.marker, blue.seen.name) ? blue : undefined;
}

function rollbackState(observed: Observed, live: Marked): State | undefined {
  const { restored } = live.marker;
  if (restored !== null) {
    const heldBack = observed.restores.find((seen) => seen.own?.id === restored.operation);
    if (heldBack !== undefined) return { kind: 'rolled back, not renamed', live, restore: heldBack };
    const blue = ownUpcoming(observed);
    const leftover = blue?.marker.deployment === restored.insteadOf ? blue : undefined;
    return leftover === undefined ? undefined : { kind: 'rolled back', live, upcoming: leftover };
  }
  if (live.marker.rejected === null) return undefined;
  const restore = observed.restores.map(marked).find((each) => each !== undefined && isStagedInsteadOf(each, live));
  return { kind: 'rolling back', live, restore };
}

function isStagedInsteadOf(restore: Marked, live: Marked): boolean {
  return (
    namesSchema(restore.marker, restore.seen.name) && restore.marker.restored?.insteadOf === live.marker.deployment
  );
}

function switchedState(observed: Observed, live: Marked): State | undefined {
  const { deployment, phase } = live.marker;
  const release = observed.releases.find((seen) => seen.own?.id === deployment);
  if (release !== undefined && release.comment.marker?.deployment !== deployment) {
    return { kind: 'swapped, not renamed', live, release };
  }
  const blue = ownUpcoming(observed)?.marker;
  const blueIsLive = blue?.deployment === deployment && blue.phase !== 'retired' && live.marker.restored === null;
  if (blueIsLive || phase === 'verified' || phase === 'swapped' || phase === 'tested') {
    return { kind: 'swapped', live, snapshot: snapshotOf(observed, live.marker.parent) };
  }
  return undefined;
}

function restState(observed: Observed, live: Marked | undefined, production: SchemaSeen): State {
  if (live === undefined) {
    const former = [...observed.snapshots, ...(observed.upcoming === undefined ? [] : [observed.upcoming])];
    const wasOurs = former.some((seen) => seen.comment.marker !== undefined);
    return wasOurs ? { kind: 'marker lost', production } : { kind: 'idle' };
  }
  if (live.marker.restored !== null) return { kind: 'rolled back', live, upcoming: undefined };
  return { kind: 'done', live, snapshot: snapshotOf(observed, live.marker.parent) };
}

function buildState(observed: Observed, live: Marked | undefined, upcoming: Marked, isAlive: IsAlive): State {
  const { marker } = upcoming;
  if (marker.phase === 'building') return { kind: isAlive(marker) ? 'building' : 'dead build', upcoming };
  if (marker.phase === 'blocked') return { kind: 'blocked', upcoming };
  if (!parentLives(live?.marker, marker)) return { kind: 'outdated', upcoming };
  const release = observed.releases.map(marked).find((each) => each?.marker.deployment === marker.deployment);
  return release === undefined ? { kind: 'waiting', upcoming } : { kind: 'staged', upcoming, release };
}

/** The state in one or two sentences: what stands where, and what comes next. */
export function describe(state: State): string {
  switch (state.kind) {
    case 'production missing':
      return 'The production schema does not exist, or this role may not see it. Look for it under another name (SHOW SCHEMAS HISTORY) before anything else.';
    case 'marker lost':
      return `${displayName(state.production.name)} carries no readable marker although former productions of this action exist: somebody replaced its comment. Rollback still works from the snapshots.`;
    case 'foreign upcoming':
      return `${displayName(state.upcoming.name)} exists, but not by this action: its comment has no marker that names it. It is left untouched; rename or drop it, then run again.`;
    case 'idle':
      return 'No deployment has been made yet. Next: build.';
    case 'done':
      return `Deployment ${state.live.marker.deployment} is live and finished. Next: build.`;
    case 'building':
      return `Deployment ${id(state)} is being built by ${runOf(state.upcoming.marker)}. Next: wait for it.`;
    case 'dead build':
      return `Deployment ${id(state)} ${howItEnded(state.upcoming.marker)}. Next: build again: the same commit goes on where it stopped, another one takes over.`;
    case 'blocked':
      return `Deployment ${id(state)} did not pass verification; production was not touched. Next: fix and build again.`;
    case 'waiting':
      return `Deployment ${id(state)} is verified and waits. Next: swap.`;
    case 'outdated':
      return `Deployment ${id(state)} was built beside a production that is no longer live. Next: build again.`;
    case 'staged':
      return `Deployment ${id(state)} is verified and staged, not swapped. Next: swap; it stages again.`;
    case 'swapped, not renamed':
      return `Deployment ${state.live.marker.deployment} is live; the former production still has the name ${displayName(state.release.name)}. Next: swap, which finishes, or rollback.`;
    case 'swapped':
      return `Deployment ${state.live.marker.deployment} is live, with steps outstanding. Next: swap, which finishes, or rollback.`;
    case 'rolling back':
      return `A rollback of deployment ${state.live.marker.deployment} was begun and not finished; it is still live. Next: rollback, which finishes.`;
    case 'rolled back, not renamed':
      return `Deployment ${state.live.marker.deployment} was brought back; the version given up still has the name ${displayName(state.restore.name)}. Next: rollback, which finishes.`;
    case 'rolled back':
      return `Deployment ${state.live.marker.deployment} was brought back by a rollback and is live. Next: build.`;
  }
}

/** Whether code and tables are being exchanged right now, so that a scheduled run should wait some minutes. */
export function isBusy(state: State): boolean {
  return (
    state.kind === 'staged' ||
    state.kind === 'swapped, not renamed' ||
    state.kind === 'swapped' ||
    state.kind === 'rolling back' ||
    state.kind === 'rolled back, not renamed'
  );
}

function id(state: { readonly upcoming: Marked }): string {
  return state.upcoming.marker.deployment;
}

function howItEnded(marker: Marker): string {
  return marker.stopped === undefined
    ? `was being built by ${runOf(marker)}, which is over`
    : `was stopped by run ${marker.run} (attempt ${marker.attempt}) at ${marker.stopped}, before its time limit`;
}

function runOf(marker: Marker): string {
  return `run ${marker.run} (attempt ${marker.attempt}, last sign of life ${marker.heartbeat ?? marker.startedAt})`;
}
