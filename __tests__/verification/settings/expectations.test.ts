import { expect, test } from '@jest/globals';
import { newExpectations, withExpectations } from '../../../src/verification/settings/expectations.js';
import { readModelSettings } from '../../../src/verification/settings/model-settings.js';
import type { ManifestNode } from '../../../src/dbt/manifest.js';
import { model } from '../support/manifest.js';

function expecting(expect: object): ManifestNode {
  return model('m', { meta: { blue_green: { key: 'id', expect } } });
}

const KEY = { key_changed: { reason: 'ids are UUIDs now' } };
const LOST = { missing: { max: 5, where: 'is_test', reason: 'tests go' } };

test.each<[string, ManifestNode | undefined, ManifestNode, readonly string[]]>([
  ['a new model', undefined, expecting(KEY), ['key_changed']],
  ['added to a model that expected nothing', model('m'), expecting(LOST), ['missing']],
  ['added beside one that stood', expecting(KEY), expecting({ ...KEY, ...LOST }), ['missing']],
  ['altered', expecting(LOST), expecting({ missing: { ...LOST.missing, max: 6 } }), ['missing']],
  ['only told otherwise', expecting(KEY), expecting({ key_changed: { reason: 'and again' } }), ['key_changed']],
  ['as it stood', expecting({ ...KEY, ...LOST }), expecting({ ...LOST, ...KEY }), []],
  ['its lines moved', expecting(LOST), expecting({ missing: { reason: 'tests go', where: 'is_test', max: 5 } }), []],
  ['taken out', expecting(KEY), model('m'), []],
])('%s', (_, live, head, names) => {
  expect(newExpectations(live, head)).toEqual(names);
});

test('only those that count are kept', () => {
  const settings = readModelSettings(expecting({ ...KEY, ...LOST }));
  expect(withExpectations(settings, ['missing']).expect).toEqual({
    missing: { max: { rows: 5 }, where: 'is_test', reason: 'tests go' },
  });
  expect(withExpectations(settings, []).expect).toEqual({});
});
