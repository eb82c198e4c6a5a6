/**
 * Text that others wrote, inside a Mermaid diagram. Labels are read by four readers one after the other (directives and comments,
 * the grammar, Markdown and icons, HTML), so nothing but letters, digits and a few signs goes in as it is: the rest are Mermaid's
 * numeric entity codes. https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters
 */
const PLAIN = /[^\p{L}\p{N} ,_]/gu;
/**
 * `$$…$$` is a formula and `fa:fa-…` an icon even in entity codes, unless something stands between.
 * https://mermaid.js.org/config/math.html https://mermaid.js.org/syntax/flowchart.html#basic-support-for-fontawesome
 */
const JOINING: ReadonlySet<string> = new Set(['$', ':']);
const ZERO_WIDTH = '#8203;';
/** Control characters, line breaks, and those that turn the reading direction or show nothing. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/gu;

/** One line of a quoted label, cut to `most` characters. */
export function labelText(text: string, most: number): string {
  const characters = Array.from(text.replaceAll(/\s+/g, ' ').trim().replaceAll(UNSEEN, '\ufffd'));
  const cut = characters.length <= most ? characters : [...characters.slice(0, most - 1), '…'];
  return cut.join('').replaceAll(PLAIN, (character) => {
    const entity = `#${character.codePointAt(0) ?? 0xfffd};`;
    return JOINING.has(character) ? `${entity}${ZERO_WIDTH}` : entity;
  });
}

/** A quoted label of several lines that `labelText` made safe. */
export function label(lines: readonly string[]): string {
  return `"${lines.join('<br/>')}"`;
}
