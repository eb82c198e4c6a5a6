import type { Row } from '../../snowflake/warehouse.js';
import type { SampleKeys } from '../verdict.js';

/** The text of a cell that must be there. @throws Error naming the cell. */
export function textCell(row: Row, name: string): string {
  const text = row[name];
  if (text === undefined || text === null) throw new Error(`The answer lacks "${name}".`);
  return text;
}

/** A count, sent as text since a NUMBER may exceed 2^53. @throws Error when it does, or is no count. */
export function countCell(row: Row, name: string): number {
  return readCount(textCell(row, name), name);
}

/** Several counts in one cell, set apart by blanks, so that a wide table stays one narrow row. */
export function countsCell(row: Row, name: string, length: number): readonly number[] {
  const counts = textCell(row, name)
    .split(' ')
    .map((part) => readCount(part, name));
  if (counts.length !== length) throw new Error(`"${name}" holds ${counts.length} counts instead of ${length}.`);
  return counts;
}

function readCount(text: string, name: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`"${name}" is no count: ${text}`);
  const count = Number(BigInt(text));
  if (!Number.isSafeInteger(count)) throw new Error(`"${name}" is larger than this action can count: ${text}`);
  return count;
}

/** A list of keys, as `sampleKeys` writes them: NULL when the class is empty. */
export function sampleKeysCell(row: Row, name: string, parts: number): SampleKeys {
  const text = row[name];
  if (text === undefined || text === null) return [];
  const list: unknown = JSON.parse(text);
  if (!Array.isArray(list)) throw new Error(`"${name}" is no list of keys: ${text}`);
  return list.map((item: unknown) => readKey(item, name, parts));
}

function readKey(item: unknown, name: string, parts: number): readonly (string | null)[] {
  const texts = typeof item === 'string' ? item.split(',') : [];
  if (texts.length !== parts || !texts.every((text) => /^(?:-|[0-9A-Fa-f]*)$/.test(text))) {
    throw new Error(`"${name}" holds something that is no key of ${parts} parts.`);
  }
  return texts.map((text) => (text === '-' ? null : Buffer.from(text, 'hex').toString('utf8')));
}
