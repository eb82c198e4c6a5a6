/** A dry run says the statements that the run would send, and sends none that changes anything. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openOnDisk } from '../support/checkpoint.js';
import type { Inputs, Shop } from '../support/shop.js';
import type { StepResult } from '../support/runner.js';
import { ADD_PRICE } from '../support/shop-project.js';
import { openTwoPairs } from './two-pairs.js';

const READS = /^\s*(?:select|show|with|describe)\b/i;

/** Ids, times, runs and markers differ from run to run; names and order do not. */
function alike(sql: string): string {
  return sql
    .replaceAll(/\s*(?:COMMENT = |IS )'(?:[^'\\]|''|\\.)*'/g, '')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<moment>')
    .replaceAll(/"run":"\d+"/g, '<run>')
    .replaceAll(/\d{8}_\d{6}_[0-9A-FR]+/g, '<id>')
    .replaceAll(/\d{4}_\d\d_\d\d_\d{6}/g, '<time>')
    .replaceAll(/\\n/g, '\n')
    .trim()
    .replace(/;$/, '');
}

/** The statements that a dry run said. */
function said({ log }: StepResult): readonly string[] {
  return log
    .split(/^ {3}(?=(?:CREATE|ALTER|DROP|EXECUTE|COMMENT) )/m)
    .slice(1)
    .map((text) => alike(text.split(/;\n(?: {3}|\d+\. |::)/)[0] ?? ''));
}

describe('a dry run', () => {
  let shop: Shop;

  beforeAll(async () => {
    shop = await openTwoPairs(40, openOnDisk);
    await shop.merge('Add price to orders', ADD_PRICE);
  });

  afterAll(async () => {
    await shop.close();
  });

  /** Runs a mode dry, then for real. @returns what the first said, and what the second sent that changes something */
  async function both(
    mode: string,
    inputs: Inputs = {},
  ): Promise<{ said: readonly string[]; sent: readonly string[] }> {
    const [schemas, requests] = [await shop.schemas(), shop.github.requests.length];
    const position = await shop.server.logPosition();
    const dry = await shop.succeeds(mode, { ...inputs, 'dry-run': 'true' });
    const changing = (await shop.server.log(position)).filter(({ text }) => !READS.test(text));
    expect(changing.map(({ text }) => text).filter((text) => !/^(alter session|use )/i.test(text))).toEqual([]);
    expect(await shop.schemas()).toEqual(schemas);
    const writes = shop.github.requests.slice(requests).filter(({ method }) => method !== 'GET');
    expect(writes.filter(({ path }) => !path.endsWith('/graphql'))).toEqual([]);
    expect(dry.summary).toContain('Nothing was changed');
    const before = await shop.server.logPosition();
    await shop.succeeds(mode, inputs);
    const sent = (await shop.server.log(before)).filter(({ text, parent }) => parent === null && !READS.test(text));
    return { said: said(dry), sent: sent.map(({ text }) => alike(text)) };
  }

  test.each<readonly [string, Inputs, number]>([
    ['build', {}, 7],
    ['swap', {}, 7],
    ['rollback', { reason: 'a drill' }, 3],
  ])('of %s says what is sent', async (mode, inputs, least) => {
    const { said: told, sent } = await both(mode, inputs);
    expect(told.length).toBeGreaterThanOrEqual(least);
    expect(told.filter((statement) => !sent.includes(statement))).toEqual([]);
  });

  test('of cleanup says what is dropped', async () => {
    const { said: told, sent } = await both('cleanup', { 'older-than': '0' });
    expect(told.filter((statement) => !sent.includes(statement))).toEqual([]);
    expect(told).toEqual(sent.filter((statement) => statement.startsWith('DROP')));
  });
});
