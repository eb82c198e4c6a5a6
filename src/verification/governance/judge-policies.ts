import { plural } from '../../figures.js';
import { displayName, parseRelationName } from '../../snowflake/identifiers.js';
import type { RelationName } from '../../snowflake/identifiers.js';
import { meansColumn } from '../keys.js';
import type { ModelSettings } from '../settings/model-settings.js';
import type { Finding, PolicyChange } from '../verdict.js';

/**
 * Findings on masking and row access policies and tags: one that is lost shows people what was hidden from them.
 * @param settings with the expectations that count in this deployment
 * @param isOutdated an expectation of lost policies stands since an earlier deployment
 */
export function judgePolicies(
  changes: readonly PolicyChange[],
  settings: Pick<ModelSettings, 'lostPolicies' | 'expect'>,
  isOutdated: boolean,
): readonly Finding[] {
  const lost = changes.filter(({ after }) => after === '');
  const expected = lost.filter((change) => isMeant(change.before, settings));
  const unexpected = lost.filter((change) => !expected.includes(change));
  const reason = settings.expect.lost_policies?.reason ?? '';
  return [
    ...some(expected, (list) => ({
      severity: 'info',
      text: `${counted(expected)} taken off: ${list}, as expected: ${reason}`,
      expected: reason,
    })),
    ...some(unexpected, (list) => ({
      severity: settings.lostPolicies === 'warn' ? 'warn' : 'fail',
      text:
        `${counted(unexpected)} lost: ${list}. ${consequence(unexpected)} ` +
        `A rebuilt relation has only what the model sets: set them in a post_hook.${isOutdated ? ` ${OUTDATED}` : ''}`,
    })),
    ...changes
      .filter(({ before, after }) => before !== '' && after !== '')
      .map((change): Finding => ({ severity: 'warn', text: `${place(change)}: ${replaced(change)}.` })),
    ...some(
      changes.filter(({ before }) => before === ''),
      (list) => ({ severity: 'info', text: `hidden now by a policy that production does not have: ${list}.` }),
    ),
  ];
}

const OUTDATED = 'expect.lost_policies stands since an earlier deployment and does not count any more.';

/**
 * A masking policy may mask for the deploying role as well: two different values with one mask would be taken for equal.
 * @param compared stored names of the columns whose values were compared
 * @param masked stored names of the columns that have a masking policy on either side
 */
export function noteMasked(compared: readonly string[], masked: ReadonlySet<string>): readonly Finding[] {
  const both = compared.filter((column) => masked.has(column));
  if (both.length === 0) return [];
  const have = both.length === 1 ? 'has a masking policy' : 'have masking policies';
  const text = `${both.join(', ')} ${have}: compared as this role sees the values, masked ones by their masks.`;
  return [{ severity: 'info', text }];
}

function some(changes: readonly PolicyChange[], finding: (list: string) => Finding): readonly Finding[] {
  if (changes.length === 0) return [];
  return [finding(changes.map((change) => `${place(change)} (${change.before || change.after})`).join(', '))];
}

/** The same name means two things where the policy stands in production's schema: there it is the release's own. */
function replaced({ before, after }: PolicyChange): string {
  if (before !== after) return `${before} -> ${after}`;
  return (
    `${after} stands in production's own schema, which is the former release after the swap and cannot be dropped as long ` +
    `as blue uses its policy. Set the one of blue's schema, or one that stands in neither`
  );
}

function place({ kind, column }: PolicyChange): string {
  return column === undefined ? kind : `${kind} of ${column}`;
}

/** What a relation has otherwise than production's: `lacks masking policy of EMAIL (RULES.PII)`. */
export function changeInWords(change: PolicyChange): string {
  return change.after === ''
    ? `lacks ${place(change)} (${change.before})`
    : `has another ${place(change)} than production (${change.after}, there ${change.before || 'none'})`;
}

function counted(changes: readonly PolicyChange[]): string {
  const tags = changes.filter(({ kind }) => kind === 'tag').length;
  const policies = changes.length - tags;
  return [
    ...(policies === 0 ? [] : [plural(policies, 'policy', 'policies')]),
    ...(tags === 0 ? [] : [plural(tags, 'tag')]),
  ].join(' and ');
}

/** A tag does not tell whether a policy hangs on it. */
function consequence(lost: readonly PolicyChange[]): string {
  return lost.every(({ kind }) => kind === 'tag')
    ? 'Whoever may read it would see what a policy hides by a tag.'
    : 'Whoever may read it would see what production hides.';
}

/** Whether the change that is deployed means to take this policy or tag off. @param settings with the expectations that count */
export function isExpectedLoss(policy: RelationName, settings: Pick<ModelSettings, 'expect'>): boolean {
  return isMeant(displayName(policy), settings);
}

function isMeant(before: string, { expect }: Pick<ModelSettings, 'expect'>): boolean {
  return expect.lost_policies?.policies.some((written) => means(written, before)) === true;
}

/** Projects name a policy or a tag by its name alone or in full, as `DATABASE.SCHEMA.NAME`. */
function means(written: string, before: string): boolean {
  const stored = parseRelationName(before.replace(/ (?:over \[|= ').*$/s, ''));
  if (stored === undefined) return false;
  const full = parseRelationName(written);
  return full === undefined ? meansColumn(written, stored.name) : displayName(full) === displayName(stored);
}
