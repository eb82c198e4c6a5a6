import { describe, expect, test } from '@jest/globals';
import { layerSettings, mistakesInSettings } from '../../../src/verification/settings/settings-layers.js';
import type { SettingsSources } from '../../../src/verification/settings/settings-layers.js';
import type { ModelSettings } from '../../../src/verification/settings/model-settings.js';
import { manifestOf, model } from '../support/manifest.js';

const NODE = model('sessions', { fqn: ['events', 'metrics', 'sessions'] });

function settingsOf(
  given: Partial<SettingsSources> & { readonly meta?: object; readonly columns?: object },
): ModelSettings {
  const { meta, ...sources } = given;
  const node = meta === undefined ? NODE : { ...NODE, meta: { blue_green: meta } };
  return layerSettings({ limits: '', maxBytes: '', projectFile: '', variables: {}, ...sources }).of(node);
}

describe('layers', () => {
  const limits = 'missing: {warn: 1, fail: 1}\nextra: {warn: 1}';
  const variables = { blue_green: { missing: { fail: 2 } }, events: { blue_green: { extra: { warn: 3 } } } };
  const projectFile = `
models:
  events:
    +meta: {blue_green: {missing: {fail: 4}, removed_columns: warn}}
    metrics:
      +meta: {blue_green: {missing: {fail: 5}, key: [a]}}
    other:
      +meta: {blue_green: {missing: {fail: 99}}}
`;
  const missing = (settings: ModelSettings): unknown => settings.limits.missing?.fail;

  test('the stronger wins: input, variable, folder, inner folder, model', () => {
    expect(missing(settingsOf({ limits }))).toEqual({ rows: 1 });
    expect(missing(settingsOf({ limits, variables }))).toEqual({ rows: 2 });
    expect(missing(settingsOf({ limits, variables, projectFile }))).toEqual({ rows: 5 });
    expect(missing(settingsOf({ limits, variables, projectFile, meta: { missing: { fail: '6%' } } }))).toEqual({
      percent: 6,
    });
  });

  test('what a stronger layer does not say stays, severity by severity', () => {
    const settings = settingsOf({ limits, variables, projectFile, meta: { key: ['b'] } });
    expect(settings.limits.missing).toEqual({ warn: { rows: 1 }, fail: { rows: 5 } });
    expect(settings.limits.extra?.warn).toEqual({ rows: 3 });
    expect(settings).toMatchObject({ key: ['b'], removedColumns: 'warn' });
  });

  test('a variable of another package says nothing of this one', () => {
    expect(settingsOf({ variables: { other: { blue_green: { missing: { fail: 7 } } } } }).limits).toEqual({});
  });

  test('a column has limits of its own', () => {
    const amount = {
      name: 'amount',
      constraints: [],
      meta: { blue_green: { changed: { fail: 'never' }, exclude: true } },
    };
    const plain = { name: 'id', constraints: [], meta: {} };
    const settings = layerSettings({ limits: '', maxBytes: '', projectFile: '', variables: {} }).of({
      ...NODE,
      columns: { amount, id: plain },
    });
    expect([...settings.columns]).toEqual([
      ['amount', { changed: { fail: 'never' }, nulls: undefined, exclude: true }],
    ]);
  });
});

