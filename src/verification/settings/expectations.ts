import type { ManifestNode } from '../../dbt/manifest.js';
import type { ModelSettings } from './model-settings.js';
import { META_NAME } from './model-settings.js';
import { EXPECTATION_NAMES } from './schema.js';
import type { ExpectationName } from './schema.js';

/**
 * The expectations that the difference between two versions of a node adds or alters: only these count. One that stands
 * since an earlier deployment was about that one, and would excuse whatever comes later.
 * @param live the node as it is live; undefined when it is new
 */
export function newExpectations(live: ManifestNode | undefined, head: ManifestNode): readonly ExpectationName[] {
  const before = writtenExpectations(live);
  const now = writtenExpectations(head);
  return EXPECTATION_NAMES.filter((name) => now[name] !== undefined && asText(now[name]) !== asText(before[name]));
}

/** The settings with only those expectations that count. */
export function withExpectations(settings: ModelSettings, counting: readonly string[]): ModelSettings {
  const kept = Object.entries(settings.expect).filter(([name]) => counting.includes(name));
  return { ...settings, expect: Object.fromEntries(kept) };
}

function writtenExpectations(node: ManifestNode | undefined): Readonly<Record<string, unknown>> {
  const settings = node?.meta[META_NAME];
  const expect =
    typeof settings === 'object' && settings !== null && 'expect' in settings ? settings.expect : undefined;
  return typeof expect === 'object' && expect !== null ? { ...expect } : {};
}

/** Keys in one order: moving a line is no change. */
function asText(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}
