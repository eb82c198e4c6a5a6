/** `vars:` of dbt_project.yml: dbt's manifest does not hold them, so no comparison of manifests sees them change. */
import { branchesOf, variablesRead } from './jinja.js';
import type { Effect } from './plan.js';

/** The resolved `vars:` of one version of the project, with `--vars` over them: global values, and mappings by package name. */
export type Variables = Readonly<Record<string, unknown>>;

/** Names of variables whose value differs. A change in one package's section counts for every package. */
export function changedVariables(live: Variables, head: Variables, packages: ReadonlySet<string>): ReadonlySet<string> {
  const changed = new Set<string>();
  for (const key of keysOf(live, head)) {
    const before = live[key];
    const after = head[key];
    if (sameValue(before, after)) continue;
    if (!packages.has(key)) changed.add(key);
    else for (const inner of innerChanges(before, after)) changed.add(inner);
  }
  return changed;
}

function innerChanges(before: unknown, after: unknown): readonly string[] {
  const [live, head] = [mappingOf(before), mappingOf(after)];
  return keysOf(live, head).filter((key) => !sameValue(live[key], head[key]));
}

function mappingOf(value: unknown): Variables {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** Keys of both, each once, in a fixed order. */
export function keysOf(a: object, b: object): readonly string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
}

/** Equality of values as JSON has them; the order of keys does not matter, an absent value equals null. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (a === undefined || a === null || b === undefined || b === null) return (a ?? null) === (b ?? null);
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((value, at) => sameValue(value, b[at]));
  }
  if (typeof a !== 'object' || typeof b !== 'object' || Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [mappingOf(a), mappingOf(b)];
  return keysOf(left, right).every((key) => sameValue(left[key], right[key]));
}

/** Changed variables that a text reads, with what that does; a name computed at run time may be any of them. */
export function changedVariablesIn(code: string, changed: ReadonlySet<string>): ReadonlyMap<string, Effect> {
  const found = new Map<string, Effect>();
  if (changed.size === 0) return found;
  const branches = branchesOf(code);
  for (const [text, effect] of [
    [branches.incrementalOnly, 'future loads'],
    [branches.fullRefresh, 'rebuild'],
  ] as const) {
    const read = variablesRead(text);
    for (const name of changed) if (read.computed || read.names.has(name)) found.set(name, effect);
  }
  return found;
}
