import { messageOf } from '../errors.js';
import type { Ask } from './compare.js';
import { readSampleRows, selectSampleRows } from './sql/sample-rows.js';
import type { SampleRow } from './sql/sample-rows.js';
import type { Sides } from './sql/sides.js';
import type { ChangedValues, Comparison, Finding } from './verdict.js';

/** Rows and columns whose values are shown of one model: to understand a difference, not to copy it. */
const MOST_ROWS = 5;
const MOST_COLUMNS = 20;

export interface Illustrated {
  readonly comparison: Comparison;
  readonly note?: Finding;
}

/**
 * Adds what differs in some of the changed rows: one statement, two reads of the differing columns. Keys that repeat are
 * left out, since nobody can say which row became which.
 * An illustration changes no verdict: that it cannot be read is a note.
 */
export async function withSampleValues(ask: Ask, sides: Sides, comparison: Comparison): Promise<Illustrated> {
  const keys = comparison.samples.changed.slice(0, MOST_ROWS);
  const differing = new Set(comparison.columns.filter(({ changed }) => changed > 0).map(({ column }) => column));
  const columns = sides.values
    .filter(({ name, form }) => differing.has(name) && form !== 'geography')
    .slice(0, MOST_COLUMNS);
  if (keys.length === 0 || columns.length === 0) return { comparison };
  const sample = { ...sides, values: columns };
  const tableReads = comparison.tableReads + 2;
  try {
    const rows = readSampleRows(sample, await ask(selectSampleRows(sample, keys)));
    const names = columns.map(({ name }) => name);
    const changedValues = keys.flatMap((key) => changesOf(key, names, rows));
    return { comparison: { ...comparison, tableReads, changedValues } };
  } catch (error) {
    const text = `sample values could not be read: ${messageOf(error)}`;
    return { comparison: { ...comparison, tableReads }, note: { severity: 'info', text } };
  }
}

function changesOf(
  key: readonly (string | null)[],
  columns: readonly string[],
  rows: readonly SampleRow[],
): readonly ChangedValues[] {
  const name = JSON.stringify(key);
  const ofKey = rows.filter((row) => JSON.stringify(row.key) === name);
  const [before, ...othersBefore] = ofKey.filter(({ side }) => side === 'baseline');
  const [after, ...othersAfter] = ofKey.filter(({ side }) => side === 'upcoming');
  if (before === undefined || after === undefined || othersBefore.length + othersAfter.length > 0) return [];
  const values = columns.flatMap((column, index) => {
    const was = before.values[index] ?? null;
    const is = after.values[index] ?? null;
    return was === is ? [] : [{ column, before: was, after: is }];
  });
  return values.length === 0 ? [] : [{ key, values }];
}
