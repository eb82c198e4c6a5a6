import type { ReportDraft } from '../../../src/report/model.js';
import { comparison, draft, lossy, modelVerdict, plan, plannedNode, schemaDifference, verdict } from './reports.js';

/** Deployments as reviewers meet them, by what they are about. */
const identical = modelVerdict('product_event_1');

export const PASSED: ReportDraft = draft('verified', {
  verdict: verdict('passed', [identical, modelVerdict('sessions')]),
  next: 'Approve the swap.',
});

/** A column added, a new model, and rows that changed though nobody touched their model; with values. */
export const WARNED: ReportDraft = draft('verified', {
  sampleIds: 'plain',
  sampleValues: true,
  verdict: verdict(
    'warned',
    [
      modelVerdict('product_event_1', {
        schema: schemaDifference({ added: ['PRICE'] }),
        findings: [{ severity: 'info', text: '1 column added: PRICE.' }],
      }),
      modelVerdict('prices', { status: 'new', comparison: undefined, baseline: undefined, key: undefined }),
      modelVerdict('sessions', {
        status: 'warned',
        comparison: comparison({
          form: 'join',
          identical: false,
          upcomingRows: 50_040,
          extra: 40,
          extraSinceCutOff: 40,
          changed: 3,
          changedOtherwise: 3,
          columns: [
            { column: 'LAST_AT', changed: 3, toNull: 1, fromNull: 0, filled: { baseline: 50_000, upcoming: 50_039 } },
          ],
          samples: { missing: [], extra: [['e-50001']], changed: [['e-3'], ['e-4']], duplicate: [] },
          changedValues: [
            { key: ['e-3'], values: [{ column: 'LAST_AT', before: '2026-11-22 11:00:00.000', after: null }] },
            {
              key: ['e-4'],
              values: [{ column: 'LAST_AT', before: '2026-11-22 11:00:00.000', after: '2026-11-22 11:30:00.000' }],
            },
          ],
        }),
        properties: [{ property: 'clustering', before: 'LINEAR(DAY)', after: '' }],
        findings: [
          { severity: 'warn', text: 'clustering key: LINEAR(DAY) -> none.' },
          { severity: 'info', text: '40 ids newer than the clone.' },
          {
            severity: 'warn',
            text: '3 rows changed (< 0.01 %) though the model itself did not change; the limit is 0.',
          },
        ],
      }),
    ],
    {
      tests: [
        { uniqueId: 't1', name: 'unique_sessions_id', status: 'pass', failures: 0, message: undefined },
        {
          uniqueId: 't2',
          name: 'not_null_sessions_last_at',
          status: 'warn',
          failures: 12,
          failuresInProduction: 12,
          message: 'Got 12 results, configured to fail if != 0',
        },
      ],
    },
  ),
  next: 'Approve the swap.',
});

export const BLOCKED: ReportDraft = draft('blocked', {
  verdict: verdict('failed', [modelVerdict('product_event_2'), lossy('sessions')], {
    blockers: [
      'sessions: 1 column removed: AMOUNT. Whoever reads them will fail.',
      'sessions: 300 ids missing in blue; the limit is 0.',
    ],
  }),
  next: 'Fix what blocks and merge again.',
});

/** A check that broke, a relation that dbt did not build, and a test that could not run. */
const BREAK =
  'the check broke, so nothing is known about this model: fingerprintBothSides was refused: 000604: SQL execution canceled (statement timeout of 3600 seconds).';
const UNBUILT = 'ANALYTICS.PUBLIC_UPCOMING.SESSIONS does not exist: dbt did not build it.';
const nothing = { key: undefined, comparison: undefined, schema: undefined } as const;

export const BROKEN: ReportDraft = draft('blocked', {
  verdict: verdict(
    'failed',
    [
      identical,
      modelVerdict('page_views', { ...nothing, status: 'errored', findings: [{ severity: 'fail', text: BREAK }] }),
      modelVerdict('sessions', { ...nothing, status: 'failed', findings: [{ severity: 'fail', text: UNBUILT }] }),
    ],
    {
      tests: [
        {
          uniqueId: 't1',
          name: 'no_orphans',
          status: 'error',
          failures: undefined,
          message: "Compilation Error: macro 'dbt_macro__noop' takes no argument",
        },
      ],
      blockers: [`page_views: ${BREAK}`, `sessions: ${UNBUILT}`, 'test no_orphans could not run: Compilation Error'],
    },
  ),
  next: 'Fix what blocks and merge again.',
});

/** 500 models of which a dozen differ, as a macro that everything uses would leave them. */
export const MANY: ReportDraft = draft('blocked', {
  plan: plan({ rebuilt: Array.from({ length: 500 }, (_, index) => plannedNode(`model_${index}`)) }),
  verdict: verdict(
    'failed',
    Array.from({ length: 500 }, (_, index) =>
      index % 42 === 7 ? lossy(`model_${index}`) : modelVerdict(`model_${index}`),
    ),
    {
      blockers: Array.from(
        { length: 12 },
        (_, index) => `model_${index * 42 + 7}: 300 ids missing in blue; the limit is 0.`,
      ),
    },
  ),
  next: 'Fix what blocks and merge again.',
});

export const NASTY =
  'a|b `c` <img src=x> @octocat *x* [l](javascript:1) \\| "q" &amp; https://evil.example\n## head\u202e 🦆';

const base = lossy(NASTY);

/** Every text that others control tries to be more than text. */
export const HOSTILE: ReportDraft = draft('blocked', {
  sampleValues: true,
  verdict: verdict(
    'failed',
    [
      {
        ...base,
        comparison: {
          ...(base.comparison ?? comparison()),
          columns: [{ column: NASTY, changed: 1, toNull: 0, fromNull: 0, filled: { baseline: 9, upcoming: 9 } }],
          samples: { missing: [[NASTY], ['</details>']], extra: [], changed: [['```\n# out']], duplicate: [] },
          changedValues: [{ key: [NASTY], values: [{ column: NASTY, before: NASTY, after: '-->\n| x |' }] }],
        },
        key: { columns: [NASTY], source: 'unique_key' },
        findings: [{ severity: 'fail', text: NASTY }],
        uncompared: [{ column: NASTY, why: NASTY }],
      },
    ],
    {
      tests: [{ uniqueId: 't', name: NASTY, status: 'fail', failures: 1, message: NASTY }],
      blockers: [NASTY],
    },
  ),
  reason: NASTY,
  notes: [NASTY],
  next: NASTY,
  plan: plan({ rebuilt: [plannedNode(NASTY, { reasons: [{ text: NASTY, effect: 'rebuild' }] })] }),
});
