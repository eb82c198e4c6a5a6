import { describe, expect, test } from '@jest/globals';
import { renderComment } from '../../src/report/comment.js';
import { renderJson } from '../../src/report/json.js';
import { createReport } from '../../src/report/model.js';
import type { ReportDraft } from '../../src/report/model.js';
import { renderSummary } from '../../src/report/summary.js';
import { expectGolden } from './support/golden.js';
import { faultsInReport } from './support/report-schema.js';
import { comparison, draft, lossy, modelVerdict, plan, plannedNode, verdict } from './support/reports.js';

function comment(given: ReportDraft): string {
  return renderComment(createReport(given));
}

const BLOCKED = draft('blocked', {
  verdict: verdict('failed', [modelVerdict('product_event_2'), lossy('sessions')], {
    blockers: [
      'sessions: 1 column removed: AMOUNT. Whoever reads them will fail.',
      'sessions: 300 ids missing in blue; the limit is 0.',
    ],
  }),
  next: 'Fix what blocks and merge again.',
});

test('what was compared in part says so in its status, and shows no number that nobody counted', () => {
  const counted = comparison({ form: 'counted', identical: false, baselineRows: 5, upcomingRows: 5, matched: 0 });
  const models = [
    modelVerdict('huge', { status: 'warned', comparison: counted, partial: ['rows only'] }),
    modelVerdict('some', { status: 'warned', partial: ['sampled', 'keys only'] }),
  ];
  const text = comment(draft('verified', { verdict: verdict('warned', models) }));
  expect(text).toMatch(/<code>huge<\/code> \| ⚠️ warned \(rows only\) \| 5 → 5 \| – \| – \| – \|/);
  expect(text).toMatch(/<code>some<\/code> \| ⚠️ warned \(sampled, keys only\)/);
});

describe('tables whose baseline is of Time Travel', () => {
  const at = '2026-11-22T11:59:58.123Z';
  const of = (...tables: readonly string[]): ReportDraft =>
    draft('verified', {
      verdict: verdict('passed', [modelVerdict('sessions')], { baseline: { kind: 'time travel', at, tables } }),
    });

  test('are named with the moment, in comment, summary and JSON', () => {
    const report = createReport(of('SESSIONS', '<b>@all'));
    const said =
      '**Baseline:** of <code>SESSIONS</code>, <code>&#60;b&#62;@all</code> the clone made with blue was gone. ' +
      `Compared instead: production as Time Travel has it of ${at}, just before the clone.`;
    for (const text of [renderComment(report), renderSummary(report)]) {
      expect(text).toContain(said);
      expect(text).toContain(`baseline: clones, and 2 tables by Time Travel of ${at}`);
    }
    expect(faultsInReport(renderJson(report))).toEqual([]);
    expect(JSON.parse(renderJson(report))).toMatchObject({
      verdict: { baseline: { kind: 'time travel', at, tables: ['SESSIONS', '<b>@all'] } },
    });
  });

  test('are counted where they are many', () => {
    const text = comment(of(...Array.from({ length: 13 }, (_, index) => `T${index}`)));
    expect(text).toContain('<code>T9</code> and 3 more the clone');
    expect(text).not.toContain('T10');
  });

  test('are not spoken of where there are none', () => {
    const text = comment(draft('verified', { verdict: verdict('passed', [modelVerdict('sessions')]) }));
    expect(text).not.toMatch(/\*\*Baseline|Time Travel/);
  });
});

test('a verdict that only reports is said to be no safe one, in any phase', () => {
  const tolerated = verdict('warned', [lossy('sessions')], {
    wouldBlock: ['sessions: 300 ids missing in blue; the limit is 0.'],
  });
  const text = comment(draft('verified', { verdict: tolerated }));
  expect(text).toContain('## Blue/green: ⚠️ would be blocked');
  for (const each of [text, comment(draft('done', { verdict: tolerated }))]) {
    expect(each).toMatch(/\[!CAUTION\]\n> Not safe to swap.*\n>\n> - sessions: 300 ids missing/);
  }
});

describe('the comment, as a person reads it', () => {
  test('planned', () => {
    const protectedNode = {
      ...plannedNode('customers_snapshot', { materialized: 'snapshot', treatment: 'protected' }),
      group: 'protected' as const,
      why: 'dbt never rebuilds a snapshot',
    };
    const removed = [{ uniqueId: 'model.events.old_report', production: undefined, reason: 'deleted' }];
    expectGolden(
      'planned.md',
      comment(draft('planned', { plan: plan({ notRebuilt: [protectedNode], removed }), timeline: [] })),
    );
  });

  test('empty plan', () => {
    const empty = plan({
      rebuilt: [],
      notRebuilt: [
        {
          ...plannedNode('docs_only', { treatment: 'carry', effect: 'metadata' }),
          group: 'metadata',
          why: 'nothing in the stored data differs',
        },
      ],
    });
    expectGolden(
      'empty-plan.md',
      comment(draft('verified', { plan: empty, verdict: verdict('passed', [], { tests: [] }) })),
    );
  });

  test('rolled back', () => {
    const given = draft('rolled back', {
      verdict: verdict('passed', [modelVerdict('product_event_1')]),
      reason: 'Test no_negative_prices failed after the switch with 12 rows.',
      notes: ['12 rows that product_event_1 received since the swap are only in PUBLIC_FAILED_D42.'],
      next: 'Fix the model and merge again.',
    });
    expectGolden(
      'rolled-back.md',
      comment({ ...given, deployment: { ...given.deployment, snapshot: 'PUBLIC_SNAPSHOT_2026_11_22_120000' } }),
    );
  });
});

