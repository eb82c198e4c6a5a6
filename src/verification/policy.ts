import { count, percent, plural } from '../figures.js';
import type { Limit, LimitedCount, Limits, ModelSettings } from './settings.js';
import type { Comparison, Finding, Key, SchemaDifference, Status } from './verdict.js';

/** What the policy needs to know of a model beside the numbers. */
export interface Circumstances {
  readonly key: Key;
  /** Changed itself, or rebuilt only because it reads something rebuilt. */
  readonly changedItself: boolean;
  readonly settings: ModelSettings;
  /**
   * The baseline is production itself (views have no clone) and production may have moved since the clone: missing ids
   * may be rows that blue will get by its catch-up, which is verified in turn.
   */
  readonly baselineMayBeNewer: boolean;
}

const NEVER: Limits = { warn: undefined, fail: undefined };
const ANY = { rows: 0 } as const;

/** Share of rows, in points of percent, by which a column's NULLs may grow before somebody should look. */
const NULL_POINTS = 5;

/** Findings on columns: a removed or narrowed one breaks whoever reads it. */
export function judgeSchema(schema: SchemaDifference, settings: ModelSettings): readonly Finding[] {
  const narrowed = new Set(schema.narrowed);
  const list = (names: readonly string[]): string => names.join(', ');
  const findings: readonly (Finding | undefined)[] = [
    schema.removed.length === 0
      ? undefined
      : {
          severity: settings.removedColumns,
          text: `${plural(schema.removed.length, 'column')} removed: ${list(schema.removed)}. Whoever reads them will fail.`,
        },
    ...schema.retyped.map((text): Finding =>
      narrowed.has(text)
        ? { severity: 'fail', text: `type narrowed: ${text}.` }
        : { severity: 'info', text: `type changed: ${text}.` },
    ),
    schema.added.length === 0
      ? undefined
      : { severity: 'info', text: `${plural(schema.added.length, 'column')} added: ${list(schema.added)}.` },
  ];
  return present(findings);
}

/** Findings on rows and values, by the limits that the model sets and the defaults for the rest. */
export function judgeComparison(comparison: Comparison, circumstances: Circumstances): readonly Finding[] {
  if (comparison.form === 'keyless') return judgeKeyless(comparison, circumstances.settings);
  if (comparison.upcomingRows === 0 && comparison.baselineRows > 0) {
    return [{ severity: 'fail', text: `blue is empty; the baseline has ${plural(comparison.baselineRows, 'row')}.` }];
  }
  if (comparison.matched === 0 && comparison.baselineRows > 0) return [noCommonKey(comparison, circumstances.key)];
  return present([
    judgeMissing(comparison, circumstances),
    ...judgeExtra(comparison, circumstances.settings),
    judgeChanged(comparison, circumstances),
    ...judgeKeys(comparison),
    ...comparison.columns.map((column) => judgeNulls(column, comparison)),
    limited(comparison, circumstances.settings, 'row_count', NEVER, rowCountText(comparison)),
  ]);
}

