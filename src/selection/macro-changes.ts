/**
 * Macros that changed, and the nodes that feel it. dbt follows only the calls it met while parsing; here the text of
 * both versions is followed too, and the macros that dbt itself calls to build a materialization.
 */
import type { ManifestMacro, ManifestNode } from '../dbt/manifest.js';
import { compareCode } from './code-text.js';
import { hookEffect } from './hooks.js';
import { redirectedBy, type ChangedOrders } from './dispatch.js';
import { callsOfNode, macrosReached } from './macro-calls.js';
import { isShipped, namesRelations, strategyMacros, type MacroIndex } from './macros.js';
import type { Effect, Reason } from './plan.js';
import { distinctReasons, weaker } from './reasons.js';
import { accumulates, materializationOf } from './treatment.js';
import { changedVariablesIn } from './variables.js';

/** One thing that happened to a macro. */
interface MacroChange {
  readonly uniqueId: string;
  readonly name: string;
  readonly text: string;
  readonly effect: Effect;
  /** What it does when a hook calls it: hooks mostly grant or tag, which touches no row. */
  readonly effectInHook: Effect;
}

/** By unique id of a macro: the changes that are reached through it. */
type Reach = ReadonlyMap<string, readonly MacroChange[]>;

export interface MacroComparison {
  /** Reasons that macros give for one node; both versions of the node are followed. */
  reasonsFor(before: ManifestNode, after: ManifestNode): readonly Reason[];
}

/** What differs outside the macros' own texts. */
export interface ChangedSettings {
  /** Names of variables whose value differs; a macro that reads one counts as changed. */
  readonly variables: ReadonlySet<string>;
  /** A macro whose dispatch finds another macro because of them counts as changed. */
  readonly dispatch: ChangedOrders;
}

export function compareMacros(live: MacroIndex, head: MacroIndex, settings: ChangedSettings): MacroComparison {
  const changes = changesOf(live, head, settings);
  if (changes.length === 0) return { reasonsFor: () => [] };
  const fullRefresh = reachOf(changes, callersIn([live, head], false));
  const any = reachOf(changes, callersIn([live, head], true));
  return {
    reasonsFor: (before, after) =>
      distinctReasons(
        (
          [
            [live, before],
            [head, after],
          ] as const
        ).flatMap(([index, node]) => [
          ...calledReasons(index, node, fullRefresh, any),
          ...materializationReasons(index, node, any),
        ]),
      ),
  };
}

function changesOf(live: MacroIndex, head: MacroIndex, settings: ChangedSettings): readonly MacroChange[] {
  const ids = new Set([...live.all.keys(), ...head.all.keys()]);
  return [...ids].flatMap((id) => changesOfOne(id, live, head, settings));
}

function changesOfOne(
  uniqueId: string,
  live: MacroIndex,
  head: MacroIndex,
  { variables, dispatch }: ChangedSettings,
): readonly MacroChange[] {
  const [before, after] = [live.all.get(uniqueId), head.all.get(uniqueId)];
  const macro = after ?? before;
  if (macro === undefined) return [];
  const change = (text: string, effect: Effect): MacroChange => ({
    uniqueId: macro.uniqueId,
    name: macro.name,
    text,
    effect,
    effectInHook: weaker(effect, strongestInHook([before, after])),
  });
  if (before === undefined) return [change(`macro ${macro.name} is new`, 'rebuild')];
  if (after === undefined) return [change(`macro ${macro.name} is gone`, 'rebuild')];
  const difference = compareCode(before.macroSql, after.macroSql);
  const found = difference === undefined ? [] : [change(`macro ${macro.name} ${difference.how}`, difference.effect)];
  const redirected = redirectedBy(after.macroSql, dispatch, live, head);
  found.push(
    ...redirected.map((name) => change(`dispatch order of ${name} changed, used by macro ${macro.name}`, 'rebuild')),
  );
  if (variables.size === 0 || isShipped(macro)) return found;
  const read = [...changedVariablesIn(after.macroSql, variables)];
  return [
    ...found,
    ...read.map(([name, effect]) => change(`variable ${name} changed, read by macro ${macro.name}`, effect)),
  ];
}

/** Parsing is no execution: https://docs.getdbt.com/reference/dbt-jinja-functions/execute */
function answersOtherwiseLater({ macroSql }: ManifestMacro): boolean {
  return /\b(?:execute|run_query|statement|adapter|is_incremental)\b/.test(macroSql);
}

function strongestInHook(versions: readonly (ManifestMacro | undefined)[]): Effect {
  const harmless = versions.every((macro) => macro === undefined || hookEffect(macro.macroSql) === 'metadata');
  return harmless ? 'metadata' : 'rebuild';
}

