import { count, percent, plural } from '../figures.js';
import type { Circumstances } from './circumstances.js';
import { judgeExtra, judgeMissing } from './judge-ids.js';
import { meansColumn } from './keys.js';
import { exceeds, limitText, limited } from './limits.js';
import { overLimits } from './settings/model-settings.js';
import type { Limits, ModelSettings } from './settings/model-settings.js';
import type { Comparison, Finding, Key, SchemaDifference, Status } from './verdict.js';

const ANY = { rows: 0 } as const;
const FEW = { percent: 5 } as const;

/** Growth of a column's NULLs, in points of percent of its rows, from which somebody should look. */
const NULL_POINTS: Limits = { warn: FEW };

/** A coarse net, where rows cannot be matched. */
const ROW_COUNT_NET: Limits = { warn: { percent: 10 }, fail: { percent: 50 } };

/** Findings on columns: a removed or narrowed one breaks whoever reads it. */
export function judgeSchema(
  schema: Pick<SchemaDifference, 'added' | 'removed' | 'retyped' | 'narrowed'>,
  settings: ModelSettings,
): readonly Finding[] {
  const { removed_columns: toGo, changed_columns: toChange } = settings.expect;
  const isNamed = (names: readonly string[] | undefined, column: string): boolean =>
    names?.some((written) => meansColumn(written, column)) === true;
  const expected = schema.removed.filter((column) => isNamed(toGo?.columns, column));
  const removed = schema.removed.filter((column) => !expected.includes(column));
  const retyped = schema.retyped.map((text): Finding => {
    if (!schema.narrowed.includes(text)) return { severity: 'info', text: `type changed: ${text}.` };
    const isExpected = isNamed(toChange?.columns, text.slice(0, text.indexOf(': ')));
    return isExpected
      ? asExpected(`type narrowed: ${text}`, toChange)
      : { severity: 'fail', text: `type narrowed: ${text}.` };
  });
  return present([
    expected.length === 0
      ? undefined
      : asExpected(`${plural(expected.length, 'column')} removed: ${expected.join(', ')}`, toGo),
    removed.length === 0
      ? undefined
      : {
          severity: settings.removedColumns,
          text: `${plural(removed.length, 'column')} removed: ${removed.join(', ')}. Whoever reads them will fail.`,
        },
    ...retyped,
    schema.added.length === 0
      ? undefined
      : { severity: 'info', text: `${plural(schema.added.length, 'column')} added: ${schema.added.join(', ')}.` },
  ]);
}

/** Findings on rows and values, by the limits that the project sets and the defaults for the rest. */
export function judgeComparison(comparison: Comparison, circumstances: Circumstances): readonly Finding[] {
  const { settings, key } = circumstances;
  const { baselineRows, upcomingRows, matched, missing, excused } = comparison;
  if (comparison.form === 'counted') return judgeCounted(comparison, circumstances);
  if (comparison.form === 'keyless') return judgeKeyless(comparison, circumstances);
  if (upcomingRows === 0 && baselineRows > 0) return [empty(comparison)];
  const values = [
    ...judgeKeys(comparison),
    ...comparison.columns.map((column) => judgeNulls(column, comparison, circumstances)),
  ];
  if (settings.expect.key_changed !== undefined) return present([...judgeChangedKey(comparison, settings), ...values]);
  const unexcused = missing - excused.reduce((sum, each) => sum + each.count, 0);
  if (matched === 0 && unexcused > 0) return [noCommonKey(comparison, key)];
  const rowCount = settings.limits.row_count ?? {};
  return present([
    ...judgeMissing(comparison, circumstances),
    ...judgeExtra(comparison, circumstances),
    ...judgeChanged(comparison, circumstances),
    ...values,
    limited(Math.abs(upcomingRows - baselineRows), baselineRows, rowCount, rowCountText(comparison)),
  ]);
}

/** Worst finding decides. `new` and `errored` are not decided here. */
export function statusOf(findings: readonly Finding[]): Status {
  if (findings.some((finding) => finding.severity === 'fail')) return 'failed';
  return findings.some((finding) => finding.severity === 'warn') ? 'warned' : 'passed';
}

function asExpected(text: string, expectation: { readonly reason: string } | undefined): Finding {
  const reason = expectation?.reason ?? '';
  return { severity: 'info', text: `${text}, as expected: ${reason}`, expected: reason };
}

function empty({ baselineRows }: Comparison): Finding {
  return { severity: 'fail', text: `blue is empty; the baseline has ${plural(baselineRows, 'row')}.` };
}

