import { describe, expect, test } from '@jest/globals';
import { readVariables } from '../../src/selection/project-settings.js';
import { changedVariables, changedVariablesIn } from '../../src/selection/variables.js';

const PACKAGES = new Set(['shop', 'dbt_utils']);

describe('variables of a project', () => {
  test('are read with the command line over the file', () => {
    const file = 'name: shop\nvars:\n  a: 1\n  shop: {b: 2}\n';
    expect(readVariables(file, '', { a: 3 })).toEqual({ a: 3, shop: { b: 2 } });
    expect(readVariables('name: shop\n', '')).toEqual({});
    expect(readVariables('', '')).toEqual({});
  });

  test('changed: globals, and those of a package by their own names', () => {
    const live = { a: 1, b: { x: 1 }, same: [1, { k: 1 }], shop: { c: 1, d: 1 } };
    const head = { a: 2, b: { x: 2 }, same: [1, { k: 1 }], shop: { c: 1, d: 2 }, dbt_utils: { e: 1 } };
    expect([...changedVariables(live, head, PACKAGES)].sort()).toEqual(['a', 'b', 'd', 'e']);
  });

  test.each([
    ["{{ var('day') }}", 'rebuild'],
    ["{% if var.has_var('day') %}x{% endif %}", 'rebuild'],
    ["{% if is_incremental() %}{{ var('day') }}{% endif %}", 'future loads'],
    ["{% if is_incremental() %}{{ var('day') }}{% endif %}{{ var('day') }}", 'rebuild'],
    ['{{ var(name) }}', 'rebuild'],
    ["{{ var('other') }}", undefined],
    ["select var('day')", undefined],
    ["{# var('day') #}", undefined],
  ])('%s reads day: %s', (code, effect) => {
    expect(changedVariablesIn(code, new Set(['day'])).get('day')).toBe(effect);
  });
});
