/** A change that reaches two schemas: built, switched and rolled back as one. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Shop } from '../support/shop.js';
import { ADD_PRICE, ADD_SECTION } from '../support/shop-project.js';
import { openTwoPairs, totals, viewsOfBlue } from './two-pairs.js';

const STAMP = String.raw`\d{4}_\d\d_\d\d_\d{6}`;

describe('two pairs', () => {
  let shop: Shop;

  beforeAll(async () => {
    shop = await openTwoPairs(40);
    await shop.merge('Add price to orders', ADD_PRICE);
  });

  afterAll(async () => {
    await shop.close();
  });

  test('the plan says which schemas it is about', async () => {
    const { outputs } = await shop.succeeds('plan');
    expect(JSON.parse(outputs['models'] ?? '')).toEqual(expect.arrayContaining(['orders', 'customers', 'loyalty']));
    expect(await shop.schemas()).toEqual(['PUBLIC', 'PUBLIC_MARKETING']);
  });

  test('build makes both beside production', async () => {
    const { outputs } = await shop.succeeds('build');
    const id = outputs['deployment-id'] ?? '';
    expect(outputs).toMatchObject({ state: 'waiting', verdict: 'passed' });
    expect(await shop.schemas()).toEqual(
      [
        'PUBLIC',
        'PUBLIC_MARKETING',
        'PUBLIC_UPCOMING',
        'PUBLIC_UPCOMING_MARKETING',
        'PUBLIC_DEPLOYMENTS',
        `PUBLIC_BASELINE_${id}`,
        `PUBLIC_MARKETING_BASELINE_${id}`,
      ].sort(),
    );
    expect(await totals(shop)).toEqual(['40', '40', '40', '40']);
  });

  test('swap brings both live in one statement, with what arrived meanwhile', async () => {
    await shop.hour(10);
    const position = await shop.server.logPosition();
    await shop.succeeds('swap');
    const blocks = (await shop.server.log(position)).filter(({ text }) => text.startsWith('EXECUTE IMMEDIATE'));
    expect(blocks).toHaveLength(1);
    expect(blocks[0]?.text.match(/SWAP WITH/g)).toHaveLength(2);
    expect(await shop.columns('PUBLIC', 'ORDERS')).toContain('price');
    expect(await totals(shop)).toEqual(['50', '50', '50', '50']);
    const schemas = await shop.schemas();
    expect(schemas.filter((name) => !/SNAPSHOT/.test(name))).toEqual([
      'PUBLIC',
      'PUBLIC_DEPLOYMENTS',
      'PUBLIC_MARKETING',
    ]);
    expect(schemas.join(' ')).toMatch(new RegExp(`PUBLIC_MARKETING_SNAPSHOT_${STAMP} PUBLIC_SNAPSHOT_${STAMP}`));
    expect(await viewsOfBlue(shop)).toEqual([]);
  });

  test('a rollback brings both back, and loses no row', async () => {
    await shop.hour(5);
    await shop.succeeds('rollback', { reason: 'a drill' });
    expect(await shop.columns('PUBLIC', 'ORDERS')).not.toContain('price');
    await shop.hour(1);
    expect(await totals(shop)).toEqual(['56', '56', '56', '56']);
    const schemas = await shop.schemas();
    expect(schemas.filter((name) => name.includes('FAILED'))).toHaveLength(2);
    expect(schemas.filter((name) => name.includes('SNAPSHOT'))).toHaveLength(2);
  });

  test('a later change that reaches one schema only switches that one', async () => {
    await shop.merge('A section', ADD_SECTION);
    await shop.succeeds('deploy', { 'accept-rejected': 'true', scope: 'incremental' });
    expect(await shop.columns('PUBLIC', 'PAGE_VIEWS')).toContain('section_id');
  });

  test('cleanup drops old versions of both and keeps what a rollback needs', async () => {
    await shop.merge('Sections of sections', {
      'models/page_views.sql': (text) => text.replace('as section_id', 'as section_id,\n    page_id * 100 as area_id'),
    });
    await shop.succeeds('deploy');
    const { outputs } = await shop.succeeds('cleanup', { 'older-than': '0', keep: '1' });
    expect(outputs['next']).toMatch(/Dropped/);
    const left = await shop.schemas();
    expect(left.filter((name) => /^PUBLIC_SNAPSHOT/.test(name))).toHaveLength(1);
    expect(left.filter((name) => name.includes('FAILED'))).toEqual([]);
    await shop.succeeds('rollback');
    expect(await shop.columns('PUBLIC', 'PAGE_VIEWS')).not.toContain('area_id');
    expect(await totals(shop)).toEqual(['56', '56', '56', '56']);
  });
});
