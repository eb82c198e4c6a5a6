/** Differences of configuration, hooks, contract and tags. */
import type { ManifestNode } from '../dbt/manifest.js';
import type { Comparison } from './comparison.js';
import { COMPARED_ELSEWHERE, configEffect } from './config-effects.js';
import { hookEffect, hooksOf } from './hooks.js';
import type { Effect, Reason } from './plan.js';
import { shownValue, strongest } from './reasons.js';
import { keysOf, sameValue } from './variables.js';

/** Both nodes are rendered by one dbt for one target, so resolved values are compared, not what stands in the files. */
export function configReasons(before: ManifestNode, after: ManifestNode, comparison: Comparison): readonly Reason[] {
  const isRead = (key: string): boolean => isReadSomewhere(key, after, comparison);
  return [
    ...keyReasons(before, after, isRead),
    ...hookReasons(before, after, 'pre-hook'),
    ...hookReasons(before, after, 'post-hook'),
    ...contractReasons(before, after),
  ];
}

function keyReasons(before: ManifestNode, after: ManifestNode, isRead: (key: string) => boolean): readonly Reason[] {
  // Nearly all nodes of a large project are unchanged, and one dbt writes the keys of both in one order.
  if (JSON.stringify(before.config) === JSON.stringify(after.config)) return [];
  if (isVolatile(before) && before.rawCode === after.rawCode) return [];
  return keysOf(before.config, after.config)
    .filter((key) => !COMPARED_ELSEWHERE.has(key) && !sameValue(before.config[key], after.config[key]))
    .map((key) => ({
      text: `config ${key} changed: ${shownValue(before.config[key])} to ${shownValue(after.config[key])}`,
      effect: configEffect(key, before, after, isRead),
    }));
}

/** A configuration made from the clock differs at every parse: https://github.com/dbt-labs/dbt-core/issues/10968 */
function isVolatile(node: ManifestNode): boolean {
  return /\bconfig\s*\([^)]*(?:modules\s*\.\s*datetime|run_started_at|invocation_id)/s.test(node.rawCode);
}

/** A key that dbt does not know can only matter where the model or a macro mentions it. */
function isReadSomewhere(key: string, node: ManifestNode, comparison: Comparison): boolean {
  const mention = new RegExp(`\\b${key.replace(/[^\w]/g, '\\$&')}\\b`);
  const outsideConfig = node.rawCode.replace(/\{\{[-+]?\s*config\s*\(.*?\)\s*[-+]?\}\}/gs, '');
  if (mention.test(outsideConfig)) return true;
  return [...comparison.production.macros.values()].some((macro) => mention.test(macro.macroSql));
}

function hookReasons(before: ManifestNode, after: ManifestNode, when: 'pre-hook' | 'post-hook'): readonly Reason[] {
  const [old, now] = [hooksOf(before, when), hooksOf(after, when)];
  if (sameValue(old, now)) return [];
  const differing = [...old.filter((sql) => !now.includes(sql)), ...now.filter((sql) => !old.includes(sql))];
  // The same hooks in another order: what they do together may differ.
  const texts = differing.length > 0 ? differing : now;
  return [{ text: `${when} changed: ${shownValue(texts.at(-1))}`, effect: strongest(texts.map(asReason)) }];
}

function asReason(sql: string): Reason {
  return { text: sql, effect: hookEffect(sql) };
}

/** With an enforced contract, the types written in YAML are the types of the table. */
function contractReasons(before: ManifestNode, after: ManifestNode): readonly Reason[] {
  const [old, now] = [contractOf(before), contractOf(after)];
  if (sameValue(old, now) && sameChecksum(before, after, now.enforced)) return [];
  const effect: Effect = old.enforced || now.enforced ? 'rebuild' : 'metadata';
  const how = old.enforced === now.enforced ? 'changed' : now.enforced ? 'is enforced now' : 'is not enforced any more';
  return [{ text: `contract ${how}`, effect }];
}

function sameChecksum(before: ManifestNode, after: ManifestNode, enforced: boolean): boolean {
  return !enforced || before.contractChecksum === after.contractChecksum;
}

function contractOf(node: ManifestNode): { readonly enforced: boolean; readonly aliasTypes: boolean } {
  const contract = node.config['contract'];
  if (typeof contract !== 'object' || contract === null) return { enforced: false, aliasTypes: true };
  return {
    enforced: 'enforced' in contract && contract.enforced === true,
    aliasTypes: !('alias_types' in contract) || contract.alias_types !== false,
  };
}
