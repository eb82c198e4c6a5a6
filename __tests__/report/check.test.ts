import { describe, expect, test } from '@jest/globals';
import { checkOf } from '../../src/report/check.js';
import type { Check } from '../../src/report/check.js';
import { createReport } from '../../src/report/model.js';
import type { ReportDraft } from '../../src/report/model.js';
import { draft, lossy, modelVerdict, plan, plannedNode, verdict } from './support/reports.js';

function check(given: ReportDraft, projectDir = '.'): Check | undefined {
  return checkOf(createReport(given), projectDir);
}

describe('the conclusion', () => {
  const same = modelVerdict('product_event_1');

  test.each<[string, ReportDraft, Check['conclusion'] | undefined]>([
    ['passed', draft('verified', { verdict: verdict('passed', [same]) }), 'success'],
    ['passed with nothing to rebuild', draft('verified', { verdict: verdict('passed', []) }), 'success'],
    ['warned', draft('verified', { verdict: verdict('warned', [same]) }), 'neutral'],
    ['only reported', draft('verified', { verdict: verdict('passed', [same], { wouldBlock: ['x'] }) }), 'neutral'],
    ['failed', draft('blocked', { verdict: verdict('failed', [lossy('sessions')]) }), 'failure'],
    [
      'failed, whatever the phase says',
      draft('verified', { verdict: verdict('failed', [lossy('sessions')]) }),
      'failure',
    ],
    ['no verdict, whatever the phase says', draft('verified'), 'failure'],
    ['dbt broke', draft('build failed'), 'failure'],
    ['time was up', draft('stopped in time'), 'failure'],
    ['rolled back', draft('rolled back', { verdict: verdict('passed', [same]) }), 'failure'],
    ['planned', draft('planned'), undefined],
    ['building', draft('building'), undefined],
    ['live', draft('done', { verdict: verdict('passed', [same]) }), undefined],
    ['a swap that broke off', draft('failed', { verdict: verdict('passed', [same]) }), undefined],
  ])('%s', (_, given, conclusion) => {
    expect(check(given)?.conclusion).toBe(conclusion);
  });
});

test('findings that fail or warn stand on the files of their models, worst first; what is only shown does not', () => {
  const warned = modelVerdict('product_event_1', {
    status: 'warned',
    findings: [
      { severity: 'warn', text: '3 rows changed.' },
      { severity: 'info', text: '1 column added: PRICE.' },
    ],
  });
  const given = draft('blocked', {
    plan: plan({ rebuilt: [plannedNode('product_event_1'), plannedNode('sessions')] }),
    verdict: verdict('failed', [warned, lossy('sessions'), lossy('not_in_the_plan'), modelVerdict('same')]),
  });
  expect(check(given, 'warehouse/dbt')?.annotations).toEqual([
    {
      path: 'warehouse/dbt/models/sessions.sql',
      level: 'failure',
      title: 'sessions',
      message: '1 column removed: AMOUNT. Whoever reads them will fail.\n300 ids missing in blue; the limit is 0.',
    },
    {
      path: 'warehouse/dbt/models/product_event_1.sql',
      level: 'warning',
      title: 'product_event_1',
      message: '3 rows changed.',
    },
  ]);
  expect(check(given)?.annotations[0]?.path).toBe('models/sessions.sql');
  expect(check(given)).toMatchObject({ title: 'blocked', summary: expect.stringContaining('300 ids missing') });
});
