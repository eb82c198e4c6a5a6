/**
 * Writing GitHub Markdown from text that others control: names, ids, error messages. Backslash escapes are not enough
 * (in a table a backslash before `|` does not survive another backslash), so whatever could mean something is written as
 * a numeric entity, which is text wherever it stands. https://github.github.com/gfm/#entity-and-numeric-character-references
 */

/** Control characters, and those that turn the reading direction or show nothing (but the joiner inside emoji). */
const INVISIBLE = /(?![\n\u200d])[\p{Cc}\p{Cf}]/gu;
const LINE_BREAKS = /\r\n|[\n\r\u2028\u2029]/g;
const MEANINGFUL = /[\\`*{}[\]<>()#+!|~&"'$]/g;
/** Inside a word an underscore never means emphasis. */
const LOOSE_UNDERSCORE = /(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g;
/** What GitHub would turn into a link: https://github.github.com/gfm/#autolinks-extension- */
const ADDRESS = /(?<=(?:https?|ftp|mailto|xmpp)):|(?<=www)\./gi;
const ZERO_WIDTH = '&#8203;';
const MOST_CHARACTERS = 200;

/** Text inside a sentence or a table cell. `@name` mentions nobody and addresses are no links. */
export function prose(text: string): string {
  return entities(clean(text, 1000)).replaceAll('@', `@${ZERO_WIDTH}`);
}

/** A name, id or value in code style. GitHub mentions nobody inside `<code>`. */
export function code(text: string): string {
  return `<code>${entities(clean(text, MOST_CHARACTERS))}</code>`;
}

/** A block of code; its fence is longer than any run of backticks inside. */
export function codeBlock(language: string, text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text.replaceAll(INVISIBLE, '\ufffd').replaceAll(/\r\n?/g, '\n')}\n${fence}`;
}

/** A link to an address of ours; anything that is not http(s) is shown without a link. */
export function link(text: string, address: string | undefined): string {
  if (address === undefined || !/^https?:\/\/[^\s<>"'()\\|`]+$/.test(address)) return text;
  return `[${text}](${address})`;
}

/** A table; cells are Markdown already. `right` lists the columns that hold numbers. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: ReadonlySet<number> = new Set(),
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, index) => (right.has(index) ? '--:' : '---'))), ...rows.map(line)].join('\n');
}

/** A part that can be folded; the title is Markdown-free HTML. */
export function details(title: string, body: string, isOpen = false): string {
  return `<details${isOpen ? ' open' : ''}><summary>${title}</summary>\n\n${body}\n\n</details>`;
}

/** Paragraphs with a blank line between; empty ones vanish. */
export function paragraphs(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join('\n\n');
}

function clean(text: string, most: number): string {
  const single = text.replaceAll(LINE_BREAKS, ' ⏎ ').replaceAll(INVISIBLE, '\ufffd');
  const characters = Array.from(single);
  return characters.length <= most ? single : `${characters.slice(0, most - 1).join('')}…`;
}

function entities(text: string): string {
  return text.replaceAll(MEANINGFUL, entity).replaceAll(LOOSE_UNDERSCORE, entity).replaceAll(ADDRESS, entity);
}

function entity(character: string): string {
  return `&#${character.codePointAt(0) ?? 0xfffd};`;
}
