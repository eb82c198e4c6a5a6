/** Every text of the project that can send a statement while the given nodes are built and tested. */
import type { Manifest, ManifestMacro, ManifestNode } from '../dbt/manifest.js';
import { hooksOf } from './hooks.js';
import { indexMacros, isShipped, overrides, strategyMacros, withRecorded, type MacroIndex } from './macros.js';
import type { ViolationKind } from './violation.js';
import { materializationOf } from './treatment.js';

export interface RunningText {
  readonly uniqueId: string;
  readonly name: string;
  /** For people: `macro grant_all`, `post-hook of orders`. */
  readonly what: string;
  readonly file: string;
  /** True when the text is the whole file, so that its lines are the file's lines. */
  readonly wholeFile: boolean;
  readonly code: string;
  readonly kind: Extract<ViolationKind, `production name in ${string}`>;
}

/**
 * Hooks of the nodes, `on-run-start` and `on-run-end` of all packages (dbt runs them with every command), the macros
 * that any of these reach, and models whose Jinja sends statements by itself.
 */
export function textsThatRun(manifest: Manifest, running: readonly ManifestNode[]): readonly RunningText[] {
  const index = indexMacros(manifest);
  const operations = [...manifest.nodes.values()].filter((node) => node.resourceType === 'operation');
  const hooks = [...operations.map(projectHook), ...running.flatMap(nodeHooks)];
  const roots = [
    // dbt's Python code calls many macros by name (to list, create, rename), so any override may run.
    ...overrides(index),
    ...running.flatMap((node) => [
      ...macrosOf(index, node),
      ...index.materializationsNamed(materializationOf(node)),
      ...strategyMacros(index, node),
    ]),
    ...operations.flatMap((node) => macrosOf(index, node)),
    ...running.flatMap((node) => nodeHooks(node).flatMap((hook) => called(index, hook.code, node.packageName))),
  ];
  return [...hooks, ...reached(index, roots).map(macroText), ...running.filter(sendsStatements).map(modelText)];
}

function called(index: MacroIndex, code: string, packageName: string): readonly string[] {
  const calls = index.callsIn(code, packageName);
  return [...calls.fullRefresh, ...calls.incrementalOnly];
}

function macrosOf(index: MacroIndex, node: ManifestNode): readonly string[] {
  const calls = withRecorded(index.callsIn(node.rawCode, node.packageName), node.dependsOnMacros);
  return [...calls.fullRefresh, ...calls.incrementalOnly];
}

/** Macros that come with dbt are followed, for they call overrides, but hold no name of a project's schema. */
function reached(index: MacroIndex, roots: readonly string[]): readonly ManifestMacro[] {
  const seen = new Set(roots);
  for (const id of seen) {
    const macro = index.all.get(id);
    if (macro === undefined) continue;
    const calls = index.callsOf(macro);
    for (const next of [...calls.fullRefresh, ...calls.incrementalOnly]) seen.add(next);
  }
  return [...seen].flatMap((id) => index.all.get(id) ?? []).filter((macro) => !isShipped(macro));
}

function macroText(macro: ManifestMacro): RunningText {
  return {
    uniqueId: macro.uniqueId,
    name: macro.name,
    what: `macro ${macro.name}`,
    file: macro.originalFilePath,
    wholeFile: false,
    code: macro.macroSql,
    kind: 'production name in a macro',
  };
}

function projectHook(node: ManifestNode): RunningText {
  return {
    uniqueId: node.uniqueId,
    name: node.name,
    what: `project hook ${node.name}`,
    file: node.originalFilePath.replace(/^\.\//, ''),
    wholeFile: false,
    code: node.rawCode,
    kind: 'production name in a hook',
  };
}

function nodeHooks(node: ManifestNode): readonly RunningText[] {
  return (['pre-hook', 'post-hook'] as const).flatMap((when) =>
    hooksOf(node, when).map((code) => ({
      uniqueId: node.uniqueId,
      name: node.name,
      what: `${when} of ${node.name}`,
      file: node.originalFilePath,
      wholeFile: false,
      code,
      kind: 'production name in a hook' as const,
    })),
  );
}

/** dbt's ways to send a statement from Jinja: https://docs.getdbt.com/reference/dbt-jinja-functions/run_query */
const SENDS =
  /\b(?:run_query|statement|adapter\s*\.\s*(?:execute|drop_|create_|rename_|truncate_)\w*|session\s*\.\s*sql)\s*\(/;

function sendsStatements(node: ManifestNode): boolean {
  return SENDS.test(node.rawCode);
}

function modelText(node: ManifestNode): RunningText {
  return {
    uniqueId: node.uniqueId,
    name: node.name,
    what: `${node.resourceType} ${node.name}`,
    file: node.originalFilePath,
    wholeFile: true,
    code: node.rawCode,
    kind: 'production name in a model that runs statements',
  };
}
