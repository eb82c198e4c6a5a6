/** Differences of where a node is stored and of what its references mean. */
import type { Manifest, ManifestNode } from '../dbt/manifest.js';
import type { Comparison } from './comparison.js';
import { relationOf, storedKey, type Counterparts } from './counterparts.js';
import type { Reason } from './plan.js';
import { listed, shownValue } from './reasons.js';
import { isMicrobatch } from './treatment.js';

export function relationReasons(
  before: ManifestNode,
  after: ManifestNode,
  comparison: Comparison,
  counterparts: Counterparts,
): readonly Reason[] {
  return [
    ...moveReasons(before, after),
    ...sourceReasons(before, after, comparison),
    ...eventTimeReasons(before, after, comparison),
    ...referenceReasons(before, after, counterparts),
  ];
}

function moveReasons(before: ManifestNode, after: ManifestNode): readonly Reason[] {
  const [old, now] = [relationOf(before), relationOf(after)];
  const reasons: Reason[] = [];
  if (now !== undefined && old !== undefined && storedKey(now) !== storedKey(old)) {
    reasons.push({
      text: `relation moves from ${before.relationName ?? ''} to ${after.relationName ?? ''}`,
      effect: 'rebuild',
    });
  }
  if (before.name !== after.name) {
    reasons.push({ text: `renamed from ${before.name}`, effect: 'metadata' });
  } else if (before.packageName !== after.packageName) {
    reasons.push({ text: `moved from package ${before.packageName}`, effect: 'metadata' });
  } else if (before.originalFilePath !== after.originalFilePath) {
    reasons.push({ text: `file moved from ${before.originalFilePath}`, effect: 'metadata' });
  }
  return reasons;
}

/** A source that now names another relation changes its readers, though their text stays. */
function sourceReasons(before: ManifestNode, after: ManifestNode, { live, production }: Comparison): readonly Reason[] {
  return after.dependsOnNodes.flatMap((id) => {
    const [old, now] = [live.sources.get(id), production.sources.get(id)];
    if (old === undefined || now === undefined || !before.dependsOnNodes.includes(id)) return [];
    if (old.relationName === now.relationName) return [];
    const text = `source ${now.sourceName}.${now.name} is ${now.relationName ?? 'nothing'} now (was ${old.relationName ?? 'nothing'})`;
    return [{ text, effect: 'rebuild' as const }];
  });
}

/** dbt gives each batch the rows of its inputs by their event time: https://docs.getdbt.com/docs/build/incremental-microbatch */
function eventTimeReasons(
  before: ManifestNode,
  after: ManifestNode,
  { live, production }: Comparison,
): readonly Reason[] {
  if (!isMicrobatch(after)) return [];
  return after.dependsOnNodes.flatMap((id) => {
    const [old, now] = [eventTimeOf(live, id), eventTimeOf(production, id)];
    if (!before.dependsOnNodes.includes(id) || old === now) return [];
    const text = `event time of ${shortName(id)} changed: ${shownValue(old)} to ${shownValue(now)}`;
    return [{ text, effect: 'rebuild' as const }];
  });
}

function eventTimeOf(manifest: Manifest, uniqueId: string): string | undefined {
  const ofNode = manifest.nodes.get(uniqueId)?.config['event_time'];
  return typeof ofNode === 'string' ? ofNode : manifest.sources.get(uniqueId)?.eventTime;
}

/** The same `ref()` can mean another node: a new latest version, another package, another branch of a condition. */
function referenceReasons(before: ManifestNode, after: ManifestNode, counterparts: Counterparts): readonly Reason[] {
  const old = new Set(before.dependsOnNodes.map((id) => counterparts.after.get(id) ?? id));
  const added = after.dependsOnNodes.filter((id) => !old.has(id));
  const dropped = [...old].filter((id) => !after.dependsOnNodes.includes(id));
  if (added.length === 0 && dropped.length === 0) return [];
  const parts = [
    ...(added.length > 0 ? [`reads ${listed(added.map(shortName))} now`] : []),
    ...(dropped.length > 0 ? [`reads ${listed(dropped.map(shortName))} no more`] : []),
  ];
  return [{ text: parts.join(', '), effect: 'rebuild' }];
}

/** `model.shop.orders.v2` is `orders.v2` to people. */
export function shortName(uniqueId: string): string {
  return uniqueId.split('.').slice(2).join('.') || uniqueId;
}

/** The name of a node as people know it. */
export function nameIn(manifest: Manifest, uniqueId: string): string {
  return manifest.nodes.get(uniqueId)?.name ?? shortName(uniqueId);
}
