import { expect, test } from '@jest/globals';
import { renderComment } from '../../src/report/comment.js';
import { createReport } from '../../src/report/model.js';
import { renderPointer } from '../../src/report/pointer.js';
import { draft } from './support/reports.js';

test('says how the deployment stands and where its report is', () => {
  const text = renderPointer(createReport(draft('done')), 'https://github.com/acme/warehouse/pull/7#issuecomment-1');
  expect(text).toBe(
    '## Blue/green: ✅ live\n\n' +
      'Deployment <code>D42</code> is about this change, too: ' +
      '[the report](https://github.com/acme/warehouse/pull/7#issuecomment-1) is on pull request #7.',
  );
});

test('where the deployment has no pull request of its own, the report is in the run', () => {
  const told = draft('rolled back');
  const text = renderPointer(
    createReport({ ...told, deployment: { ...told.deployment, pullRequest: undefined } }),
    undefined,
  );
  expect(text).toContain(
    '[the report](https://github.com/acme/warehouse/actions/runs/1) is the summary of its workflow',
  );
});

test('the report itself names the pull requests that come with it', () => {
  const told = draft('verified');
  const report = createReport({ ...told, deployment: { ...told.deployment, otherPullRequests: [6, 5] } });
  expect(renderComment(report)).toContain(' · with #6, #5');
});
