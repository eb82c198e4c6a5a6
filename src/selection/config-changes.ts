/** Differences of configuration, hooks, contract and tags. */
import type { ManifestMacro, ManifestNode } from '../dbt/manifest.js';
import { COMPARED_ELSEWHERE, configEffect, type Reading } from './config-effects.js';
import { hookEffect, hooksOf } from './hooks.js';
import { runningJinja } from './jinja.js';
import type { Reason } from './plan.js';
import { shownValue, strongest } from './reasons.js';
import { materializationOf } from './treatment.js';
import { keysOf, sameValue } from './variables.js';

/** Both nodes are rendered by one dbt for one target, so resolved values are compared, not what stands in the files. */
export function configReasons(before: ManifestNode, after: ManifestNode, code: CodeOfNode): readonly Reason[] {
  const reading: Reading = {
    byItsCode: (key) => code.ofIts().some((text) => mentions(text, key, after.language)),
    anywhere: (key) => isReadSomewhere(key, after, code.macros),
  };
  return [
    ...keyReasons(before, after, reading),
    ...hookReasons(before, after, 'pre-hook'),
    ...hookReasons(before, after, 'post-hook'),
    ...contractReasons(before, after),
    ...columnReasons(before, after, code),
  ];
}

/** Code of the merged version, for the question whether it reads a node's configuration. */
export interface CodeOfNode {
  /** The node's own text and the project's macros that it reaches. */
  readonly ofIts: () => readonly string[];
  /** All macros, dbt's own included. */
  readonly macros: ReadonlyMap<string, ManifestMacro>;
}

/** `config.get('meta')`, `config.meta_get('days')`, `model.tags`; in a Python model `dbt.config.get("meta")`. */
function mentions(code: string, key: string, language: string): boolean {
  if (language !== 'sql') return new RegExp(`['"]${key}['"]|\\.${key}_(?:get|require)\\b`).test(code);
  return new RegExp(`\\b${key}(?:_get|_require)?\\b`).test(runningJinja(code));
}

/** Columns in YAML give no table its columns, but a macro may write SQL from them: `{% for column in model.columns %}`. */
function columnReasons(before: ManifestNode, after: ManifestNode, code: CodeOfNode): readonly Reason[] {
  if (JSON.stringify(Object.values(before.columns)) === JSON.stringify(Object.values(after.columns))) return [];
  const reads = /\bmodel\s*(?:\.\s*columns|\[\s*['"]columns|\.\s*get\s*\(\s*['"]columns)/;
  if (!code.ofIts().some((text) => reads.test(text))) return [];
  return [{ text: 'columns in YAML changed, which its code reads', effect: 'rebuild' }];
}

/** dbt 2.x writes `materialized` of seeds and snapshots only where a project configures some. */
function configOf(node: ManifestNode): Readonly<Record<string, unknown>> {
  return { ...node.config, materialized: materializationOf(node) };
}

function keyReasons(before: ManifestNode, after: ManifestNode, reading: Reading): readonly Reason[] {
  // Nearly all nodes of a large project are unchanged, and one dbt writes the keys of both in one order.
  if (JSON.stringify(before.config) === JSON.stringify(after.config)) return [];
  if (isVolatile(before) && before.rawCode === after.rawCode) return [];
  const [old, now] = [configOf(before), configOf(after)];
  return keysOf(old, now)
    .filter((key) => !COMPARED_ELSEWHERE.has(key) && !sameValue(old[key], now[key]))
    .map((key) => ({
      text: `config ${key} changed: ${shownValue(old[key])} to ${shownValue(now[key])}`,
      effect: configEffect(key, before, after, reading),
    }));
}

/** A configuration made from the clock differs at every parse: https://github.com/dbt-labs/dbt-core/issues/10968 */
function isVolatile(node: ManifestNode): boolean {
  return /\bconfig\s*\([^)]*(?:modules\s*\.\s*datetime|run_started_at|invocation_id)/s.test(node.rawCode);
}

/** A key that dbt does not know can only matter where the model or a macro mentions it. */
function isReadSomewhere(key: string, node: ManifestNode, macros: CodeOfNode['macros']): boolean {
  const mention = new RegExp(`\\b${key.replace(/[^\w]/g, '\\$&')}\\b`);
  const outsideConfig = node.rawCode.replace(/\{\{[-+]?\s*config\s*\(.*?\)\s*[-+]?\}\}/gs, '');
  if (mention.test(outsideConfig)) return true;
  return [...macros.values()].some((macro) => mention.test(macro.macroSql));
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

/** With an enforced contract, names and types written in YAML are those of the table. */
function contractReasons(before: ManifestNode, after: ManifestNode): readonly Reason[] {
  const [old, now] = [contractOf(before), contractOf(after)];
  if (!old.enforced && !now.enforced)
    return sameValue(old, now) ? [] : [{ text: 'contract changed', effect: 'metadata' }];
  if (old.enforced !== now.enforced) {
    return [{ text: `contract is ${now.enforced ? 'enforced now' : 'not enforced any more'}`, effect: 'rebuild' }];
  }
  const types = sameValue(old, now) && sameValue(contractColumns(before), contractColumns(after));
  const constraints = sameValue(constraintsOf(before), constraintsOf(after));
  return [
    ...(types ? [] : [{ text: 'contract changed', effect: 'rebuild' as const }]),
    ...(constraints
      ? []
      : [{ text: 'constraints changed: the table gets them when it is rebuilt', effect: 'metadata' as const }]),
  ];
}

/** By name: dbt 2.x writes no checksum of a contract. The order of columns in YAML gives no other data. */
function contractColumns(node: ManifestNode): Readonly<Record<string, unknown>> {
  const columns = Object.values(node.columns);
  return Object.fromEntries(
    columns.map(({ name, dataType, quoted }) => [name, { type: dataType?.toLowerCase(), quoted: quoted ?? false }]),
  );
}

function constraintsOf(node: ManifestNode): readonly unknown[] {
  return [...Object.values(node.columns).flatMap(({ constraints }) => constraints), ...node.constraints];
}

function contractOf(node: ManifestNode): { readonly enforced: boolean; readonly aliasTypes: boolean } {
  const contract = node.config['contract'];
  if (typeof contract !== 'object' || contract === null) return { enforced: false, aliasTypes: true };
  return {
    enforced: 'enforced' in contract && contract.enforced === true,
    aliasTypes: !('alias_types' in contract) || contract.alias_types !== false,
  };
}
