import { describe, expect, test } from '@jest/globals';
import { compareCode, withoutComments } from '../../src/selection/code-text.js';

describe('two versions of a text', () => {
  test.each([
    ['a line comment', 'select 1', 'select 1 -- one'],
    ['a block comment', 'select a, b', 'select a, /* x\ny */ b'],
    ['a Jinja comment', 'select a, b', 'select a, {# x #} b'],
    ['line breaks', 'select a, b from t', 'select a,\n  b\nfrom t\n'],
    ['a comment with quotes', 'select a from t', "select a -- it's\nfrom t"],
    ['blanks in Jinja', "{{ ref('a') }}", "{{  ref( 'a')  }}".replace('( ', '(')],
  ])('differ in nothing by %s', (_what, before, after) => {
    expect(compareCode(before, after)).toMatchObject({ effect: 'metadata' });
  });

  test.each([
    ['blanks in a string', "select 'a b'", "select 'a  b'"],
    ['blanks in a quoted name', 'select "a b"', 'select "a  b"'],
    ['a dash in a string', "select '--a'", "select '--b'"],
    [
      'what only looks like a comment after an escaped quote',
      String.raw`select 'it\'s -- a'`,
      String.raw`select 'it\'s -- b'`,
    ],
    ['what looks like a comment in a dollar-quoted string', 'select $$ -- a $$', 'select $$ -- b $$'],
    ['blanks in collected text', "{% set x %}a b{% endset %}'{{ x }}'", "{% set x %}a  b{% endset %}'{{ x }}'"],
    ['Jinja in a comment, which runs', "-- {{ log('a') }}\nselect 1", "-- {{ log('b') }}\nselect 1"],
    ['Jinja taken out of a comment', '-- {{ x }}\nselect 1', '{{ x }}\nselect 1'],
    ['blanks in a Jinja string', "{{ x('a b') }}", "{{ x('a  b') }}"],
    ['a minus', 'select a - -b', 'select a --b\n'],
    ['code behind a comment', 'select 1 -- x\n+ 1', 'select 1 -- x + 1'],
  ])('differ in the data by %s', (_what, before, after) => {
    expect(compareCode(before, after)).toEqual({ effect: 'rebuild', how: 'changed' });
  });

  test.each([
    ['the branch', 'a {% if is_incremental() %} b {% endif %}', 'a {% if is_incremental() %} c {% endif %}'],
    ['the branch appearing', 'a ', 'a {%- if is_incremental() and true -%} c {%- endif -%}'],
    [
      'an inner if',
      'a {% if is_incremental() %}{% if x %}b{% endif %}{% endif %}',
      'a {% if is_incremental() %}{% if y %}b{% endif %}{% endif %}',
    ],
    [
      'the other side of not',
      '{% if not is_incremental() %}a{% else %}b{% endif %}',
      '{% if not is_incremental() %}a{% else %}c{% endif %}',
    ],
    [
      'an elif',
      '{% if x %}a{% elif is_incremental() %}b{% else %}d{% endif %}',
      '{% if x %}a{% elif is_incremental() %}c{% else %}d{% endif %}',
    ],
  ])('differ in future loads by %s', (_what, before, after) => {
    expect(compareCode(before, after)).toMatchObject({ effect: 'future loads' });
  });

  test.each([
    [
      'its else',
      '{% if is_incremental() %}a{% else %}b{% endif %}',
      '{% if is_incremental() %}a{% else %}c{% endif %}',
    ],
    ['a condition with or', '{% if is_incremental() or x %}a{% endif %}', '{% if is_incremental() or x %}b{% endif %}'],
    ['the side of not', '{% if not is_incremental() %}a{% endif %}', '{% if not is_incremental() %}b{% endif %}'],
    [
      'a branch after a false one',
      '{% if is_incremental() %}a{% elif x %}b{% endif %}',
      '{% if is_incremental() %}a{% elif x %}c{% endif %}',
    ],
    ['text behind its end', '{% if is_incremental() %}a{% endif %} b', '{% if is_incremental() %}a{% endif %} c'],
    [
      'an if written as text',
      '{% raw %}{% if is_incremental() %}{% endraw %} a',
      '{% raw %}{% if is_incremental() %}{% endraw %} b',
    ],
    [
      'a condition about a string',
      "{% if 'is_incremental()' == x %}a{% endif %}",
      "{% if 'is_incremental()' == x %}b{% endif %}",
    ],
  ])('differ in the data by %s of is_incremental()', (_what, before, after) => {
    expect(compareCode(before, after)).toMatchObject({ effect: 'rebuild' });
  });

  test('of a Python model are compared exactly', () => {
    expect(compareCode('x = 1', 'x = 1  # one', 'python')).toMatchObject({ effect: 'rebuild' });
  });

  test('keep every line when comments are blanked', () => {
    const lines = withoutComments("a -- x\n'-- s' /* y\nz */ b {# j\nk #} c").split('\n');
    expect(lines.map((line) => line.trim())).toEqual(['a', "'-- s'", 'b', 'c']);
  });

  test('end, whatever is left open', () => {
    for (const code of [
      '{{ x',
      '{% if is_incremental() %} a',
      "'",
      '/*',
      '{#',
      '{% raw %}',
      "{{ '",
      '{% endif %}',
      '{% else %}',
    ]) {
      expect(compareCode(code, `${code} `)).toBeDefined();
      expect(compareCode(code, 'select 1')).toMatchObject({ effect: 'rebuild' });
    }
  });
});