describe('mistakes name their place and the nearest name', () => {
  test.each<[string, Parameters<typeof settingsOf>[0], RegExp]>([
    [
      'input',
      { limits: 'misssing: {fail: 1}' },
      /^The input "limits".*"misssing" is unknown; did you mean "missing"\?/,
    ],
    ['input, no YAML', { limits: '{' }, /The input "limits" is not YAML/],
    ['input, not for all models', { limits: 'key: [id]' }, /"key" is unknown \(known: missing, extra/],
    [
      'variable',
      { variables: { blue_green: { missing: { fial: 1 } } } },
      /"missing.fial" is unknown; did you mean "fail"/,
    ],
    ['package', { variables: { events: { blue_green: { extra: 5 } } } }, /variable blue_green of events.*extra/],
    [
      'folder',
      { projectFile: 'models: {events: {+meta: {blue_green: {exclude: [a]}}}}' },
      /^\+meta.blue_green of models.events in dbt_project.yml.*"exclude" is unknown/,
    ],
    [
      'folder with an expectation',
      { projectFile: 'models: {events: {+meta: {blue_green: {expect: {key_changed: {reason: x}}}}}}' },
      /at the model that it changes/,
    ],
    [
      'folder with Jinja',
      { projectFile: `models: {events: {+meta: {blue_green: {missing: {fail: "{{ var('x') }}"}}}}}` },
      /holds Jinja/,
    ],
    [
      'part of a row',
      { meta: { missing: { fail: 0.1 } } },
      /missing.fail must be a whole number of rows, a percentage/,
    ],
    ['no reason', { meta: { expect: { key_changed: {} } } }, /expect.key_changed.reason is missing/],
    [
      'neither max nor where',
      { meta: { expect: { missing: { reason: 'x' } } } },
      /how many \(max\) or which \(where\)/,
    ],
    [
      'expectation',
      { meta: { expect: { changed_column: { columns: ['a'], reason: 'x' } } } },
      /did you mean "changed_columns"/,
    ],
    ['statement', { meta: { where: 'true; drop table x' } }, /where holds a semicolon/],
    ['bytes', { maxBytes: '5 boxes' }, /^The input "max-bytes".*max_bytes must be a number of bytes such as 500 GB/s],
    ['sample', { meta: { sample: '0.001%' } }, /sample must be a percentage from 0.01% to less than 100%/],
    ['all as a sample', { meta: { sample: '100%' } }, /sample must be a percentage/],
    ['a number as a sample', { meta: { sample: 5 } }, /sample must be a percentage/],
    ['days', { meta: { retention: { days: 0 } } }, /retention.days must be more than 0/],
  ])('%s', (_, given, message) => {
    expect(() => settingsOf(given)).toThrow(message);
  });

  test('another spelling of blue_green, which would be passed over', () => {
    const other = model('m', { meta: { 'blue-green': { key: 'id' } } });
    expect(() => layerSettings({ limits: '', maxBytes: '', projectFile: '', variables: {} }).of(other)).toThrow(
      'meta.blue-green of model.events.m is unknown; did you mean "blue_green"?',
    );
  });

  test('a column', () => {
    const column = { name: 'amount', constraints: [], meta: { blue_green: { change: {} } } };
    const node = model('m', { columns: { amount: column } });
    expect(() => layerSettings({ limits: '', maxBytes: '', projectFile: '', variables: {} }).of(node)).toThrow(
      /column amount of model.events.m.*did you mean "changed"/,
    );
  });

  test('all are told at once, each once', () => {
    const wrong = ['a', 'b'].map((name) => model(name, { meta: { blue_green: { keys: ['id'] } } }));
    const inFolder = layerSettings({
      limits: '',
      maxBytes: '',
      variables: {},
      projectFile: 'models: {events: {+meta: {blue_green: {colour: red}}}}',
    });
    const none = layerSettings({ limits: '', maxBytes: '', projectFile: '', variables: {} });
    expect(mistakesInSettings(none, manifestOf(...wrong, model('c')))).toHaveLength(2);
    expect(mistakesInSettings(inFolder, manifestOf(...wrong))).toHaveLength(1);
    expect(mistakesInSettings(none, manifestOf(model('c')))).toEqual([]);
  });
});

test.each([
  ['500 GB', 500e9],
  ['1.5TB', 1.5e12],
  ['20 kb', 20e3],
  ['7', 7],
  [7, 7],
])('max_bytes: %s is %d bytes', (written, expected) => {
  expect(settingsOf({ meta: { max_bytes: written } }).maxBytes).toBe(expected);
});

test('what a model says of max_bytes is stronger than the input', () => {
  expect(settingsOf({ maxBytes: '1 TB' }).maxBytes).toBe(1e12);
  expect(settingsOf({ maxBytes: '1 TB', meta: { max_bytes: '2 TB' } }).maxBytes).toBe(2e12);
});
