import { expect, test } from '@jest/globals';
import { flawOfCondition } from '../../../src/verification/settings/condition.js';

test.each([
  'is_test',
  `"Weird;Name" = 'it''s; (fine' AND amount > (1 + 2)`,
  `note <> '-- no comment' OR note LIKE '%//%'`,
  `body = $$ ); -- $$`,
  `id IN (SELECT id FROM raw.crm.erased WHERE why = 'gdpr\\'s')`,
])('%s may be one expression', (sql) => {
  expect(flawOfCondition(sql)).toBeUndefined();
});

test.each([
  ['', /empty/],
  ['  \n', /empty/],
  ['true; drop table x', /semicolon/],
  ['true) OR (1 = 1', /closes a parenthesis/],
  ['true) UNION SELECT 1 FROM (x', /closes a parenthesis/],
  ['(true', /does not close/],
  ['true -- and more', /comment/],
  ['true // and more', /comment/],
  ['true /* open', /comment/],
  [`name = 'open`, /quotation mark/],
  ['"open = 1', /quotation mark/],
  ['$$ open', /quotation mark/],
])('%j is refused', (sql, flaw) => {
  expect(flawOfCondition(sql)).toMatch(flaw);
});
