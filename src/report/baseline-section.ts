import { plural } from '../figures.js';
import type { BaselineOrigin } from '../verification/verdict.js';
import { code, prose } from './markdown.js';

const MOST_TABLES = 10;

/** Of which tables the baseline is not the clone that was made with blue; undefined when it is of all. */
export function baselineSection(baseline: BaselineOrigin): string | undefined {
  if (baseline.kind === 'clone') return undefined;
  const { at, tables } = baseline;
  const shown = tables.slice(0, MOST_TABLES).map(code).join(', ');
  const rest = tables.length - MOST_TABLES;
  return (
    `**Baseline:** of ${shown}${rest > 0 ? ` and ${rest} more` : ''} the clone made with blue was gone. Compared instead: production ` +
    `as Time Travel has it of ${prose(at)}, just before the clone.`
  );
}

/** The same in a few words. */
export function baselineNote(baseline: BaselineOrigin): string {
  if (baseline.kind === 'clone') return `baseline: clone of ${prose(baseline.at)}`;
  return `baseline: clones, and ${plural(baseline.tables.length, 'table')} by Time Travel of ${prose(baseline.at)}`;
}