/** By unique id of a macro: the macros that call it, in either version of the project. */
function callersIn(indexes: readonly MacroIndex[], incrementalToo: boolean): ReadonlyMap<string, ReadonlySet<string>> {
  const callers = new Map<string, Set<string>>();
  for (const index of indexes) {
    for (const macro of index.all.values()) {
      const calls = index.callsOf(macro);
      for (const called of [...calls.fullRefresh, ...(incrementalToo ? calls.incrementalOnly : [])]) {
        const known = callers.get(called);
        if (known === undefined) callers.set(called, new Set([macro.uniqueId]));
        else known.add(macro.uniqueId);
      }
    }
  }
  return callers;
}

function reachOf(changes: readonly MacroChange[], callers: ReadonlyMap<string, ReadonlySet<string>>): Reach {
  const reach = new Map<string, MacroChange[]>();
  for (const change of changes) {
    const seen = new Set([change.uniqueId]);
    for (const id of seen) {
      const known = reach.get(id);
      if (known === undefined) reach.set(id, [change]);
      else known.push(change);
      for (const caller of callers.get(id) ?? []) seen.add(caller);
    }
  }
  return reach;
}

function calledReasons(index: MacroIndex, node: ManifestNode, fullRefresh: Reach, any: Reach): readonly Reason[] {
  const calls = callsOfNode(index, node);
  const reasons: Reason[] = [];
  const add = (root: string, reach: Reach, how: string, effect: (change: MacroChange) => Effect): void => {
    for (const change of reach.get(root) ?? []) {
      const through = change.uniqueId === root ? '' : `, called by macro ${nameOf(index, root)}`;
      reasons.push({ text: `${change.text}${through}${how}`, effect: effect(change) });
    }
  };
  for (const root of calls.fullRefresh) {
    add(root, fullRefresh, '', (change) => change.effect);
    add(root, any, '', (change) => weaker(change.effect, 'future loads'));
  }
  for (const root of calls.incrementalOnly) {
    add(root, any, '', (change) => (decidesBranches(change) ? change.effect : weaker(change.effect, 'future loads')));
  }
  for (const root of calls.inHooks) add(root, any, ', in a hook', (change) => change.effectInHook);
  for (const root of calls.inConfig) {
    // What it returned while parsing is compared with the configuration.
    const later = macrosReached(index, [root]).some(answersOtherwiseLater);
    add(root, fullRefresh, ', in config()', (change) => (later ? change.effect : 'metadata'));
  }
  return reasons;
}

/** An override may answer otherwise in a full refresh, too, so nothing is known of the branches that hang on it. */
function decidesBranches({ name }: MacroChange): boolean {
  return name === 'is_incremental';
}

/** dbt's macros that only an incremental load calls, and one that only decides what kind of load it is. */
const LOADING =
  /^(?:\w+__)?(?:get_(?:incremental|merge|delete_insert|insert_overwrite|insert_into)\w*|\w*(?:process|check_for)_schema_changes|sync_column_schemas|incremental_validate\w*|should_full_refresh|dbt_snowflake_(?:get|validate)\w*)$/;
const DESCRIBING = /grant|persist_docs|comment|query_tag|warehouse|docs/;

function materializationReasons(index: MacroIndex, node: ManifestNode, any: Reach): readonly Reason[] {
  const materialized = materializationOf(node);
  const keepsRows = accumulates(node) || node.resourceType === 'snapshot';
  const building = index
    .materializationsNamed(materialized)
    .flatMap((root) => any.get(root) ?? [])
    .filter((change) => keepsRows || !LOADING.test(change.name))
    .map((change) => ({ change, effect: implicitEffect(change.name, node) }));
  const loading = strategyMacros(index, node)
    .flatMap((root) => any.get(root) ?? [])
    .map((change) => ({ change, effect: effectOfLoading(node) }));
  return [...building, ...loading]
    .filter(({ change }) => !namesRelations(change.name))
    .map(({ change, effect }) => ({
      text: `${change.text}, used by the materialization ${materialized}`,
      effect: weaker(change.effect, effect),
    }));
}

function implicitEffect(macroName: string, node: ManifestNode): Effect {
  if (DESCRIBING.test(macroName)) return 'metadata';
  return LOADING.test(macroName) || node.resourceType === 'snapshot' ? 'future loads' : 'rebuild';
}

/** A microbatch model is loaded batch by batch even when it is built from nothing. */
function effectOfLoading(node: ManifestNode): Effect {
  return node.config['incremental_strategy'] === 'microbatch' ? 'rebuild' : 'future loads';
}

function nameOf(index: MacroIndex, uniqueId: string): string {
  return index.all.get(uniqueId)?.name ?? uniqueId.split('.').at(-1) ?? uniqueId;
}
