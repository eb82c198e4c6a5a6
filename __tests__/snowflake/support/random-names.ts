import { randomNumbers } from '../../support/random-numbers.js';

/** What a name can hold that SQL, a driver, a template or a terminal would read as something else. */
const PIECES: readonly string[] = [
  ...['"', '""', '"""', "'", "''", '\\', '\\\\', "\\'", '\\"', '\\n', String.raw`\x27`, String.raw`\u0022`],
  ...[';', '--', '-- ', '/*', '*/', '//', '$$', '$x$', '#', '.', '","', '"."', 'a"."b', '")', '(', ')', ',', '@~', '%'],
  ...['?', ':1', '&x', '!set', '{{ x }}', '${x}', '%s', '%(x)s', '=>', '::', '||', '=', '`', '[', ']', '~', '^'],
  ...['\n', '\r', '\r\n', '\t', '\v', '\f', '\b', '\x01', '\x1b[2J', '\x1f', '\x7f', '\x85'],
  ...[' ', '  ', '\u00a0', '\u2003', '\u200b', '\u2028', '\u2029', '\u3000', '\ufeff'],
  ...[
    'e\u0301',
    '\u0301',
    'ﬀ',
    'İ',
    'ı',
    'ß',
    'ſ',
    'Ǆ',
    'é',
    'Ünï',
    '表',
    'שלום',
    'مرحبا',
    '\u202e',
    '\u2066',
    '\u200f',
  ],
  ...[
    '🦆',
    '👩\u200d👩\u200d👧',
    '🏴\u{e0067}\u{e0062}',
    '\u{10ffff}',
    '\uff02',
    '\uff07',
    '\u2019',
    '\u201c',
    '\ufffd',
  ],
  ...['a', 'B', 'cD', '0', '9', '_', 'PUBLIC', 'public', 'Public', 'x'.repeat(40)],
  ...[
    'SELECT',
    'drop schema "PUBLIC"',
    'DROP SCHEMA PUBLIC',
    'END',
    'END;',
    'BEGIN',
    'NULL',
    'TABLE',
    'CLONE',
    'TO ROLE',
  ],
];

/** The same names for the same seed; each has 1 to 255 characters, as Snowflake counts them, and none is NUL. */
export function randomNames(count: number, seed: number): readonly string[] {
  const random = randomNumbers(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const piece = (): string => PIECES[below(PIECES.length)] ?? '';
  return Array.from({ length: count }, () => {
    const pieces = Array.from({ length: 1 + below(6) }, piece).join('');
    const shape = below(12);
    if (shape === 0) return cut(` ${pieces} `);
    if (shape === 1) return cut(pieces.repeat(255));
    if (shape === 2) return cut(`"${pieces}"`);
    if (shape === 3) return cut(`${piece()}; DROP SCHEMA "PUBLIC"; ${piece()}`);
    return cut(pieces);
  });
}

function cut(text: string): string {
  return Array.from(text).slice(0, 255).join('');
}
