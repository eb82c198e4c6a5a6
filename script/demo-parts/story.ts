/**
 * What the person at the terminal sees: numbered acts, and under each the things that were checked, with their figures.
 * Plain text without colours when the output is no terminal or NO_COLOR is set (https://no-color.org).
 */
import process from 'node:process';
import { type Promised, promises } from './promises.js';

const WIDTH = 100;
const INDENT = '     ';

/** A check of the demo did not hold. The message says which, and what was seen instead. */
export class CheckFailed extends Error {
  override readonly name = 'CheckFailed';
}

const coloured = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;

function paint(code: number, text: string): string {
  return coloured ? `\u001b[${code}m${text}\u001b[0m` : text;
}

const green = (text: string): string => paint(32, text);
const red = (text: string): string => paint(31, text);
const dim = (text: string): string => paint(2, text);
const bold = (text: string): string => paint(1, text);

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** `50000` -> `50,000` */
export function figure(value: number): string {
  return value.toLocaleString('en-US');
}

/** `1 row`, `2 rows` */
export function count(value: number, noun: string): string {
  return `${figure(value)} ${noun}${value === 1 ? '' : 's'}`;
}

export class Story {
  readonly #started = performance.now();
  readonly #kept = new Set<Promised>();
  #acts = 0;

  /** Begins a numbered act. `intent` says in a sentence what is about to be seen and why. */
  act(title: string, intent: string): void {
    this.#acts += 1;
    const number = String(this.#acts).padStart(3);
    const clock = this.#clock();
    write('');
    write(`${bold(`${number}  ${title}`)}${dim(clock.padStart(Math.max(1, WIDTH - title.length - 5)))}`);
    this.#paragraph(intent);
    write('');
  }

  /** Something that was done, without a claim. */
  tell(text: string): void {
    write(`${INDENT}${dim('·')} ${text}`);
  }

  /** Text that a program wrote, set off from ours; long lines are broken, but not those of a table. */
  quote(text: string): void {
    for (const line of text.trimEnd().split('\n')) {
      const parts = line.startsWith('|') ? [line] : wrapped(line, WIDTH - INDENT.length - 4);
      for (const part of parts) write(`${INDENT}  ${dim('│')} ${part}`);
    }
  }

  /** A table of text cells; the first row is its head. */
  table(rows: readonly (readonly string[])[]): void {
    const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
    for (const [index, row] of rows.entries()) {
      const cells = row.map((cell, column) => {
        const width = widths[column] ?? 0;
        return /^[\d,.]+$/.test(cell) ? cell.padStart(width) : cell.padEnd(width);
      });
      const line = cells.join('   ').trimEnd();
      write(`${INDENT}  ${index === 0 ? dim(line) : line}`);
    }
  }

  /** A claim: shown with a tick when it holds. @throws CheckFailed when it does not, with `otherwise` as the explanation. */
  check(holds: boolean, text: string, otherwise: string): void {
    if (!holds) {
      write(`${INDENT}${red('✗')} ${text}`);
      throw new CheckFailed(`${text}: not so. ${otherwise}`);
    }
    write(`${INDENT}${green('✓')} ${text}`);
  }

  /** A claim that the demo promises to show (see promises.ts). */
  keep(promised: Promised, holds: boolean, text: string, otherwise: string): void {
    this.check(holds, text, otherwise);
    this.#kept.add(promised);
  }

  /** Says how it ended. @returns the promises that were not shown: none of them may be left for a success. */
  end(): readonly string[] {
    const open = Object.entries(promises).filter(([key]) => !this.#kept.has(key as Promised));
    const total = Object.keys(promises).length;
    write('');
    write(`${INDENT}${bold(`${total - open.length} of ${total} promises shown`)} in ${this.#clock().trim()}.`);
    return open.map(([, text]) => text);
  }

  /** Lines under a small heading at the end: where things lie. */
  list(heading: string, entries: readonly (readonly [string, string])[]): void {
    write('');
    write(`${INDENT}${bold(heading)}`);
    const width = Math.max(...entries.map(([name]) => name.length));
    for (const [name, value] of entries) write(`${INDENT}  ${name.padEnd(width)}  ${value}`);
  }

  fail(message: string): void {
    write('');
    for (const line of message.split('\n')) write(`${INDENT}${red(line)}`);
  }

  #clock(): string {
    const seconds = Math.round((performance.now() - this.#started) / 1000);
    return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
  }

  #paragraph(text: string): void {
    for (const line of wrapped(text, WIDTH - INDENT.length)) write(dim(INDENT + line));
  }
}

/** Breaks a line at blanks so that no part is longer than `width`, where that is possible. */
function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length + 1 > width) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return [...lines, line];
}
