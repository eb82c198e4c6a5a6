import { describe, expect, test } from '@jest/globals';
import { quoteName } from '../../src/snowflake/identifiers.js';
import { identifiersIn } from '../../src/snowflake/sql-text.js';
import { HOSTILE_NAMES } from './support/hostile.js';

describe('a reference is found', () => {
  test.each([
    ['unquoted, in any case', 'select * from analytics.Public_Upcoming.events'],
    ['quoted', 'select * from "ANALYTICS"."PUBLIC_UPCOMING"."EVENTS"'],
    ['without blanks', 'select*from(public_upcoming.events)'],
    ['after a line comment', "select 1 -- it's\nfrom public_upcoming.events"],
    ['after a comment in the manner of C', 'select 1 // "\nfrom public_upcoming.events'],
    ['after a block comment with quotes in it', `select /* it's " */ * from public_upcoming.events`],
    ['after a literal with a quote in it', "select 'it''s', 'it\\'s' from public_upcoming.events"],
    ['after a literal that ends with a backslash', String.raw`select 'C:\\' from public_upcoming.events`],
    ['after a literal with a comment in it', "select '--', '/*' from public_upcoming.events"],
    ['after a body in dollars', "select $$it's -- not a comment$$ from public_upcoming.events"],
    ['after a quoted name with a quote in it', 'select "a""b" from public_upcoming.events'],
    ['after a quoted name that looks like a comment', 'select "--" from public_upcoming.events'],
    ['after a division', 'select a/b from public_upcoming.events'],
    ['after a stray dollar', 'select $1 from public_upcoming.events'],
    ['after Windows line ends', 'select 1 -- x\r\nfrom public_upcoming.events'],
  ])('%s', (_where, sql) => {
    expect(identifiersIn(sql)).toContain('PUBLIC_UPCOMING');
  });
});

describe('what is no reference', () => {
  test.each([
    ['a line comment', 'select 1 -- from public_upcoming.events'],
    ['a comment in the manner of C', 'select 1 // from public_upcoming.events'],
    ['a block comment', 'select /* public_upcoming */ 1'],
    ['a block comment over lines', 'select /*\n * public_upcoming\n */ 1'],
    ['an open block comment', 'select 1 /* public_upcoming'],
    ['a literal', "select 'public_upcoming'"],
    ['a literal after an escaped quote', "select 'it\\'s public_upcoming'"],
    ['a literal after a doubled quote', "select 'it''s public_upcoming'"],
    ['a literal over lines', "select 'a\npublic_upcoming'"],
    ['a body in dollars', 'select $$ public_upcoming $$'],
    ['part of another name', 'select * from public_upcoming_2.x, my_public_upcoming.y, public_upcoming$1.z'],
    ['a quoted name in another case', 'select * from "public_upcoming".x'],
    ['part of a quoted name', 'select * from "PUBLIC_UPCOMING.X"'],
  ])('%s', (_where, sql) => {
    expect(identifiersIn(sql)).not.toContain('PUBLIC_UPCOMING');
  });
});

test.each(HOSTILE_NAMES)('the quoted name %j is found as it is stored', (name) => {
  expect(identifiersIn(`select * from "DB".${quoteName(name)}.t`)).toEqual(
    new Set(['SELECT', 'FROM', 'DB', name, 'T']),
  );
});

test('a long text takes no time worth speaking of', () => {
  const started = performance.now();
  const found = identifiersIn(`${"select 'x''y\\' ' /* * */ ,".repeat(20_000)} public_upcoming`);
  expect(found).toContain('PUBLIC_UPCOMING');
  expect(identifiersIn(`'${"''".repeat(100_000)}`).size).toBe(0);
  expect(performance.now() - started).toBeLessThan(2000);
});