/** One finding, not a number of lost rows: with another definition of the key, "missing" means nothing. */
function noCommonKey(comparison: Comparison, key: Key): Finding {
  const columns = key.columns.join(', ');
  return {
    severity: 'fail',
    text:
      `no key of the baseline (${plural(comparison.baselineRows, 'row')}) is in blue ` +
      `(${plural(comparison.upcomingRows, 'row')}): what makes the key ${columns} seems to have changed.`,
  };
}

/** Never passed: with another key nothing could be compared but the number of rows. */
function judgeChangedKey(comparison: Comparison, settings: ModelSettings): readonly (Finding | undefined)[] {
  const reason = settings.expect.key_changed?.reason ?? '';
  const { baselineRows, upcomingRows } = comparison;
  const net = overLimits(ROW_COUNT_NET, settings.limits.row_count);
  return [
    {
      severity: 'warn',
      text: `what makes the key changed, as expected: ${reason} Rows could not be matched and were only counted: ${rowCountText(comparison)}.`,
      expected: reason,
    },
    limited(Math.abs(upcomingRows - baselineRows), baselineRows, net, rowCountText(comparison)),
  ];
}

function judgeChanged(comparison: Comparison, circumstances: Circumstances): readonly (Finding | undefined)[] {
  const { settings, columns } = circumstances;
  const { changed, changedOtherwise, changedSinceCutOff, baselineRows } = comparison;
  const since = changedSinceCutOff ?? 0;
  const toChange = settings.expect.changed_columns;
  const ofColumns = comparison.columns.flatMap(({ column, changed: rows }): (Finding | undefined)[] => {
    if (rows === 0) return [];
    const text = `${plural(rows, 'row')} changed in ${column}`;
    if (toChange?.columns.some((written) => meansColumn(written, column)) === true) return [asExpected(text, toChange)];
    const own = columns.get(column)?.changed;
    if (own === undefined) return [];
    return [limited(rows, baselineRows, own, text) ?? { severity: 'info', text: `${text}.` }];
  });
  return [
    ...ofColumns,
    changedOtherwise === 0 ? undefined : judgeOtherChanges(comparison, circumstances),
    since === 0
      ? undefined
      : { severity: 'info', text: `${plural(Math.min(since, changed), 'changed row')} newer than the clone.` },
  ];
}

function judgeOtherChanges(comparison: Comparison, circumstances: Circumstances): Finding {
  const { changedOtherwise, matched, baselineRows } = comparison;
  const { settings, changedItself, arrivals } = circumstances;
  const share = percent(changedOtherwise, matched);
  const text = `${plural(changedOtherwise, 'row')} changed (${share} of those on both sides)`;
  const whose = changedItself ? text : `${text} though the model itself did not change`;
  const late = !changedItself && arrivals !== undefined && isExplained(changedOtherwise, baselineRows, arrivals);
  const because = late ? `; ${arrivalsText(arrivals)}` : '';
  const defaults: Limits = late ? {} : { warn: changedItself ? FEW : ANY };
  const limits = overLimits(defaults, settings.limits.changed);
  const found = limited(changedOtherwise, baselineRows, limits, `${whose}${because}`);
  return found ?? { severity: 'info', text: `${whose}${because}.`, ...(late ? { isLateChange: true } : {}) };
}

function arrivalsText(arrivals: number): string {
  return `${plural(arrivals, 'row')} that may have come since the clone reached what it reads`;
}

/** A row that arrives changes the one row that it is counted in; a few more where what changed is joined to other rows. */
function isExplained(changed: number, baselineRows: number, arrivals: number): boolean {
  return arrivals > 0 && changed <= Math.max(arrivals, (baselineRows * FEW.percent) / 100);
}

function judgeKeys(comparison: Comparison): readonly (Finding | undefined)[] {
  const { nullKeys, duplicateKeys } = comparison;
  return [
    judgeBadKeys(nullKeys.baseline, nullKeys.upcoming, 'with a NULL key'),
    judgeBadKeys(duplicateKeys.baseline, duplicateKeys.upcoming, 'with a key that another row has'),
  ];
}

function judgeBadKeys(baseline: number, upcoming: number, what: string): Finding | undefined {
  if (upcoming > baseline) {
    return {
      severity: 'fail',
      text: `${plural(upcoming, 'row')} ${what} in blue, ${count(baseline)} in the baseline.`,
    };
  }
  if (upcoming > 0) {
    return {
      severity: 'warn',
      text: `${plural(upcoming, 'row')} ${what} in blue; the baseline has ${count(baseline)}.`,
    };
  }
  if (baseline > 0) {
    return { severity: 'info', text: `${plural(baseline, 'row')} ${what} in the baseline, none in blue.` };
  }
  return undefined;
}

