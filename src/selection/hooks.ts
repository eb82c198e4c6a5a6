/** Hooks of a node: SQL that dbt runs before and after it. https://docs.getdbt.com/reference/resource-configs/pre-hook-post-hook */
import type { ManifestNode } from '../dbt/manifest.js';
import { withoutComments } from './code-text.js';
import type { Effect } from './plan.js';

/** Statements that change no row: by their first words, after which nothing but options can follow. */
const HARMLESS =
  /^\s*(?:grant|revoke|comment|use|show|describe|desc|alter\s+(?:session|warehouse|query|(?:table|view|schema|dynamic\s+table)\s+(?:if\s+exists\s+)?\S+\s+(?:set\s+(?:tag|comment|data_retention)|unset|cluster\s+by|(?:suspend|resume)\s+recluster|(?:add|drop)\s+search\s+optimization|(?:add|drop)\s+row\s+access)))\b/i;

/** The SQL texts of a node's hooks, in the order dbt runs them, Jinja unrendered. */
export function hooksOf(node: ManifestNode, when: 'pre-hook' | 'post-hook'): readonly string[] {
  const hooks = node.config[when];
  if (!Array.isArray(hooks)) return [];
  return hooks.map(hookSql).filter((sql) => sql !== '');
}

export function allHooksOf(node: ManifestNode): readonly string[] {
  return [...hooksOf(node, 'pre-hook'), ...hooksOf(node, 'post-hook')];
}

function hookSql(hook: unknown): string {
  if (typeof hook === 'string') return hook;
  if (typeof hook === 'object' && hook !== null && 'sql' in hook && typeof hook.sql === 'string') return hook.sql;
  return '';
}

/** What adding, removing or changing this hook (or a macro it calls) does: anything but a known harmless statement may touch rows. */
export function hookEffect(sql: string): Effect {
  // What Jinja stands for is unknown where a statement begins, and known not to matter inside one.
  const body = withoutComments(sql).replace(/\{%[-+]?\s*(?:end)?macro\b[^%]*%\}/g, ' ');
  const statements = body.split(';').filter((statement) => statement.trim() !== '');
  return statements.every((statement) => HARMLESS.test(statement.replace(/\{\{.*?\}\}/gs, 'x')))
    ? 'metadata'
    : 'rebuild';
}
