import { plural } from '../figures.js';
import { exceeds, limitText, limited } from './limits.js';
import type { Circumstances } from './circumstances.js';
import { overLimits } from './settings/model-settings.js';
import type { Limits } from './settings/model-settings.js';
import type { ExpectationName } from './settings/schema.js';
import type { Comparison, ExcusedRows, Finding } from './verdict.js';

const ANY = { rows: 0 } as const;

/** Ids of the baseline that blue lacks: those that may be gone, each kind by itself, then the rest. */
export function judgeMissing(comparison: Comparison, circumstances: Circumstances): readonly (Finding | undefined)[] {
  const spared = comparison.excused.reduce((sum, each) => sum + each.count, 0);
  return [
    ...comparison.excused.map((excused) => judgeExcused(excused, comparison, circumstances)),
    judgeLost(comparison.missing - spared, comparison, circumstances),
  ];
}

function judgeExcused(
  { kind, why, count: some }: ExcusedRows,
  { baselineRows }: Comparison,
  { settings }: Circumstances,
): Finding | undefined {
  if (some === 0) return undefined;
  const ids = `${plural(some, 'id')} missing in blue`;
  switch (kind) {
    case 'expired':
      return { severity: 'info', text: `${ids} that the source may not have any more: ${why}.` };
    case 'deleted':
      return { severity: 'info', text: `${ids} that were deleted at the source, ${why}.` };
    case 'expected': {
      const max = settings.expect.missing?.max;
      if (!exceeds(some, baselineRows, max))
        return { severity: 'info', text: `${ids}, as expected: ${why}`, expected: why };
      return { severity: 'fail', text: `${ids}, expected were at most ${limitText(max)}: ${why}`, expected: why };
    }
  }
}

function judgeLost(lost: number, { baselineRows }: Comparison, circumstances: Circumstances): Finding | undefined {
  const { settings, baselineMayBeNewer } = circumstances;
  if (lost === 0) return undefined;
  const ids = `${plural(lost, 'id')} missing in blue`;
  const expected = settings.expect.missing;
  if (expected?.max !== undefined && expected.where === undefined) {
    const { max, reason } = expected;
    if (!exceeds(lost, baselineRows, max))
      return { severity: 'info', text: `${ids}, as expected: ${reason}`, expected: reason };
    return { severity: 'fail', text: `${ids}, expected were at most ${limitText(max)}: ${reason}`, expected: reason };
  }
  const may = 'they may have come to production since the clone; the catch-up before the swap brings and checks them';
  const defaults: Limits = baselineMayBeNewer ? { warn: ANY } : { fail: ANY };
  const text = baselineMayBeNewer ? `${ids} (${may})` : ids;
  return remember(
    'missing',
    circumstances,
    limited(lost, baselineRows, overLimits(defaults, settings.limits.missing), text),
  );
}

/** Ids that only blue has. They are no loss: often the purpose of the change, or rows that arrived since the clone. */
export function judgeExtra(comparison: Comparison, circumstances: Circumstances): readonly (Finding | undefined)[] {
  const { settings } = circumstances;
  const { extra, extraSinceCutOff: since, baselineRows } = comparison;
  if (extra === 0) return [];
  const older = extra - (since ?? 0);
  const news: Finding | undefined =
    since === undefined || since === 0
      ? undefined
      : { severity: 'info', text: `${plural(since, 'id')} newer than the clone.` };
  const ids = `${plural(older, 'id')} only in blue`;
  const expected = settings.expect.extra;
  if (expected !== undefined && older > 0) {
    const { max, reason } = expected;
    if (!exceeds(older, baselineRows, max))
      return [{ severity: 'info', text: `${ids}, as expected: ${reason}`, expected: reason }, news];
    return [
      { severity: 'fail', text: `${ids}, expected were at most ${limitText(max)}: ${reason}`, expected: reason },
      news,
    ];
  }
  const defaults: Limits = { warn: since === undefined ? { percent: 10 } : ANY };
  const limits = overLimits(defaults, settings.limits.extra);
  const text = since === undefined ? `${ids} (may have arrived since the clone)` : ids;
  const finding =
    older === 0 ? undefined : (limited(older, baselineRows, limits, text) ?? { severity: 'info', text: `${text}.` });
  return [remember('extra', circumstances, finding), news];
}

/** Whoever wrote an expectation for an earlier deployment should not have to guess why it does not count. */
function remember(
  name: ExpectationName,
  { outdated }: Circumstances,
  finding: Finding | undefined,
): Finding | undefined {
  if (finding === undefined || finding.severity === 'info' || !outdated.includes(name)) return finding;
  const why = `expect.${name} stands since an earlier deployment and does not count any more.`;
  return { ...finding, text: `${finding.text} ${why}` };
}