function judgeNulls(
  { column, filled }: Comparison['columns'][number],
  { baselineRows, upcomingRows }: Comparison,
  { settings, columns }: Circumstances,
): Finding | undefined {
  const own = overLimits(settings.limits.nulls ?? {}, columns.get(column)?.nulls);
  const isEmptied = filled.baseline > 0 && filled.upcoming === 0;
  if (isEmptied && own.fail === undefined) return { severity: 'fail', text: `${column} is NULL in every row of blue.` };
  const share = (some: number, all: number): number => (all === 0 ? 0 : (100 * (all - some)) / all);
  const before = share(filled.baseline, baselineRows);
  const after = share(filled.upcoming, upcomingRows);
  const text = `${column} is NULL in ${after.toFixed(1)} % of blue's rows, ${before.toFixed(1)} % of the baseline's`;
  const limits = overLimits(NULL_POINTS, own);
  for (const severity of ['fail', 'warn'] as const) {
    const limit = limits[severity];
    if (limit === undefined || limit === 'never') continue;
    const isAbove =
      'rows' in limit
        ? upcomingRows - filled.upcoming - (baselineRows - filled.baseline) > limit.rows
        : after - before > limit.percent;
    if (isAbove) return { severity, text: `${text}.` };
  }
  return undefined;
}

/** Without a key, lost rows cannot be told from changed ones: never shown as passed while rows differ. */
function judgeKeyless(comparison: Comparison, circumstances: Circumstances): readonly Finding[] {
  if (comparison.identical) return [];
  const { settings, changedItself, arrivals = 0 } = circumstances;
  const { baselineRows, upcomingRows, missing, extra, excused } = comparison;
  const net = overLimits(ROW_COUNT_NET, settings.limits.row_count);
  const spared = excused.reduce((sum, each) => sum + each.count, 0);
  const lost = missing - spared;
  const isLate = !changedItself && lost <= extra && isExplained(lost, baselineRows, arrivals);
  const rows =
    upcomingRows === 0
      ? empty(comparison)
      : limited(Math.abs(upcomingRows - baselineRows + spared), baselineRows, net, rowCountText(comparison));
  const text =
    `no key: ${plural(lost, 'row')} only in the baseline and ${count(extra)} only in blue, lost and changed rows ` +
    'cannot be told apart. Name a key in meta.blue_green.key or by a unique test.';
  return present([
    rows,
    ...excused.map(({ count: some, why }): Finding | undefined =>
      some === 0 ? undefined : { severity: 'info', text: `${plural(some, 'row')} only in the baseline, ${why}.` },
    ),
    { severity: lost > 0 && !isLate ? 'warn' : 'info', text: isLate ? `${text} ${arrivalsText(arrivals)}.` : text },
  ]);
}

/** Fewer rows are lost ones, for all that is known. */
function judgeCounted(comparison: Comparison, { settings }: Circumstances): readonly Finding[] {
  const { baselineRows, upcomingRows } = comparison;
  const { limits, expect } = settings;
  if (upcomingRows === 0 && baselineRows > 0) return [empty(comparison)];
  if (expect.key_changed !== undefined) return present(judgeChangedKey(comparison, settings));
  const lost = Math.max(0, baselineRows - upcomingRows);
  const text = `${rowCountText(comparison)}, at least ${count(lost)} of them lost`;
  const { max, where, reason = '' } = expect.missing ?? {};
  // Which rows are lost does not show, so that a condition excuses none.
  if (lost > 0 && max !== undefined && where === undefined) {
    if (!exceeds(lost, baselineRows, max)) return [asExpected(text, expect.missing)];
    return [
      { severity: 'fail', text: `${text}; expected were at most ${limitText(max)}: ${reason}`, expected: reason },
    ];
  }
  return present([
    limited(lost, baselineRows, overLimits({ fail: ANY }, limits.missing), text),
    limited(
      Math.abs(upcomingRows - baselineRows),
      baselineRows,
      overLimits(ROW_COUNT_NET, limits.row_count),
      rowCountText(comparison),
    ),
  ]);
}

function rowCountText(comparison: Comparison): string {
  return `rows went from ${count(comparison.baselineRows)} to ${count(comparison.upcomingRows)}`;
}

function present(findings: readonly (Finding | undefined)[]): readonly Finding[] {
  return findings.filter((finding) => finding !== undefined);
}
