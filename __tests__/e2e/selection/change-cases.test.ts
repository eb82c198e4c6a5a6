import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CODE_CASES } from './cases/code-cases.js';
import { CONFIG_CASES } from './cases/config-cases.js';
import { INDIRECT_CASES } from './cases/indirect-cases.js';
import { NODE_CASES } from './cases/node-cases.js';
import { expectationOf, parseCases, planOf, summaryOf } from './support/change-case.js';
import { endParsers, PARSING_TIMEOUT } from './support/parsed-projects.js';

const CASES = [...CODE_CASES, ...CONFIG_CASES, ...NODE_CASES, ...INDIRECT_CASES];

describe('what a change of code rebuilds', () => {
  beforeAll(() => parseCases(CASES), PARSING_TIMEOUT);
  afterAll(endParsers);

  test.each(CASES.map((change) => [change.name, change] as const))('%s', (_name, change) => {
    const expected = expectationOf(change);
    if ('refusal' in expected) expect(() => planOf(change)).toThrow(expected.refusal);
    else expect(summaryOf(planOf(change))).toEqual(expected);
  });
});
