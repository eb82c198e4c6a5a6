import { namesSchema, newMarker } from '../deployment/marker.js';
import type { Marker } from '../deployment/marker.js';
import { productionSchema } from '../deployment/schema-names.js';
import { marked } from '../deployment/state.js';
import type { Marked, Observed } from '../deployment/state.js';
import { ActionableError } from '../errors.js';
import type { History, HistoryLine } from '../history/history.js';
import type { SchemaPair } from '../selection/plan.js';
import { displayName } from '../snowflake/identifiers.js';
import type { Tools } from '../tools.js';
import { claim } from './exchange.js';

const LINES = 500;

/**
 * Gives production the marker back that somebody replaced by words of their own: the history tells which deployment went live
 * after the newest former production, and whether that was rolled back. The words stay.
 *
 * @throws ActionableError when the marker is there but unreadable, or the history does not tell; nothing was changed
 */
export async function recoverMarker(
  tools: Pick<Tools, 'warehouse' | 'log' | 'clock' | 'run'>,
  pair: SchemaPair,
  history: History,
  observed: Observed,
): Promise<void> {
  const { production } = observed;
  if (production === undefined || production.comment.unreadable !== undefined) {
    throw cannotTell(
      pair,
      'carries a marker that cannot be read: another version of this action wrote it, or a person',
    );
  }
  const lines = await history.list(LINES);
  const marker = newestFormers(observed)
    .map((former) => markerAfter(former, lines, pair, tools.run))
    .find((found) => found !== undefined);
  if (marker === undefined) {
    throw cannotTell(pair, 'carries no marker, and the history does not tell which deployment went live last');
  }
  await claim(tools, production, marker);
  tools.log.warning(
    `The comment of ${displayName(production.name)} had lost its marker; it was written back from the history: deployment ${marker.deployment}.`,
  );
}

/** Newest first; a retired one is newer than all that have dated names. */
function newestFormers({ snapshots, upcoming }: Observed): readonly Marked[] {
  const retired = upcoming?.comment.marker?.phase === 'retired' ? [upcoming] : [];
  return [...retired, ...snapshots]
    .map(marked)
    .filter((each): each is Marked => each !== undefined && namesSchema(each.marker, each.seen.name));
}

function markerAfter(
  former: Marked,
  lines: readonly HistoryLine[],
  pair: SchemaPair,
  run: Tools['run'],
): Marker | undefined {
  const live = lastLiveAfter(former.marker.deployment, lines);
  if (live === undefined) return restoredMarker(former.marker, lines);
  const fields = {
    repository: live.REPOSITORY ?? former.marker.repository,
    deployment: live.DEPLOYMENT ?? '',
    parent: live.PARENT ?? null,
    commit: live.COMMIT ?? '',
    base: live.BASE_COMMIT ?? null,
    run: run.run,
    attempt: run.attempt,
    startedAt: live.STARTED_AT ?? former.marker.startedAt,
    phase: live.PHASE === 'done' ? 'done' : 'swapped',
  } as const;
  // The swap wrote one time on both.
  return { ...newMarker(fields, productionSchema(pair)), swappedAt: former.marker.swappedAt };
}

/** Follows the deployments that went live after `deployment` and were not rolled back; several when some rebuilt nothing. */
function lastLiveAfter(deployment: string, lines: readonly HistoryLine[]): HistoryLine | undefined {
  let last: HistoryLine | undefined;
  for (let hops = 0; hops < lines.length; hops += 1) {
    const parent = last?.DEPLOYMENT ?? deployment;
    const next = childrenOf(parent, lines).find(
      ({ REJECTED, PHASE }) => REJECTED === undefined && (PHASE === 'done' || PHASE === 'swapped'),
    );
    if (next === undefined) break;
    last = next;
  }
  return last;
}

function restoredMarker(former: Marker, lines: readonly HistoryLine[]): Marker | undefined {
  for (const { DEPLOYMENT: insteadOf } of childrenOf(former.deployment, lines)) {
    const rollback = lines.find(({ KIND, PARENT }) => KIND === 'rollback' && PARENT === insteadOf);
    if (insteadOf === undefined || rollback?.DEPLOYMENT === undefined) continue;
    const at = rollback.FINISHED_AT ?? rollback.STARTED_AT ?? former.startedAt;
    return { ...former, phase: 'done', swappedAt: at, restored: { operation: rollback.DEPLOYMENT, insteadOf, at } };
  }
  return undefined;
}

function childrenOf(deployment: string, lines: readonly HistoryLine[]): readonly HistoryLine[] {
  return lines.filter(({ KIND, PARENT }) => KIND === 'deployment' && PARENT === deployment);
}

function cannotTell(pair: SchemaPair, why: string): ActionableError {
  return new ActionableError(
    `Which deployment ${displayName(productionSchema(pair))} holds cannot be told: its comment ${why}. Nothing was changed. ` +
      'Put the comment back as the action wrote it (the query history has it: COMMENT ON SCHEMA), then run again.',
  );
}
