/**
 * Reads the Jinja in a dbt file without running it. dbt records only what it met while parsing, when
 * `is_incremental()` and `execute` are false; what stands in those branches can be found in the text alone.
 * https://docs.getdbt.com/reference/dbt-jinja-functions/execute
 */

/** A stretch of a file: SQL text, or one Jinja construct with its delimiters. */
export interface JinjaPiece {
  readonly kind: 'text' | 'expression' | 'block' | 'comment';
  readonly source: string;
}

/** A macro as it is called: `cents(…)` has no package, `dbt_utils.star(…)` has one. */
export interface MacroCall {
  readonly packageName: string | undefined;
  readonly name: string;
}

/** The two ways a model can be built, as far as the text decides: parts of each belong to only one of them. */
export interface Branches {
  /** What a full refresh renders. */
  readonly fullRefresh: string;
  /** What only a load into an existing table renders. */
  readonly incrementalOnly: string;
}

const OPENINGS = { '{{': 'expression', '{%': 'block', '{#': 'comment' } as const;
const CLOSINGS = { expression: '}}', block: '%}', comment: '#}' } as const;

/** Splits a file into text and Jinja constructs; joined again they give the file. An unclosed construct goes to the end. */
export function jinjaPieces(code: string): readonly JinjaPiece[] {
  const pieces: JinjaPiece[] = [];
  let at = 0;
  while (at < code.length) {
    const start = nextIndex(code, /\{[{%#]/g, at);
    if (start < 0) break;
    if (start > at) pieces.push({ kind: 'text', source: code.slice(at, start) });
    const kind = OPENINGS[code.slice(start, start + 2) as keyof typeof OPENINGS];
    const end = endOfConstruct(code, start + 2, CLOSINGS[kind], kind !== 'comment');
    pieces.push({ kind, source: code.slice(start, end) });
    at = kind === 'block' && blockName(code.slice(start, end)) === 'raw' ? pushRaw(pieces, code, end) : end;
  }
  if (at < code.length) pieces.push({ kind: 'text', source: code.slice(at) });
  return pieces;
}

/** Between `raw` and `endraw` nothing is Jinja. */
function pushRaw(pieces: JinjaPiece[], code: string, from: number): number {
  const found = nextIndex(code, /\{%[-+]?\s*endraw\b/g, from);
  const end = found < 0 ? code.length : found;
  if (end > from) pieces.push({ kind: 'text', source: code.slice(from, end) });
  return end;
}

/** Where a global pattern matches next, or -1. */
function nextIndex(code: string, pattern: RegExp, from: number): number {
  pattern.lastIndex = from;
  return pattern.exec(code)?.index ?? -1;
}

/** A closing delimiter inside a string is no closing. */
function endOfConstruct(code: string, from: number, closing: string, strings: boolean): number {
  for (let at = from; at < code.length; at += 1) {
    const char = code[at];
    if (strings && (char === "'" || char === '"')) {
      at = endOfString(code, at) - 1;
    } else if (code.startsWith(closing, at)) {
      return at + closing.length;
    }
  }
  return code.length;
}

/** The index after the closing quote of the string that starts at `start`; a backslash escapes, as in Jinja. */
function endOfString(code: string, start: number): number {
  const quote = code[start];
  for (let at = start + 1; at < code.length; at += 1) {
    if (code[at] === '\\') at += 1;
    else if (code[at] === quote) return at + 1;
  }
  return code.length;
}

/** `if` of `{%- if x %}`. */
function blockName(block: string): string {
  return /^\{%[-+]?\s*(\w+)/.exec(block)?.[1] ?? '';
}

/** All Jinja that runs, as one text; comments and SQL are left out (a SQL function may have a macro's name). */
export function runningJinja(code: string): string {
  return jinjaPieces(code)
    .filter((piece) => piece.kind === 'expression' || piece.kind === 'block')
    .map((piece) => piece.source)
    .join('\n');
}

const CALL = /(?<![\w.])(?:([A-Za-z_]\w*)\s*\.\s*)?([A-Za-z_]\w*)\s*\(/g;
const DISPATCH = /\badapter\s*\.\s*dispatch\s*\(\s*(?:macro_name\s*=\s*)?(['"])(\w+)\1/g;
const CONTEXT_LOOKUP = /\bcontext\s*(?:\[\s*|\.\s*get\s*\(\s*)(['"])(\w+)\1/g;

/** What a dbt-snowflake project calls for `adapter.dispatch('x')`. https://docs.getdbt.com/reference/dbt-jinja-functions/dispatch */
const DISPATCH_PREFIXES = ['snowflake__', 'default__'] as const;

/**
 * Everything in the file's Jinja that may call a macro: calls (also inside strings, since hooks are Jinja in strings),
 * candidates of `adapter.dispatch('x')`, and `context['x']`. Names that are no macros are for the caller to drop.
 */
export function macroCalls(code: string): readonly MacroCall[] {
  // `{% macro cents(…) %}` names the macro and does not call it.
  const jinja = runningJinja(code).replace(/(\{%[-+]?\s*macro\s)\s*\w+/g, '$1');
  const calls: MacroCall[] = [];
  for (const [, packageName, name = ''] of jinja.matchAll(CALL)) calls.push({ packageName, name });
  for (const [, , name = ''] of jinja.matchAll(CONTEXT_LOOKUP)) calls.push({ packageName: undefined, name });
  for (const [, , name = ''] of jinja.matchAll(DISPATCH)) {
    for (const prefix of DISPATCH_PREFIXES) calls.push({ packageName: '*', name: `${prefix}${name}` });
  }
  return calls;
}

/** Names read by `var('x')` and `var.has_var('x')`; `computed` when a name is not written out. */
export function variablesRead(code: string): { readonly names: ReadonlySet<string>; readonly computed: boolean } {
  const names = new Set<string>();
  let computed = false;
  for (const [, , literal] of runningJinja(code).matchAll(
    /(?<![\w.])var(?:\s*\.\s*has_var)?\s*\(\s*(?:(['"])(.*?)\1)?/g,
  )) {
    if (literal === undefined) computed = true;
    else names.add(literal);
  }
  return { names, computed };
}

interface OpenIf {
  /** Which build renders the branch that is open now. */
  branch: 'both' | 'incremental only';
  /** An earlier branch is always taken in a full refresh: all later ones are not. */
  decided: boolean;
  /** Some `if` or `elif` stays in the full refresh's text, so its `endif` does too. */
  undecided: boolean;
}

/** Separates what stands in `{% if is_incremental() %}` from the rest; what cannot be decided belongs to both builds. */
export function branchesOf(code: string): Branches {
  const open: OpenIf[] = [];
  let fullRefresh = '';
  let incrementalOnly = '';
  for (const piece of jinjaPieces(code)) {
    const hidden = open.some((frame) => frame.branch === 'incremental only');
    const name = piece.kind === 'block' ? blockName(piece.source) : '';
    const keep = ['if', 'elif', 'else', 'endif'].includes(name) ? stepIf(open, name, piece.source) : true;
    const nowHidden = open.some((frame) => frame.branch === 'incremental only');
    if (!keep) incrementalOnly += name === 'endif' ? ' ' : piece.source;
    else if (hidden && nowHidden) incrementalOnly += piece.source;
    else fullRefresh += piece.source;
  }
  return { fullRefresh, incrementalOnly };
}

/** Enters, changes or leaves an `if`; false when the tag itself belongs to the incremental build alone. */
function stepIf(open: OpenIf[], name: string, tag: string): boolean {
  const frame = open.at(-1);
  if (name === 'if') {
    const truth = truthInFullRefresh(tag);
    open.push({
      branch: truth === 'false' ? 'incremental only' : 'both',
      decided: truth === 'true',
      undecided: truth === 'unknown',
    });
    return truth === 'unknown';
  }
  if (frame === undefined) return true;
  if (name === 'endif') {
    open.pop();
    return frame.undecided;
  }
  const truth = name === 'else' ? 'true' : truthInFullRefresh(tag);
  frame.branch = frame.decided || truth === 'false' ? 'incremental only' : 'both';
  frame.decided ||= truth === 'true';
  if (frame.branch === 'both' && truth === 'unknown') frame.undecided = true;
  return frame.branch === 'both' && frame.undecided;
}

/** What the condition of an `if` or `elif` is when the table is built from nothing. */
function truthInFullRefresh(tag: string): 'true' | 'false' | 'unknown' {
  const condition = tag
    .replace(/^\{%[-+]?\s*(?:if|elif)\b/, '')
    .replace(/[-+]?%\}$/, '')
    .trim();
  if (/^\(?\s*not\s+is_incremental\s*\(\s*\)\s*\)?$/.test(condition)) return 'true';
  if (/\bor\b|\belse\b|['"]/.test(condition)) return 'unknown';
  const terms = condition.split(/\band\b/).map((term) => term.trim());
  return terms.some((term) => /^is_incremental\s*\(\s*\)$/.test(term)) ? 'false' : 'unknown';
}
