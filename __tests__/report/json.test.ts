import { describe, expect, test } from '@jest/globals';
import { renderJson } from '../../src/report/json.js';
import { createReport } from '../../src/report/model.js';
import { faultsInReport } from './support/report-schema.js';
import { comparison, draft, lossy, modelVerdict, plan, plannedNode, verdict } from './support/reports.js';

describe('report.json is what docs/report.schema.json says', () => {
  const leftOut = { ...plannedNode('kept'), group: 'protected' as const, why: 'dbt never rebuilds a snapshot' };
  const samples = { missing: [['7', null]], extra: [], changed: [], duplicate: [] };
  const reports = {
    planned: draft('planned', {
      plan: plan({
        notRebuilt: [leftOut],
        removed: [{ uniqueId: 'model.events.old', production: undefined, reason: 'deleted' }],
        tests: [{ uniqueId: 'test.events.t', fqn: ['events', 't'], name: 't' }],
        notes: [{ text: 'on-run-end changed', effect: 'metadata' }],
        rebuilt: [plannedNode('sized', { stored: { rows: 5, bytes: 9 } })],
      }),
    }),
    blocked: draft('blocked', { verdict: verdict('failed', [modelVerdict('same'), lossy('sessions')]), next: 'Mend.' }),
    'with values': draft('verified', {
      sampleValues: true,
      verdict: verdict('warned', [
        modelVerdict('changed', {
          comparison: comparison({
            extraSinceCutOff: 3,
            changedValues: [{ key: ['7'], values: [{ column: 'PRICE', before: '1', after: null }] }],
          }),
        }),
      ]),
    }),
    broken: draft('blocked', {
      verdict: verdict('failed', [
        modelVerdict('broken', { status: 'errored', key: undefined, comparison: undefined, schema: undefined }),
        modelVerdict('new', { status: 'new', baseline: undefined, key: undefined, comparison: undefined }),
      ]),
    }),
    'with late rows': draft('failed', {
      reason: 'The catch-up lost ids.',
      lateRows: {
        checked: [
          {
            name: 'sessions',
            upcoming: { database: 'ANALYTICS', schema: 'PUBLIC_UPCOMING', name: 'SESSIONS' },
            status: 'failed',
            findings: [{ severity: 'fail', text: '1 id of production is missing in blue after the catch-up.' }],
            counts: { missing: 1, extra: 0, duplicates: 0, samples },
          },
        ],
      },
    }),
  };

  test.each(Object.entries(reports))('%s', (_, given) => {
    expect(faultsInReport(renderJson(createReport(given)))).toEqual([]);
  });

  test('and a field that it does not know, or a missing one, is noticed', () => {
    const report = createReport(reports.blocked);
    const { phase, ...rest } = report;
    expect(faultsInReport(JSON.stringify({ ...rest, stage: phase }))).toEqual([
      expect.stringContaining("must have required property 'phase'"),
      expect.stringContaining('"additionalProperty":"stage"'),
    ]);
  });
});

describe('values of sample rows', () => {
  const changed = modelVerdict('changed', {
    comparison: comparison({
      changed: 1,
      changedValues: [{ key: ['e-1017'], values: [{ column: 'NAME', before: 'former secret', after: null }] }],
    }),
  });
  const given = draft('verified', { verdict: verdict('warned', [changed]) });

  test('stay out of a report that may not show them, though the record holds them', () => {
    expect(renderJson(createReport(given))).not.toContain('former secret');
    expect(renderJson(createReport({ ...given, sampleValues: true, sampleIds: 'none' }))).not.toContain('secret');
  });

  test('are shown on demand, beside an id that is hashed all the same', () => {
    const json = renderJson(createReport({ ...given, sampleValues: true, sampleIds: 'hashed' }));
    expect(json).toContain('former secret');
    expect(json).not.toContain('e-1017');
    expect(json).toContain('347fc95b5ac1');
  });
});