describe('what others wrote', () => {
  const nasty = 'a|b `c` <img src=x> @octocat *x* [l](javascript:1) \\| "q" &amp; https://evil.example\n## head\u202e';

  test('stays text wherever it stands', () => {
    const model = lossy(nasty);
    const samples = { missing: [[nasty]], extra: [], changed: [], duplicate: [] };
    const text = comment(
      draft('blocked', {
        verdict: verdict('failed', [{ ...model, comparison: { ...(model.comparison ?? comparison()), samples } }]),
        blockers: [nasty],
        notes: [nasty],
        reason: nasty,
        next: nasty,
        plan: plan({ rebuilt: [plannedNode(nasty, { reasons: [{ text: nasty, effect: 'rebuild' }] })] }),
      }),
    );
    const outsideFences = text.replaceAll(/^(`{3,})(?:sql|mermaid)\n[^]*?\n\1$/gm, '');
    expect(outsideFences).not.toMatch(/<img|\[l\]|\u202e|^## head|`|https:\/\/evil/m);
    expect(outsideFences.replaceAll(/<code>.*?<\/code>/g, '')).not.toContain('@octocat');
    const tables = outsideFences.split('\n').filter((line) => line.startsWith('|'));
    const widths = new Set(tables.map((line) => line.split('|').length));
    expect([...widths].sort((a, b) => a - b)).toEqual([6, 7, 9, 10]);
  });

  test('cannot end a block of SQL', () => {
    const name = 'x\n```\n# out';
    const text = comment(draft('blocked', { plan: plan({ rebuilt: [] }), verdict: verdict('failed', [lossy(name)]) }));
    const fences = text.match(/^`{3,}.*$/gm) ?? [];
    expect(fences[0]).toBe('````sql');
    expect(fences.at(-1)).toBe('````');
  });
});

describe('sample ids', () => {
  test.each([
    ['hashed', /1017/],
    ['none', /1017|[0-9a-f]{12}<\/code>/],
  ] as const)('%s: no id leaves in any rendering', (sampleIds, forbidden) => {
    const report = createReport({ ...BLOCKED, sampleIds });
    for (const text of [renderComment(report), renderSummary(report), renderJson(report)])
      expect(text).not.toMatch(forbidden);
  });

  test('hashed can be found again by SHA2 in the warehouse', () => {
    // SELECT SUBSTR(SHA2('e-1017', 256), 1, 12)
    expect(renderComment(createReport({ ...BLOCKED, sampleIds: 'hashed' }))).toContain('<code>347fc95b5ac1</code>');
  });
});

describe('500 models', () => {
  const models = Array.from({ length: 500 }, (_, index) => lossy(`model_${index}_with_a_name_of_usual_length`));
  const blockers = models.map((model) => `${model.name}: 300 ids missing in blue; the limit is 0.`);
  const big = draft('blocked', {
    plan: plan({ rebuilt: models.map((model) => plannedNode(model.name)) }),
    verdict: verdict('failed', models, { blockers }),
    next: 'Fix what blocks and merge again.',
  });

  test('fit into the comment; verdict, blockers and footer stay', () => {
    const text = comment(big);
    expect(text.length).toBeLessThanOrEqual(60_000);
    expect(text).toContain('## Blue/green: ❌ blocked');
    expect(text).toContain('and 495 more');
    expect(text).toContain('**Next:** Fix what blocks and merge again.');
    expect(text).toContain('baseline: clone of 2026-11-22T12:00:00.000Z');
  });

  test('give more detail where only a few differ', () => {
    const few = models.slice(0, 3);
    const rest = Array.from({ length: 497 }, (_, index) => modelVerdict(`same_${index}`));
    const text = comment({ ...big, verdict: verdict('failed', [...rest, ...few]) });
    expect(text).toContain('497 models identical.');
    expect(text).toContain('missing ids: <code>e-1017</code>');
  });

  test('are all in the summary and in the JSON', () => {
    const report = createReport(big);
    const summary = renderSummary(report);
    expect(Buffer.byteLength(summary)).toBeLessThan(1_000_000);
    expect(summary).toContain('model_499_with_a_name_of_usual_length');
    expect(JSON.parse(renderJson(report))).toMatchObject({
      version: 1,
      phase: 'blocked',
      verdict: { models: { length: 500 } },
    });
  });
});