/** Worst finding decides. `new` and `errored` are not decided here. */
export function statusOf(findings: readonly Finding[]): Status {
  if (findings.some((finding) => finding.severity === 'fail')) return 'failed';
  return findings.some((finding) => finding.severity === 'warn') ? 'warned' : 'passed';
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

function judgeMissing(comparison: Comparison, { settings, baselineMayBeNewer }: Circumstances): Finding | undefined {
  const may = 'they may have come to production since the clone; the catch-up before the swap brings and checks them';
  const defaults: Limits = baselineMayBeNewer ? { warn: ANY, fail: undefined } : { warn: undefined, fail: ANY };
  const text = `${plural(comparison.missing, 'id')} missing in blue${baselineMayBeNewer ? ` (${may})` : ''}`;
  return limited(comparison, settings, 'missing', defaults, text);
}

function judgeExtra(comparison: Comparison, settings: ModelSettings): readonly (Finding | undefined)[] {
  if (comparison.extra === 0) return [];
  const since = comparison.extraSinceCutOff;
  if (since === undefined) {
    const text = `${plural(comparison.extra, 'id')} only in blue (may have arrived since the clone)`;
    const defaults: Limits = { warn: { percent: 10 }, fail: undefined };
    return [limited(comparison, settings, 'extra', defaults, text) ?? { severity: 'info', text: `${text}.` }];
  }
  const older = { ...comparison, extra: comparison.extra - since };
  return [
    limited(older, settings, 'extra', { warn: ANY, fail: undefined }, `${plural(older.extra, 'id')} only in blue`),
    since === 0 ? undefined : { severity: 'info', text: `${plural(since, 'id')} newer than the clone.` },
  ];
}

function judgeChanged(comparison: Comparison, { settings, changedItself }: Circumstances): Finding | undefined {
  if (comparison.changed === 0) return undefined;
  const share = percent(comparison.changed, comparison.matched);
  const text = `${plural(comparison.changed, 'row')} changed (${share} of those on both sides)`;
  const whose = changedItself ? text : `${text} though the model itself did not change`;
  const defaults: Limits = { warn: changedItself ? { percent: 5 } : ANY, fail: undefined };
  return limited(comparison, settings, 'changed', defaults, whose) ?? { severity: 'info', text: `${whose}.` };
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

function judgeNulls(column: Comparison['columns'][number], comparison: Comparison): Finding | undefined {
  const { filled } = column;
  if (filled.baseline > 0 && filled.upcoming === 0) {
    return { severity: 'fail', text: `${column.column} is NULL in every row of blue.` };
  }
  const share = (some: number, all: number): number => (all === 0 ? 0 : (100 * (all - some)) / all);
  const before = share(filled.baseline, comparison.baselineRows);
  const after = share(filled.upcoming, comparison.upcomingRows);
  if (after - before < NULL_POINTS) return undefined;
  return {
    severity: 'warn',
    text: `${column.column} is NULL in ${after.toFixed(1)} % of blue's rows, ${before.toFixed(1)} % of the baseline's.`,
  };
}

/** Without a key, lost rows cannot be told from changed ones: never shown as passed while rows differ. */
function judgeKeyless(comparison: Comparison, settings: ModelSettings): readonly Finding[] {
  if (comparison.identical) return [];
  const { baselineRows, upcomingRows, missing, extra } = comparison;
  const net = { warn: { percent: 10 }, fail: { percent: 50 } } as const;
  const rows =
    upcomingRows === 0
      ? ({ severity: 'fail', text: `blue is empty; the baseline has ${plural(baselineRows, 'row')}.` } as const)
      : limited(comparison, settings, 'row_count', net, rowCountText(comparison));
  const text =
    `no key: ${plural(missing, 'row')} only in the baseline and ${count(extra)} only in blue, lost and changed rows ` +
    'cannot be told apart. Name a key in meta.blue_green.key or by a unique test.';
  return present([rows, { severity: missing > 0 ? 'warn' : 'info', text }]);
}

function rowCountText(comparison: Comparison): string {
  return `rows went from ${count(comparison.baselineRows)} to ${count(comparison.upcomingRows)}`;
}

/** A finding when the count exceeds its limit; undefined when it does not. */
function limited(
  comparison: Comparison,
  settings: ModelSettings,
  name: LimitedCount,
  defaults: Limits,
  text: string,
): Finding | undefined {
  const limits = settings.limits[name] ?? defaults;
  const value = name === 'row_count' ? Math.abs(comparison.upcomingRows - comparison.baselineRows) : comparison[name];
  for (const severity of ['fail', 'warn'] as const) {
    const limit = limits[severity];
    if (limit !== undefined && exceeds(value, limit, comparison.baselineRows)) {
      return { severity, text: `${text}; the limit is ${limitText(limit)}.` };
    }
  }
  return undefined;
}

/** A percentage of an empty baseline is undefined: then only limits in rows apply. */
function exceeds(value: number, limit: Limit, baselineRows: number): boolean {
  if ('rows' in limit) return value > limit.rows;
  return baselineRows > 0 && (100 * value) / baselineRows > limit.percent;
}

function limitText(limit: Limit): string {
  return 'rows' in limit ? count(limit.rows) : `${limit.percent} %`;
}

function present(findings: readonly (Finding | undefined)[]): readonly Finding[] {
  return findings.filter((finding) => finding !== undefined);
}
