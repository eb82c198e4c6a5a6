/**
 * The identifiers that a piece of SQL names, as Snowflake stores them: comments, string literals and $$…$$ bodies are passed
 * over, so that a word in a comment is not taken for a reference.
 */
export function identifiersIn(sql: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const match of sql.matchAll(TOKEN)) {
    const { quoted, plain } = match.groups ?? {};
    if (quoted !== undefined) found.add(quoted.replaceAll('""', '"'));
    if (plain !== undefined) found.add(plain.toUpperCase());
  }
  return found;
}

/** What follows the first `word` (upper case) that stands for itself: not in a comment, a literal, a body or a quoted name. */
export function textAfterWord(sql: string, word: string): string | undefined {
  for (const match of sql.matchAll(TOKEN)) {
    if (match.groups?.['plain']?.toUpperCase() === word) return sql.slice(match.index + match[0].length);
  }
  return undefined;
}

// Order matters: what hides identifiers comes first. https://docs.snowflake.com/en/sql-reference/data-types-text
const TOKEN = new RegExp(
  [
    String.raw`--[^\n]*`,
    String.raw`\/\/[^\n]*`,
    String.raw`\/\*[\s\S]*?(?:\*\/|$)`,
    String.raw`\$\$[\s\S]*?(?:\$\$|$)`,
    String.raw`'(?:[^'\\]|''|\\[\s\S])*(?:'|$)`,
    String.raw`"(?<quoted>(?:[^"]|"")*)"`,
    String.raw`(?<plain>[\p{L}_][\p{L}\p{N}_$]*)`,
  ].join('|'),
  'gu',
);
