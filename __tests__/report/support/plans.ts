import type { LeftOutGroup, LeftOutNode, Plan, PlannedNode } from '../../../src/selection/plan.js';
import { plan, plannedNode } from './reports.js';

export function leftOut(name: string, group: LeftOutGroup, why: string, given: Partial<PlannedNode> = {}): LeftOutNode {
  const treatment = group === 'protected' ? 'protected' : 'carry';
  const effect = group === 'metadata' || group === 'future loads' ? group : 'rebuild';
  return { ...plannedNode(name, { treatment, effect, ...given }), group, why };
}

const EPHEMERAL = 'ephemeral: it has no table of its own, its query is part of its readers';
const OUTSIDE =
  'outside the scope: not connected to an incremental model that is rebuilt; the next scheduled run builds it, unverified';

function reads(...names: readonly string[]): Pick<PlannedNode, 'reads' | 'reasons' | 'changed'> {
  return {
    changed: false,
    reads: names.map((name) => `model.events.${name}`),
    reasons: names.map((name) => ({ text: `reads ${name}, which is rebuilt`, effect: 'rebuild' })),
  };
}

/** A plan with something in each of its parts. */
export const EVERY_PART: Plan = plan({
  rebuilt: [
    plannedNode('event_kinds', {
      uniqueId: 'seed.events.event_kinds',
      resourceType: 'seed',
      materialized: 'seed',
      reasons: [{ text: 'content changed', effect: 'rebuild' }],
      stored: { rows: 12, bytes: 2_048 },
    }),
    plannedNode('stg_events', {
      materialized: 'view',
      reads: ['source.events.raw.events'],
      reasons: [{ text: 'macro cents_to_dollars changed, called by macro price', effect: 'rebuild' }],
    }),
    plannedNode('product_event_1', {
      ...reads('stg_events'),
      stored: { rows: 1_204_331_876, bytes: 98_765_432_100 },
    }),
    plannedNode('visits', {
      ...reads('session_ids'),
      changed: true,
      reasons: [{ text: 'ephemeral model session_ids: body changed', effect: 'rebuild' }],
      stored: { rows: 5_400_000, bytes: 312_000_000 },
    }),
    plannedNode('sessions', {
      ...reads('product_event_1', 'visits'),
      reads: ['model.events.product_event_1', 'model.events.visits', 'seed.events.event_kinds'],
      stored: { rows: 48_120_000, bytes: 2_345_678_900 },
    }),
    plannedNode('refunds', { isNew: true, reasons: [{ text: 'new model', effect: 'rebuild' }] }),
    plannedNode('sessions_by_day', {
      ...reads('sessions'),
      materialized: 'table',
      stored: { rows: 365, bytes: 18_432 },
    }),
  ],
  notRebuilt: [
    leftOut('session_ids', 'part of its readers', EPHEMERAL, {
      materialized: 'ephemeral',
      production: undefined,
      upcoming: undefined,
    }),
    leftOut(
      'customers_history',
      'protected',
      'a dbt snapshot: its history cannot be made again, so it is carried as it is',
      {
        uniqueId: 'snapshot.events.customers_history',
        resourceType: 'snapshot',
        materialized: 'snapshot',
      },
    ),
    leftOut(
      'audit_log',
      'protected',
      'full_refresh is false: it is carried as it is, and its old rows keep what the old code made of them',
      {
        ...reads('stg_events'),
      },
    ),
    leftOut('country_list', 'next scheduled run', OUTSIDE, { materialized: 'table' }),
    leftOut('country_names', 'next scheduled run', OUTSIDE, { materialized: 'view', ...reads('country_list') }),
    leftOut('windows', 'future loads', 'only rows loaded from now on differ', {
      reasons: [
        { text: 'incremental_strategy is delete+insert now (was merge)', effect: 'future loads' },
        { text: 'tags changed', effect: 'metadata' },
      ],
    }),
    leftOut('prices', 'metadata', 'nothing in the stored data differs', {
      materialized: 'table',
      reasons: [{ text: 'description changed', effect: 'metadata' }],
    }),
  ],
  removed: [{ uniqueId: 'model.events.old_report', production: undefined, reason: 'deleted' }],
  tests: [{ uniqueId: 'test.events.unique_visits', fqn: ['events', 'unique_visits'], name: 'unique_visits' }],
  expectations: { 'model.events.sessions': ['shorter_sessions'] },
  notes: [
    {
      text: 'project hook on-run-end-0 changed: it runs with every dbt command, and no model is rebuilt for it',
      effect: 'future loads',
    },
  ],
});

/** Three models changed, and hundreds read them. */
export const MANY_MODELS: Plan = plan({
  rebuilt: Array.from({ length: 500 }, (_, index) => {
    const name = `model_${index}_with_a_name_of_usual_length`;
    const stored = { rows: 1_000 * (index + 1), bytes: 64_000 * (index + 1) };
    if (index < 3) return plannedNode(name, { stored });
    return plannedNode(name, { ...reads(`model_${index % 3}_with_a_name_of_usual_length`), stored });
  }),
});

/** What somebody could try in a name, a reason, a kind; each means something to Markdown, HTML, Mermaid or GitHub. */
export const HOSTILE_TEXTS: readonly string[] = [
  'a|b `c` <img src=x onerror=alert(1)> @octocat *x* [l](javascript:1) \\| "q" &amp; https://evil.example\n## head\u202e',
  '"]; click n0 href "javascript:alert(1)"; n0["',
  '%%{init: {"theme": "forest", "securityLevel": "loose"}}%%',
  'x"]\nend\nsubgraph s\nn0 --> n1\nclassDef default fill:#000',
  '1. first\n- second',
  '__init__ **bold** _it_ ~~gone~~ # title',
  '#quot; #60; &lt;script&gt; #lt;b#gt;',
  'fa:fa-bomb :bomb: $$x^2$$ $`y`$',
  '```\n# out of the fence\n```',
  '</details></summary><!-- --> <h1>big</h1>',
  '日本語 ünï 😀 é',
  '   ',
];

export const HOSTILE: Plan = plan({
  rebuilt: HOSTILE_TEXTS.map((text, index) =>
    plannedNode(text, {
      uniqueId: index === 0 ? 'model.events."]; click' : `model.events.${text}`,
      materialized: index % 2 === 0 ? text : 'incremental',
      reads: index === 0 ? [] : ['model.events."]; click'],
      reasons: [{ text, effect: 'rebuild' }],
    }),
  ),
  notRebuilt: HOSTILE_TEXTS.slice(0, 2).map((text) =>
    leftOut(text, 'protected', text, { uniqueId: `left.${text}`, reasons: [{ text, effect: 'rebuild' }] }),
  ),
  removed: HOSTILE_TEXTS.slice(0, 2).map((text) => ({ uniqueId: text, production: undefined, reason: text })),
  notes: HOSTILE_TEXTS.slice(0, 2).map((text) => ({ text, effect: 'metadata' })),
});
