/** What changed in each node between the live and the merged code, with a reason and an effect for every difference. */
import type { Manifest, ManifestNode } from '../dbt/manifest.js';
import { compareCode, withoutConfig } from './code-text.js';
import type { Comparison } from './comparison.js';
import { configReasons } from './config-changes.js';
import { plannedNodes, type Counterparts } from './counterparts.js';
import { changedOrders } from './dispatch.js';
import { allHooksOf, hookEffect } from './hooks.js';
import { codeThatBuilds } from './macro-calls.js';
import { compareMacros, type MacroComparison } from './macro-changes.js';
import { indexMacros, type MacroIndex } from './macros.js';
import type { Reason } from './plan.js';
import { distinctReasons } from './reasons.js';
import { relationReasons } from './relation-changes.js';
import { accumulates } from './treatment.js';
import { changedVariables, changedVariablesIn } from './variables.js';

/** What the comparison of single nodes shares. */
interface Context {
  readonly comparison: Comparison;
  readonly counterparts: Counterparts;
  readonly macros: MacroComparison;
  /** Of the merged version. */
  readonly headMacros: MacroIndex;
  readonly variables: ReadonlySet<string>;
  readonly changedFiles: ReadonlySet<string>;
}

/** By unique id of a merged node: its reasons, strongest first. Nodes that did not change are left out. */
export type Changes = ReadonlyMap<string, readonly Reason[]>;

export function findChanges(comparison: Comparison, counterparts: Counterparts): Changes {
  const { live, production } = comparison;
  const values = comparison.variables ?? { live: {}, head: {} };
  const variables = changedVariables(values.live, values.head, packagesOf([live, production]));
  const orders = comparison.dispatch ?? { live: {}, head: {} };
  const dispatch = changedOrders(orders.live, orders.head, production.projectName);
  const headMacros = indexMacros(production);
  const context: Context = {
    comparison,
    counterparts,
    variables,
    headMacros,
    macros: compareMacros(indexMacros(live), headMacros, { variables, dispatch }),
    changedFiles: new Set(comparison.changedFiles),
  };
  const changes = new Map<string, readonly Reason[]>();
  for (const node of plannedNodes(production)) {
    const reasons = reasonsFor(context, counterparts.before.get(node.uniqueId), node);
    if (reasons.length > 0) changes.set(node.uniqueId, reasons);
  }
  return changes;
}

/** Names that have a section of their own in `vars:`. */
function packagesOf(manifests: readonly Manifest[]): ReadonlySet<string> {
  const names = manifests.flatMap((manifest) => [
    manifest.projectName,
    ...[...manifest.nodes.values()].map((node) => node.packageName),
    ...[...manifest.macros.values()].map((macro) => macro.packageName),
  ]);
  return new Set(names);
}

function reasonsFor(context: Context, before: ManifestNode | undefined, after: ManifestNode): readonly Reason[] {
  if (before === undefined) return [{ text: `new ${after.resourceType}`, effect: 'rebuild' }];
  if (before.resourceType !== after.resourceType) {
    return [{ text: `${before.resourceType} became a ${after.resourceType}`, effect: 'rebuild' }];
  }
  const reasons = [
    ...bodyReasons(context, before, after),
    ...configReasons(before, after, {
      ofIts: () => codeThatBuilds(context.headMacros, after),
      macros: context.headMacros.all,
    }),
    ...relationReasons(before, after, context.comparison, context.counterparts),
    ...variableReasons(after, context.variables),
    ...context.macros.reasonsFor(before, after),
  ];
  // Only a model that keeps its rows has loads that can differ from a full refresh.
  const lasting = accumulates(after) || after.resourceType === 'snapshot';
  return distinctReasons(
    reasons.map((reason) =>
      reason.effect === 'future loads' && !lasting ? { ...reason, effect: 'metadata' } : reason,
    ),
  );
}

function bodyReasons(context: Context, before: ManifestNode, after: ManifestNode): readonly Reason[] {
  if (after.resourceType === 'seed') return seedReasons(context, before, after);
  const language = before.language === after.language ? after.language : 'mixed';
  const difference = compareCode(before.rawCode, after.rawCode, language);
  return difference === undefined ? [] : [{ text: `body ${difference.how}`, effect: difference.effect }];
}

const SHA256 = /^[0-9a-f]{64}$/i;

/**
 * dbt hashes the path of a seed over 1 MiB instead of its content, so git's word counts for those.
 * https://docs.getdbt.com/reference/node-selection/state-comparison-caveats
 */
function seedReasons(context: Context, before: ManifestNode, after: ManifestNode): readonly Reason[] {
  const hashed = SHA256.test(before.checksum) && SHA256.test(after.checksum);
  const changed = hashed ? before.checksum !== after.checksum : isChangedFile(context, after);
  return changed ? [{ text: 'seed content changed', effect: 'rebuild' }] : [];
}

/** A package's files lie in a folder of their own, whose name the manifest does not tell. */
function isChangedFile(context: Context, node: ManifestNode): boolean {
  const path = node.originalFilePath.replaceAll('\\', '/');
  if (context.changedFiles.has(path)) return true;
  if (node.packageName === context.comparison.production.projectName) return false;
  return context.comparison.changedFiles.some((file) => file.endsWith(`/${path}`));
}

/** Macros that read a variable are followed with the macros; in config() it shows in the resolved configuration. */
function variableReasons(node: ManifestNode, variables: ReadonlySet<string>): readonly Reason[] {
  const inBody = [...changedVariablesIn(withoutConfig(node.rawCode), variables)];
  const inHooks = allHooksOf(node).flatMap((sql) =>
    [...changedVariablesIn(sql, variables).keys()].map((name) => ({ name, effect: hookEffect(sql) })),
  );
  return [
    ...inBody.map(([name, effect]) => ({ text: `variable ${name} changed`, effect })),
    ...inHooks.map(({ name, effect }) => ({ text: `variable ${name} changed, in a hook`, effect })),
  ];
}
