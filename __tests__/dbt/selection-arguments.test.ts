import { describe, expect, test } from '@jest/globals';
import { selectionArguments } from '../../src/dbt/selection-arguments.js';

describe('selection arguments', () => {
  test('demand path, package and file name of a model, each node an argument of its own', () => {
    const events = { uniqueId: 'model.shop.events', fqn: ['shop', 'staging', 'events'] };
    const countries = { uniqueId: 'seed.shop.countries', fqn: ['shop', 'countries'] };
    expect(selectionArguments([events, countries])).toEqual([
      '--select',
      'fqn:shop.staging.events,package:shop,file:events',
      'fqn:shop.countries,package:shop,file:countries',
    ]);
  });

  test('demand no file name where dbt names the node otherwise', () => {
    const generic = { uniqueId: 'test.shop.unique_events_id.9d6e3882cf', fqn: ['shop', 'unique_events_id'] };
    const version = { uniqueId: 'model.shop.orders.v2', fqn: ['shop', 'orders', 'v2'] };
    const snapshot = { uniqueId: 'snapshot.shop.prices', fqn: ['shop', 'all_snapshots', 'prices'] };
    expect(selectionArguments([generic, version, snapshot]).slice(1)).toEqual([
      'fqn:shop.unique_events_id,package:shop',
      'fqn:shop.orders.v2,package:shop',
      'fqn:shop.all_snapshots.prices,package:shop',
    ]);
  });

  test('let no character of a name be read as an operator', () => {
    const odd = { uniqueId: 'test.shop.a+b,c:d@e.123', fqn: ['shop', 'a+b,c:d@e'] };
    expect(selectionArguments([odd])[1]).toBe('fqn:shop.a?b?c?d?e,package:shop');
  });

  test('let no character of a name stand for others where dbt can be told so', () => {
    const odd = { uniqueId: 'model.shop.o\'brien"[*]?\n|é', fqn: ['shop', 'o\'brien"[*]?\n|é'] };
    expect(selectionArguments([odd])[1]).toContain('fqn:shop.o\'brien"[[][*][]][?]?|é,');
  });

  test('refuse to select nothing, because dbt would run all', () => {
    expect(() => selectionArguments([])).toThrow(RangeError);
  });

  test('refuse more than the system can hand to a program', () => {
    const nodes = Array.from({ length: 20_000 }, (_, index) => ({
      uniqueId: `model.shop.model_with_a_long_name_${index}`,
      fqn: ['shop', 'a_folder', `model_with_a_long_name_${index}`],
    }));
    expect(() => selectionArguments(nodes)).toThrow(/20000 nodes.*Nothing was run/);
  });
});
