/** Each report as the comment and as the job summary, beside a file that a person has read. */
import { describe, expect, test } from '@jest/globals';
import { renderComment } from '../../src/report/comment.js';
import { renderJson } from '../../src/report/json.js';
import { createReport } from '../../src/report/model.js';
import { renderSummary } from '../../src/report/summary.js';
import { expectGolden } from './support/golden.js';
import { faultsInReport } from './support/report-schema.js';
import { draft, lossy, plan, plannedNode, verdict } from './support/reports.js';
import { BLOCKED, BROKEN, HOSTILE, MANY, PASSED, WARNED } from './support/verdicts.js';

describe.each([
  ['passed', PASSED],
  ['warned', WARNED],
  ['blocked', BLOCKED],
  ['broken', BROKEN],
  ['many', MANY],
  ['hostile', HOSTILE],
])('%s', (name, given) => {
  const report = createReport(given);

  test('as the comment', () => {
    expectGolden(`${name}.comment.md`, renderComment(report));
  });

  test('as the job summary', () => {
    expectGolden(`${name}.summary.md`, renderSummary(report));
  });

  test('as JSON', () => {
    expect(faultsInReport(renderJson(report))).toEqual([]);
  });
});

test('the worst that 500 models can be fits into the comment; verdict, blockers, next step and footer stay', () => {
  const models = Array.from({ length: 500 }, (_, index) => lossy(`model_${index}_🦆_with_a_name_of_usual_length`));
  const blockers = models.map(({ name }) => `${name}: 300 ids missing in blue; the limit is 0.`);
  const comment = renderComment(
    createReport(
      draft('blocked', {
        plan: plan({ rebuilt: models.map(({ name }) => plannedNode(name)) }),
        verdict: verdict('failed', models, { blockers }),
        next: 'Fix what blocks and merge again.',
      }),
    ),
  );
  expect(comment.length).toBeLessThanOrEqual(60_000);
  expect(Buffer.byteLength(comment)).toBeLessThanOrEqual(65_000);
  expect(comment).toContain('## Blue/green: ❌ blocked');
  expect(comment).toContain('and 495 more');
  expect(comment).toContain('**Next:** Fix what blocks and merge again.');
  expect(comment).toContain('baseline: clone of 2026-11-22T12:00:00.000Z');
  // What was left out is said, and nothing is left open.
  expect(comment).toMatch(/470 more models|490 more models|500 more models/);
  expect(comment.match(/<details>/g)?.length).toBe(comment.match(/<\/details>/g)?.length);
  expect((comment.match(/^`{3,}/gm)?.length ?? 0) % 2).toBe(0);
});
