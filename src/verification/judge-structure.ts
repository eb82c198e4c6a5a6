import { plural } from '../figures.js';
import type { Finding, RelationChange, SchemaDifference } from './verdict.js';

/** Findings on columns that are there on both sides and are described otherwise; no table is read for them. */
export function judgeColumns(schema: SchemaDifference): readonly Finding[] {
  const { recollated, nullability, comments, reordered } = schema;
  const loosened = nullability.filter((text) => text.endsWith('-> nullable'));
  const tightened = nullability.filter((text) => !loosened.includes(text));
  return [
    ...some(
      recollated,
      'warn',
      (list) => `collation changed: ${list}. Comparisons and sort order come out differently.`,
    ),
    ...some(loosened, 'warn', (list) => `NOT NULL is gone: ${list}.`),
    ...some(tightened, 'info', (list) => `NULLs are refused now: ${list}.`),
    ...some(comments, 'info', (list) => `${plural(comments.length, 'column comment')} changed: ${list}.`),
    ...(reordered
      ? [{ severity: 'info', text: 'columns stand in another order; who reads by position will notice.' } as const]
      : []),
  ];
}

function some(
  names: readonly string[],
  severity: Finding['severity'],
  text: (list: string) => string,
): readonly Finding[] {
  return names.length === 0 ? [] : [{ severity, text: text(names.join(', ')) }];
}

/** Findings on the relation as a whole: what a full refresh makes anew comes with what the code says, and nothing else. */
export function judgeProperties(changes: readonly RelationChange[]): readonly Finding[] {
  return changes.map(judgeProperty);
}

function judgeProperty({ property, before, after }: RelationChange): Finding {
  const change = `${before || 'none'} -> ${after || 'none'}`;
  switch (property) {
    case 'secure':
      return after === ''
        ? { severity: 'fail', text: 'the view is not secure any more: whoever may read it can see its definition.' }
        : { severity: 'info', text: 'the view is secure now.' };
    case 'owner':
      return {
        severity: 'warn',
        text: `owner: ${change}. What the former owner does to it by right of ownership, a schedule for example, will be refused.`,
      };
    case 'clustering':
      return { severity: before === '' ? 'info' : 'warn', text: `clustering key: ${change}.` };
    case 'retention':
      return { severity: Number(after) < Number(before) ? 'warn' : 'info', text: `days of Time Travel: ${change}.` };
    case 'kind':
      return before === 'table' && after === 'transient table'
        ? { severity: 'warn', text: 'it is transient now: no Fail-safe, and at most one day of Time Travel.' }
        : { severity: 'info', text: `it is a ${after} now, not a ${before}.` };
    case 'comment':
      return {
        severity: 'info',
        text: before === '' ? 'it has a comment now.' : after === '' ? 'its comment is gone.' : 'its comment changed.',
      };
  }
}
