/** The macros of a project, how names resolve to them, and which call which. */
import type { Manifest, ManifestMacro, ManifestNode } from '../dbt/manifest.js';
import { branchesOf, macroCalls } from './jinja.js';

/** Unique ids of macros a text calls, by the build that makes the call. */
export interface CalledMacros {
  readonly fullRefresh: ReadonlySet<string>;
  readonly incrementalOnly: ReadonlySet<string>;
}

export interface MacroIndex {
  readonly all: ReadonlyMap<string, ManifestMacro>;
  /** Macros a text calls, seen from a package. Names that are no macros (SQL functions, dbt's own objects) are left out. */
  callsIn(code: string, fromPackage: string): CalledMacros;
  /** Macros a macro calls: by its text, and by what dbt recorded. */
  callsOf(macro: ManifestMacro): CalledMacros;
  /** All macros of this name, in whatever package. */
  named(name: string): readonly string[];
  /** The macros dbt itself calls to build a node of this materialization. */
  materializationsNamed(materialized: string): readonly string[];
}

/** Packages that come with dbt; a project's macro of the same name wins over theirs. */
const SHIPPED = ['dbt_snowflake', 'dbt'];

export function isShipped(macro: ManifestMacro): boolean {
  return SHIPPED.includes(macro.packageName);
}

export function indexMacros(manifest: Manifest): MacroIndex {
  const byName = new Map<string, ManifestMacro[]>();
  for (const macro of manifest.macros.values()) {
    byName.set(macro.name, [...(byName.get(macro.name) ?? []), macro]);
  }
  const named = (name: string): readonly string[] => (byName.get(name) ?? []).map((macro) => macro.uniqueId);
  const idsIn = (code: string, from: string): ReadonlySet<string> =>
    new Set(
      macroCalls(code).flatMap((call) =>
        resolveCall(byName.get(call.name) ?? [], call.packageName, [from, manifest.projectName]),
      ),
    );
  const callsIn = (code: string, from: string): CalledMacros => {
    const branches = branchesOf(code);
    return { fullRefresh: idsIn(branches.fullRefresh, from), incrementalOnly: idsIn(branches.incrementalOnly, from) };
  };
  const known = new Map<string, CalledMacros>();
  return {
    all: manifest.macros,
    callsIn,
    callsOf: (macro) => {
      const calls =
        known.get(macro.uniqueId) ?? withRecorded(callsIn(macro.macroSql, macro.packageName), macro.dependsOnMacros);
      known.set(macro.uniqueId, calls);
      return calls;
    },
    named,
    materializationsNamed: (materialized) =>
      ['snowflake', 'default'].flatMap((adapter) => named(`materialization_${materialized}_${adapter}`)),
  };
}

/**
 * dbt looks in the package of the node that is rendered, in the root project, then in what dbt ships, whose macros a
 * project overrides by giving its own the same name. In a package's macro the root's macro may be meant as well.
 * A qualified name means that package; `*` stands for dispatch, which may choose any.
 * https://docs.getdbt.com/reference/dbt-jinja-functions/dispatch
 */
function resolveCall(
  candidates: readonly ManifestMacro[],
  packageName: string | undefined,
  nearby: readonly string[],
): readonly string[] {
  const inPackages = (packages: readonly string[]): readonly string[] =>
    candidates.filter((macro) => packages.includes(macro.packageName)).map((macro) => macro.uniqueId);
  if (packageName === '*') return candidates.map((macro) => macro.uniqueId);
  if (packageName !== undefined) return inPackages([packageName]);
  const own = inPackages(nearby.filter((name) => !SHIPPED.includes(name)));
  return own.length > 0 ? own : inPackages(SHIPPED);
}

/** What dbt recorded and the text does not show (a computed name) counts as called by every build. */
export function withRecorded(calls: CalledMacros, recorded: readonly string[]): CalledMacros {
  const more = recorded.filter((id) => !calls.incrementalOnly.has(id));
  return { fullRefresh: new Set([...calls.fullRefresh, ...more]), incrementalOnly: calls.incrementalOnly };
}

/**
 * The macros that add rows to an incremental model. dbt looks them up by the strategy's name, so no text calls them.
 * https://docs.getdbt.com/docs/build/incremental-strategy#custom-strategies
 */
export function strategyMacros(index: MacroIndex, node: ManifestNode): readonly string[] {
  if (node.materialized !== 'incremental') return [];
  const strategy = node.config['incremental_strategy'];
  const names = typeof strategy === 'string' ? [strategy.replaceAll('+', '_')] : ['default', 'merge'];
  return names.flatMap((name) => index.named(`get_incremental_${name}_sql`));
}

/** Macros that decide where relations are: they send no statement, and what they decide shows in the relations. */
export function namesRelations(macroName: string): boolean {
  return /^(?:\w+__)?generate_(?:schema|database|alias)_name/.test(macroName);
}

/** Macros of the project that dbt calls in place of one that it ships, under its name or through dispatch. */
export function overrides(index: MacroIndex): readonly string[] {
  const macros = [...index.all.values()];
  const shipped = new Set(macros.filter(isShipped).map(({ name }) => name));
  return macros
    .filter((macro) => !isShipped(macro) && !namesRelations(macro.name))
    .filter(({ name }) => shipped.has(name.replace(/^(?:snowflake|default)__/, '')))
    .map(({ uniqueId }) => uniqueId);
}
