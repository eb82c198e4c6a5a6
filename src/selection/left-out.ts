/** What a plan does not rebuild although it changed or reads something that is rebuilt, and why. */
import type { ManifestNode } from '../dbt/manifest.js';
import type { LeftOutGroup, LeftOutNode, Reason, Treatment } from './plan.js';
import { plannedNode } from './planned-node.js';
import type { Planning } from './planning.js';
import { strongest } from './reasons.js';
import { isEphemeral } from './treatment.js';

interface Verdict {
  readonly group: LeftOutGroup;
  readonly treatment: Treatment;
  readonly why: string;
}

/** In dependency order. */
export function leftOut(planning: Planning): readonly LeftOutNode[] {
  return planning.lineage.order.flatMap((id) => {
    const node = planning.comparison.production.nodes.get(id);
    const verdict = node === undefined || planning.closure.rebuilt.has(id) ? undefined : verdictOn(planning, node);
    if (verdict === undefined) return [];
    const inherited = planning.closure.stopped.get(id) ?? planning.whole.rebuilt.get(id) ?? [];
    const planned = plannedNode(planning, id, verdict.treatment, inherited);
    if (planned === undefined) return [];
    const isNews = verdict.treatment === 'protected' && planned.changed;
    const why = isNews ? `changed, but protected: ${verdict.why}` : verdict.why;
    return [{ ...planned, group: verdict.group, why }];
  });
}

function verdictOn(planning: Planning, node: ManifestNode): Verdict | undefined {
  const id = node.uniqueId;
  if (planning.closure.stopped.has(id)) return protectedVerdict(planning, node);
  if (planning.whole.rebuilt.has(id)) return narrowedVerdict(planning, id);
  const reasons = planning.changes.get(id);
  if (reasons === undefined) return undefined;
  if (isEphemeral(node)) return ephemeralVerdict(reasons);
  if (node.resourceType === 'function' && strongest(reasons) === 'rebuild') {
    return {
      group: 'to be made first',
      treatment: 'carry',
      why: '`dbt run` builds no functions: production must get it before the clone is made',
    };
  }
  // Affected nodes that are stopped only because of what scope and selection left out need no word of their own.
  if (strongest(reasons) === 'rebuild') return protectedVerdict(planning, node);
  return weakVerdict(reasons);
}

function ephemeralVerdict(reasons: readonly Reason[]): Verdict {
  if (strongest(reasons) !== 'rebuild') return weakVerdict(reasons);
  const why = 'ephemeral: it has no table of its own, its query is part of its readers';
  return { group: 'part of its readers', treatment: 'carry', why };
}

function weakVerdict(reasons: readonly Reason[]): Verdict {
  return strongest(reasons) === 'future loads'
    ? { group: 'future loads', treatment: 'carry', why: 'only rows loaded from now on differ' }
    : { group: 'metadata', treatment: 'carry', why: 'nothing in the stored data differs' };
}

function narrowedVerdict({ inScope, comparison }: Planning, id: string): Verdict {
  if (!inScope.has(id)) {
    const why =
      'outside the scope: not connected to an incremental model that is rebuilt; the next scheduled run builds it, unverified';
    return { group: 'next scheduled run', treatment: 'carry', why };
  }
  const why =
    comparison.selected?.has(id) === false
      ? 'left out by select or exclude: it keeps its old rows until somebody rebuilds it'
      : 'what it reads is left out by select or exclude, and it did not change itself';
  return { group: 'not selected', treatment: 'carry', why };
}

function protectedVerdict(planning: Planning, node: ManifestNode): Verdict {
  const isNew = planning.isAbsent(node.uniqueId);
  const moved = isNew && planning.counterparts.before.has(node.uniqueId);
  if (moved) {
    const why = `its relation moves and dbt never rebuilds it, so its history would stay behind: rename the table in production together with this change`;
    return { group: 'protected', treatment: 'protected', why };
  }
  if (node.resourceType === 'snapshot') {
    if (isNew) {
      const why = 'a new dbt snapshot: the first scheduled run of dbt snapshot creates it';
      return { group: 'next scheduled run', treatment: 'carry', why };
    }
    const why = 'a dbt snapshot: its history cannot be made again, so it is carried as it is';
    return { group: 'protected', treatment: 'protected', why };
  }
  const why = 'full_refresh is false: it is carried as it is, and its old rows keep what the old code made of them';
  return { group: 'protected', treatment: 'protected', why };
}
