import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as z from 'zod';
import { planDocument, readPlan, writePlan } from '../../src/deployment/plan-document.js';
import { EVERY_PART, HOSTILE } from '../report/support/plans.js';
import { plan, plannedNode } from './support/plans.js';

const SCHEMA_FILE = join('docs', 'plan.schema.json');
const PLANS = [
  ['with something in each part', EVERY_PART],
  ['of hostile names', HOSTILE],
  ['of nothing', plan([])],
] as const;

function publishedSchema(): Record<string, unknown> {
  if (process.env['UPDATE_GOLDEN'] === '1') {
    writeFileSync(SCHEMA_FILE, `${JSON.stringify(z.toJSONSchema(planDocument), undefined, 2)}\n`);
  }
  return JSON.parse(readFileSync(SCHEMA_FILE, 'utf8')) as Record<string, unknown>;
}

/** The schema as it would be if it allowed nothing that it does not describe. */
function strict(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strict);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).map(([key, value]): [string, unknown] => [key, strict(value)]);
  return { ...Object.fromEntries(entries), ...('properties' in schema ? { additionalProperties: false } : {}) };
}

describe('docs/plan.schema.json', () => {
  test('says what the action checks itself (UPDATE_GOLDEN=1 writes it anew)', () => {
    expect(publishedSchema()).toEqual(z.toJSONSchema(planDocument));
  });

  test.each(PLANS)('is met by a plan %s, and describes every field of it', (_what, given) => {
    const ajv = new Ajv2020({ allErrors: true });
    for (const schema of [publishedSchema(), strict(publishedSchema()) as Record<string, unknown>]) {
      const isMet = ajv.compile(schema);
      expect([isMet(JSON.parse(writePlan(given))), isMet.errors]).toEqual([true, null]);
    }
  });

  test.each([
    ['another version', { version: 2 }],
    ['no version', { version: undefined }],
    ['an effect that is none', { rebuilt: [{ ...plannedNode('EVENTS'), effect: 'perhaps' }] }],
    ['half a size', { rebuilt: [{ ...plannedNode('EVENTS'), stored: { rows: 7 } }] }],
    ['a size below nothing', { rebuilt: [{ ...plannedNode('EVENTS'), stored: { rows: -1, bytes: 0 } }] }],
    ['a node left out without a group', { notRebuilt: [plannedNode('EVENTS')] }],
  ])('is not met by a plan with %s, and the action reads none either', (_what, wrong) => {
    const document = JSON.stringify({ ...(JSON.parse(writePlan(plan([]))) as object), ...wrong });
    expect(new Ajv2020().compile(publishedSchema())(JSON.parse(document))).toBe(false);
    expect(() => readPlan(document)).toThrow(/version 1[^]*Run the version of the action that built/);
  });
});

describe('a plan that was kept', () => {
  test.each(PLANS)('is read back as it was written: %s', (_what, given) => {
    expect(readPlan(writePlan(given))).toEqual(given);
    expect(readPlan(writePlan(given, 2))).toEqual(given);
  });

  test('keeps what a newer action added', () => {
    const newer = { ...plan([{ ...plannedNode('EVENTS'), colour: 'blue' } as never]), added: [1] };
    expect(readPlan(writePlan(newer))).toEqual(newer);
  });

  test.each(['{"base":"x"}', '{"format":1,"value":{}}', 'gone', ''])('%j is no plan', (json) => {
    expect(() => readPlan(json)).toThrow('build again');
  });
});

describe('the price', () => {
  function priceOf(given: typeof EVERY_PART): unknown {
    return (JSON.parse(writePlan(given)) as { readonly price: unknown }).price;
  }

  test('adds up what is known, and counts what is not', () => {
    expect(priceOf(EVERY_PART)).toEqual({
      rows: 12 + 1_204_331_876 + 5_400_000 + 48_120_000 + 365,
      bytes: 2_048 + 98_765_432_100 + 312_000_000 + 2_345_678_900 + 18_432,
      known: 5,
      views: 1,
      unknown: 1,
    });
  });

  test('an empty table is known, a new one is not', () => {
    const empty = { ...plannedNode('EMPTY'), stored: { rows: 0, bytes: 0 } };
    expect(priceOf(plan([empty, { ...plannedNode('NEW'), isNew: true }]))).toEqual({
      rows: 0,
      bytes: 0,
      known: 1,
      views: 0,
      unknown: 1,
    });
  });
});
