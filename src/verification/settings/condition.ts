/** What stands for itself in SQL, whatever is inside: literals, quoted names, $$ bodies. */
const CLOSED = /'(?:[^'\\]|''|\\[\s\S])*'|"(?:[^"]|"")*"|\$\$[\s\S]*?\$\$/g;

/**
 * Why a text cannot be one boolean expression of SQL, in words; undefined when it may be. Snowflake judges the rest. It is
 * written by the project like any model's SQL, so this keeps mistakes from reaching further than the expression itself.
 */
export function flawOfCondition(sql: string): string | undefined {
  const open = sql.replaceAll(CLOSED, ' ');
  if (open.trim() === '' && sql.trim() === '') return 'is empty';
  if (/--|\/\/|\/\*/.test(open)) return 'holds a comment';
  if (open.includes(';')) return 'holds a semicolon; write one boolean expression, no statement';
  if (/['"]|\$\$/.test(open)) return 'holds a quotation mark that is not closed';
  return flawOfParentheses(open);
}

function flawOfParentheses(sql: string): string | undefined {
  let depth = 0;
  for (const character of sql) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (depth < 0) return 'closes a parenthesis that it did not open';
  }
  return depth === 0 ? undefined : 'opens a parenthesis that it does not close';
}
