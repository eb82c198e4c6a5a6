import { describe, expect, test } from '@jest/globals';
import { renderComment } from '../../src/report/comment.js';
import { createReport } from '../../src/report/model.js';
import type { Report } from '../../src/report/model.js';
import { renderSummary } from '../../src/report/summary.js';
import type { Plan } from '../../src/selection/plan.js';
import { expectGolden } from './support/golden.js';
import { diagramsIn, faultsOf } from './support/mermaid-syntax.js';
import { EVERY_PART, HOSTILE, leftOut, MANY_MODELS } from './support/plans.js';
import { draft, modelVerdict, plan, plannedNode, verdict } from './support/reports.js';

function planned(given: Plan): Report {
  return createReport(draft('planned', { plan: given, timeline: [] }));
}

describe('a plan, as a person reads it', () => {
  test('with something in each of its parts', () => {
    const report = planned(EVERY_PART);
    expectGolden('plan-every-part.md', renderComment(report));
    expect(renderSummary(report)).toBe(renderComment(report));
  });

  test('with nothing to do', () => {
    expectGolden('plan-nothing.md', renderComment(planned(plan({ rebuilt: [] }))));
  });

  test('of 500 models', () => {
    const report = planned(MANY_MODELS);
    const comment = renderComment(report);
    expectGolden('plan-500-models.md', comment);
    expect(comment.length).toBeLessThanOrEqual(60_000);
    const summary = renderSummary(report);
    expect(summary).toContain('<code>model_499_with_a_name_of_usual_length</code>');
    expect(diagramsIn(summary).flatMap(faultsOf)).toEqual([]);
  });

  test('of names and reasons that try to be more than text', () => {
    const comment = renderComment(planned(HOSTILE));
    expectGolden('plan-hostile.md', comment);
    const [diagram = '', ...others] = diagramsIn(comment);
    expect(others).toEqual([]);
    expect(faultsOf(diagram)).toEqual([]);
    expect(diagram).not.toMatch(/#(36|58);(?!#8203;)/);
    const prose = comment.replace(diagram, '');
    expect(prose).not.toMatch(/<img|<h1|<script|<!--|\[l\]|\u202e|^#+ (head|out|title)|https:\/\/evil/m);
    expect(prose.match(/<\/?details/g)).toEqual(['<details', '</details']);
    const tables = prose.split('\n').filter((line) => line.startsWith('|'));
    expect([...new Set(tables.map((line) => line.split('|').length))]).toEqual([9, 7]);
  });
});

describe('the price', () => {
  function headlineOf(...rebuilt: Plan['rebuilt']): string {
    return renderComment(planned(plan({ rebuilt }))).split('\n')[2] ?? '';
  }

  test('is said first, and what is unknown is never 0', () => {
    const known = plannedNode('a', { stored: { rows: 0, bytes: 0 } });
    const fresh = plannedNode('b', { isNew: true });
    const view = plannedNode('c', { materialized: 'view' });
    expect(headlineOf(known)).toBe(
      '1 model will be rebuilt in blue: 0 rows and 0 B in production today. Nothing was changed yet.',
    );
    expect(headlineOf(known, fresh, view)).toMatch(
      /^3 models .*: 0 rows and 0 B in production today, and 1 model of unknown size\./,
    );
    expect(headlineOf(fresh)).toMatch(/^1 model .*: 1 model of unknown size\./);
    expect(headlineOf(view)).toMatch(/^1 model .*: views only, which store nothing\./);
  });

  test('stands in each row: a number, unknown, or a dash for what has no rows', () => {
    const text = renderComment(planned(EVERY_PART));
    const rowOf = (name: string): string =>
      text.split('\n').find((line) => line.startsWith(`| <code>${name}</code>`)) ?? '';
    expect(rowOf('product_event_1')).toMatch(/ incremental \| 1,204,331,876 \| 98\.8 GB \|/);
    expect(rowOf('stg_events')).toMatch(/ view \| – \| – \|/);
    expect(rowOf('refunds')).toMatch(/ new \| unknown \| unknown \|/);
  });
});

describe('the lineage', () => {
  const line = (of: Plan, form: RegExp): readonly string[] =>
    (diagramsIn(renderComment(planned(of)))[0] ?? '').split('\n').filter((each) => form.test(each));

  test('tells effects apart by colour, and what is not rebuilt by a dashed border', () => {
    const looks = line(EVERY_PART, /:::/).map((each) => /"(\w+)<br.*:::(\w+)$/.exec(each)?.slice(1));
    expect(looks).toEqual([
      ['session_ids', 'kept'],
      ['event_kinds', 'changed'],
      ['stg_events', 'changed'],
      ['product_event_1', 'reader'],
      ['visits', 'changed'],
      ['sessions', 'reader'],
      ['refunds', 'changed'],
      ['sessions_by_day', 'reader'],
      ['customers_history', 'kept'],
      ['audit_log', 'kept'],
      ['country_list', 'kept'],
      ['country_names', 'kept'],
      ['windows', 'later'],
      ['prices', 'metadata'],
    ]);
    const dashed = line(EVERY_PART, /classDef .*dasharray/).map((each) => each.trim().split(' ')[1]);
    expect(dashed).toEqual(['kept', 'later', 'metadata']);
  });

  test('draws who reads whom, sources left out', () => {
    expect(line(EVERY_PART, /-->/).map((each) => each.trim())).toEqual([
      'n2 --> n3',
      'n0 --> n4',
      'n3 --> n5',
      'n4 --> n5',
      'n1 --> n5',
      'n5 --> n7',
      'n2 --> n9',
      'n10 --> n11',
    ]);
  });

  test('of too many models shows those that changed, and counts the rest', () => {
    expect(line(MANY_MODELS, /:::/)).toHaveLength(3);
    expect(line(MANY_MODELS, /rest/).map((each) => each.trim())).toEqual([
      'rest(["and 497 more models, rebuilt, too"])',
      'n0 --> rest',
      'n1 --> rest',
      'n2 --> rest',
    ]);
    expect(renderComment(planned(MANY_MODELS))).toContain(
      'Too many for one picture: 3 nodes drawn; left out are 497 that are rebuilt because of what they read.',
    );
  });

  test('gives up what is not rebuilt before what is', () => {
    const many = Array.from({ length: 70 }, (_, index) =>
      leftOut(`tagged_${index}`, 'metadata', 'nothing in the stored data differs'),
    );
    const text = renderComment(planned(plan({ notRebuilt: many })));
    expect(diagramsIn(text)[0]).toContain('sessions');
    expect(diagramsIn(text)[0]).not.toContain('tagged');
    expect(text).toContain('2 nodes drawn; left out are 70 that are not rebuilt.');
  });

  test('stays below the limits of GitHub whatever the names are', () => {
    const rebuilt = Array.from({ length: 80 }, (_, index) =>
      plannedNode('💣'.repeat(60), {
        uniqueId: `model.events.${index}`,
        reads: Array.from({ length: index }, (_none, other) => `model.events.${other}`),
        reasons: [{ text: '💣'.repeat(100), effect: 'rebuild' }],
      }),
    );
    for (const text of [renderComment(planned(plan({ rebuilt }))), renderSummary(planned(plan({ rebuilt })))]) {
      expect(diagramsIn(text)).toHaveLength(1);
      expect(diagramsIn(text).flatMap(faultsOf)).toEqual([]);
      expect(text).toContain('Too many for one picture');
    }
  });

  test('draws no more arrows than GitHub takes, and says so', () => {
    const rebuilt = Array.from({ length: 40 }, (_, index) =>
      plannedNode(`m${index}`, { reads: Array.from({ length: index }, (_none, other) => `model.events.m${other}`) }),
    );
    const text = renderComment(planned(plan({ rebuilt })));
    expect(diagramsIn(text).flatMap(faultsOf)).toEqual([]);
    expect(text.match(/ --> /g)).toHaveLength(450);
    expect(text).toContain('40 nodes drawn; left out are 330 of the arrows.');
  });

  test('is the first thing of a plan to go when a comment gets too long', () => {
    const reasons = ['a', 'b', 'c'].map((text) => ({ text: text.repeat(900), effect: 'rebuild' as const }));
    const rebuilt = Array.from({ length: 300 }, (_, index) => plannedNode(`model_${index}`, { reasons }));
    const text = renderComment(planned(plan({ rebuilt })));
    expect(text.length).toBeLessThanOrEqual(60_000);
    expect(text).toContain('**Rebuilt** (300)');
    expect(diagramsIn(text)).toEqual([]);
  });
});

test('a plan is folded once there is a verdict, and when it is long', () => {
  const report = createReport(draft('verified', { verdict: verdict('passed', [modelVerdict('sessions')]) }));
  expect(renderComment(report)).toContain('<details><summary>Plan: 2 models rebuilt');
  expect(renderComment(planned(MANY_MODELS))).toContain('<details><summary>Plan: 500 models rebuilt');
  expect(renderComment(planned(plan()))).toContain('<details open><summary>Plan: 2 models rebuilt');
});
