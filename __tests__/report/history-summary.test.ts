import { expect, test } from '@jest/globals';
import { historySummary } from '../../src/report/history-summary.js';
import { expectGolden } from './support/golden.js';

const PAST = {
  startedAt: '2026-11-22T15:30:45.123Z',
  kind: 'deployment',
  id: '20261122_153045_BBBBBBB',
  commit: 'b'.repeat(40),
  phase: 'rolled back',
  verdict: 'passed',
  actor: 'octocat',
  rejected: 'prices | are @wrong <b>',
};

test('the history as a person reads it', () => {
  const rollback = { ...PAST, kind: 'rollback', id: 'R1', commit: '', phase: 'done', verdict: '', rejected: '' };
  expectGolden('status.md', historySummary('Deployment D1 is live and finished. Next: build.', [rollback, PAST]));
});

test('before the first deployment', () => {
  expect(historySummary('Next: build.', [])).toContain('No deployment is recorded yet.');
});
