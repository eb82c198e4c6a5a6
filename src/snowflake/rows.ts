import type { Row } from './warehouse.js';

/** A column that must be there and not be NULL. @throws Error naming the column: the server answered in a form we do not know. */
export function text(row: Row, column: string): string {
  const value = row[column];
  if (value === undefined || value === null) {
    throw new Error(`Snowflake's answer has no value in column "${column}" (columns: ${Object.keys(row).join(', ')}).`);
  }
  return value;
}

/** A column that may be absent (older account) or NULL. */
export function optionalText(row: Row, column: string): string | undefined {
  return row[column] ?? undefined;
}

/** A whole number that fits JavaScript exactly. @throws Error otherwise. */
export function count(row: Row, column: string): number {
  const written = text(row, column);
  const value = Number(written);
  // '' would count as 0: a check without an answer must not pass.
  if (written.trim() !== '' && Number.isSafeInteger(value)) return value;
  throw new Error(`Column "${column}" is not a whole number: "${written}".`);
}

export function isTrue(value: string | undefined): boolean {
  return value !== undefined && ['true', 'y', 'yes', '1', 'on'].includes(value.toLowerCase());
}
