/** Which macros a node calls, by where the call stands, and all the code that makes its rows. */
import type { ManifestMacro, ManifestNode } from '../dbt/manifest.js';
import { withoutConfig } from './code-text.js';
import { allHooksOf } from './hooks.js';
import { isShipped, type CalledMacros, type MacroIndex } from './macros.js';

/** Unique ids of macros. */
export interface NodeCalls extends CalledMacros {
  readonly inHooks: ReadonlySet<string>;
  /** Called in `config()` alone: what they return shows in the resolved configuration. */
  readonly inConfig: ReadonlySet<string>;
}

export function callsOfNode(index: MacroIndex, node: ManifestNode): NodeCalls {
  const inHooks = new Set(
    allHooksOf(node)
      .map((sql) => index.callsIn(sql, node.packageName))
      .flatMap((calls) => [...calls.fullRefresh]),
  );
  const inBody = index.callsIn(withoutConfig(node.rawCode), node.packageName);
  // Hooks are Jinja in strings of config(), so a text with its config() seems to call their macros, too.
  const anywhere = index.callsIn(node.rawCode, node.packageName);
  const inConfig = new Set(
    [...anywhere.fullRefresh].filter(
      (id) => !inBody.fullRefresh.has(id) && !inBody.incrementalOnly.has(id) && !inHooks.has(id),
    ),
  );
  return { ...withRecorded(index, node, inBody, new Set([...inHooks, ...inConfig])), inHooks, inConfig };
}

/**
 * What dbt recorded and the text does not show (a computed name) counts as called by every build. dbt records macros of
 * hooks, of config() and of the body in one list; dbt 2.x also lists what these call in turn while the project is parsed.
 */
function withRecorded(
  index: MacroIndex,
  node: ManifestNode,
  inBody: CalledMacros,
  elsewhere: ReadonlySet<string>,
): CalledMacros {
  const recorded = node.dependsOnMacros.filter((id) => !elsewhere.has(id) && !inBody.incrementalOnly.has(id));
  const unexplained = recorded.filter((id) => !inBody.fullRefresh.has(id));
  if (unexplained.length === 0) return inBody;
  const called = new Set(node.dependsOnMacros);
  const met = reachedBy(index, [
    ...inBody.fullRefresh,
    ...[...inBody.incrementalOnly, ...elsewhere].filter((id) => called.has(id)),
  ]);
  return {
    fullRefresh: new Set([...inBody.fullRefresh, ...unexplained.filter((id) => !met.has(id))]),
    incrementalOnly: inBody.incrementalOnly,
  };
}

/** The macros and all that they call in a full refresh. */
function reachedBy(index: MacroIndex, roots: readonly string[]): ReadonlySet<string> {
  const seen = new Set(roots);
  for (const id of seen) {
    const macro = index.all.get(id);
    if (macro !== undefined) index.callsOf(macro).fullRefresh.forEach((called) => seen.add(called));
  }
  return seen;
}

/** Those and the macros of the project that they call; what comes with dbt is followed and left out. */
export function macrosReached(index: MacroIndex, roots: readonly string[]): readonly ManifestMacro[] {
  return [...reachedBy(index, roots)].flatMap((id) => index.all.get(id) ?? []).filter((macro) => !isShipped(macro));
}

/** The node's own text without `config()`, and the project's macros that it reaches: code that can read its configuration. */
export function codeThatBuilds(index: MacroIndex, node: ManifestNode): readonly string[] {
  const calls = callsOfNode(index, node);
  const macros = macrosReached(index, [...calls.fullRefresh, ...calls.incrementalOnly]);
  return [withoutConfig(node.rawCode), ...macros.map(({ macroSql }) => macroSql)];
}
