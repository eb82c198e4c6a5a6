/**
 * Splits SQL text as Snowflake does, written from its documentation and sharing nothing with what makes the statements:
 * https://docs.snowflake.com/en/sql-reference/identifiers-syntax, https://docs.snowflake.com/en/sql-reference/data-types-text
 */
export type Token =
  | { readonly kind: 'word' | 'name' | 'literal'; readonly value: string }
  | { readonly kind: 'sign'; readonly value: string };

/** @throws Error where a quote or comment is left open */
export function tokenize(sql: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < sql.length) {
    const rest = sql.slice(at);
    const blank = /^(?:\s+|--.*|\/\/.*|\/\*[\s\S]*?\*\/)/.exec(rest);
    const word = /^[A-Za-z_][A-Za-z0-9_$]*/.exec(rest);
    if (blank !== null) at += blank[0].length;
    else if (word !== null) {
      tokens.push({ kind: 'word', value: word[0] });
      at += word[0].length;
    } else if (rest.startsWith('"') || rest.startsWith("'")) {
      const { value, length } = quoted(rest, rest.startsWith("'"));
      tokens.push({ kind: rest.startsWith("'") ? 'literal' : 'name', value });
      at += length;
    } else if (rest.startsWith('$$') || rest.startsWith('/*')) {
      throw new Error(`Text in $$ or an open comment at ${at}: ${sql}`);
    } else {
      tokens.push({ kind: 'sign', value: sql.charAt(at) });
      at += 1;
    }
  }
  return tokens;
}

/** Statements, by the semicolons between them. */
export function statementsIn(sql: string): Token[][] {
  const statements: Token[][] = [[]];
  for (const token of tokenize(sql)) {
    if (token.kind === 'sign' && token.value === ';') statements.push([]);
    else statements.at(-1)?.push(token);
  }
  return statements.filter((tokens) => tokens.length > 0);
}

/** The statement without its names, literals and numbers: what a hostile name must not change. */
export function shapeOf(sql: string): string {
  const shape = {
    word: (value: string) => value,
    name: () => '<name>',
    literal: () => '<text>',
    sign: (v: string) => v,
  };
  return tokenize(sql)
    .map(({ kind, value }) => shape[kind](value))
    .join(' ');
}

export function namesIn(sql: string): string[] {
  return tokenize(sql)
    .filter(({ kind }) => kind === 'name')
    .map(({ value }) => value);
}

export function literalsIn(sql: string): string[] {
  return tokenize(sql)
    .filter(({ kind }) => kind === 'literal')
    .map(({ value }) => value);
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', '0': '\0' };

function quoted(text: string, escapes: boolean): { value: string; length: number } {
  const quote = text.charAt(0);
  let value = '';
  for (let at = 1; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === quote && text.charAt(at + 1) !== quote) return { value, length: at + 1 };
    if (char === quote) at += 1;
    if (char === '\\' && escapes) {
      at += 1;
      value += ESCAPES[text.charAt(at)] ?? text.charAt(at);
    } else value += char;
  }
  throw new Error(`A quote is left open: ${text}`);
}
