/** Compares code by what it does to the data: comments and white space never change a row. */
import { branchesOf, jinjaPieces } from './jinja.js';
import type { Effect } from './plan.js';

/** How two versions of a text differ; undefined when nothing that matters does. */
export interface TextDifference {
  readonly effect: Effect;
  /** The end of a sentence: `changed`, `changed in its incremental branch only`… */
  readonly how: string;
}

/**
 * Says how two versions of a model's or macro's text differ. The comparison is exact where simplifying
 * could hide a difference, so a harmless change may be called a change, never the other way round.
 */
export function compareCode(before: string, after: string, language = 'sql'): TextDifference | undefined {
  if (before === after) return undefined;
  if (language !== 'sql') return { effect: 'rebuild', how: 'changed' };
  if (significantText(before) === significantText(after)) {
    return { effect: 'metadata', how: 'changed in comments or white space only' };
  }
  const [old, now] = [withoutConfig(before), withoutConfig(after)];
  if (significantText(old) === significantText(now)) {
    return { effect: 'metadata', how: 'changed in its configuration only' };
  }
  if (significantText(branchesOf(old).fullRefresh) === significantText(branchesOf(now).fullRefresh)) {
    return { effect: 'future loads', how: 'changed in its incremental branch only' };
  }
  return { effect: 'rebuild', how: 'changed' };
}

/** `{{ config(…) }}` renders to nothing, and what it sets is compared key by key. */
export function withoutConfig(code: string): string {
  return jinjaPieces(code)
    .filter((piece) => !(piece.kind === 'expression' && /^\{\{[-+]?\s*config\s*\(/.test(piece.source)))
    .map((piece) => piece.source)
    .join('');
}

/** The text with one blank for each stretch of white space and comments outside strings. */
export function significantText(code: string): string {
  if (isDelicate(code)) return code.trim();
  return scan(code, (comment) => (comment === '' ? '' : ' ')).replace(/^ | $/g, '');
}

/** The text with comments blanked out and every line where it was, for searches that must not find comments. */
export function withoutComments(code: string): string {
  if (isDelicate(code)) return code;
  return scan(
    code,
    (comment) => comment.replace(/[^\n]/g, ' '),
    (space) => space,
  );
}

/**
 * Text in which a simple scanner could take a string for a comment or blanks for layout: dollar-quoted strings,
 * escaped quotes, `//` comments, and Jinja that collects text into a value.
 */
function isDelicate(code: string): boolean {
  return /\$\$|\\["'\\]|\/\/|\{%[-+]?\s*(?:set\s+[^=%]+%\}|call\b|filter\b|raw\b)/.test(code);
}

/** Where the scanner stands in SQL: Jinja may stand inside a string or a comment, so this outlives one piece. */
interface SqlState {
  within: 'code' | "'" | '"' | '--' | '/*';
  out: string;
}

type Rewrite = (source: string) => string;

const oneBlank: Rewrite = () => ' ';

function scan(code: string, comment: Rewrite, space: Rewrite = oneBlank): string {
  const state: SqlState = { within: 'code', out: '' };
  for (const piece of jinjaPieces(code)) {
    if (piece.kind === 'text') scanSql(state, piece.source, comment, space);
    else if (state.within === "'" || state.within === '"') state.out += piece.source;
    else if (piece.kind === 'comment') append(state, comment(piece.source));
    // Jinja in a SQL comment still runs, so it stays; the mark keeps it apart from Jinja outside comments.
    else state.out += (state.within === 'code' ? '' : state.within) + collapseJinja(piece.source, space);
  }
  return state.out;
}

/** Blanks that follow blanks add nothing, unless every place is to be kept. */
function append(state: SqlState, text: string): void {
  state.out += text === ' ' && state.out.endsWith(' ') ? '' : text;
}

const SQL_TOKEN = /\s+|--|\/\*|\*\/|['"]|[^\s'"*/-]+|./gs;

function scanSql(state: SqlState, sql: string, comment: Rewrite, space: Rewrite): void {
  for (const [token] of sql.matchAll(SQL_TOKEN)) {
    if (state.within === "'" || state.within === '"') {
      state.out += token;
      if (token === state.within) state.within = 'code';
    } else if (state.within === '--' && /^\s/.test(token) && token.includes('\n')) {
      append(state, space(token));
      state.within = 'code';
    } else if (state.within === '--' || state.within === '/*') {
      append(state, comment(token));
      if (state.within === '/*' && token === '*/') state.within = 'code';
    } else if (token === '--' || token === '/*') {
      append(state, comment(token));
      state.within = token;
    } else if (/^\s/.test(token)) {
      append(state, space(token));
    } else {
      state.out += token;
      if (token === "'" || token === '"') state.within = token;
    }
  }
}

const JINJA_TOKEN = /\s+|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^\s'"]+|./gs;

function collapseJinja(source: string, space: Rewrite): string {
  return source.replace(JINJA_TOKEN, (token) => (/^\s/.test(token) ? space(token) : token));
}
