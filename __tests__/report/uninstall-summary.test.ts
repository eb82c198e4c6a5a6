import { expect, test } from '@jest/globals';
import { dropStatements, uninstallSummary } from '../../src/report/uninstall-summary.js';

const snapshot = { database: 'ANALYTICS', schema: 'PUBLIC_SNAPSHOT_2026_11_22_153045' };
const LEFT = { name: snapshot, purpose: 'former production', bytes: 2048, readBy: [] };

test('each schema that is left comes with the statement that drops it', () => {
  const summary = uninstallSummary('ANALYTICS.PUBLIC carries no marker any more.', [LEFT], []);
  expect(summary).toContain(
    '| <code>ANALYTICS.PUBLIC_SNAPSHOT_2026_11_22_153045</code> | former production | 2.0 kB | – |',
  );
  expect(summary).toContain('```sql\nDROP SCHEMA "ANALYTICS"."PUBLIC_SNAPSHOT_2026_11_22_153045";\n```');
});

test('what a view still reads from is not dropped by pasting', () => {
  const read = { ...LEFT, readBy: ['ANALYTICS.BI.TOTALS'] };
  expect(dropStatements([read])).toEqual([
    '/* read by 1 view, see above: DROP SCHEMA "ANALYTICS"."PUBLIC_SNAPSHOT_2026_11_22_153045"; */',
  ]);
  expect(uninstallSummary('Done.', [read], [])).toContain('<code>ANALYTICS.BI.TOTALS</code>');
});

test('a name cannot end the comment that it stands in', () => {
  const name = { database: 'ANALYTICS', schema: 'X*/; DROP DATABASE ANALYTICS; /*' };
  const [statement] = dropStatements([{ ...LEFT, name, readBy: ['V'] }]);
  expect(statement?.indexOf('*/')).toBe((statement?.length ?? 0) - 2);
});

test('when nothing is left, there is nothing to drop', () => {
  const summary = uninstallSummary('Done.', [], []);
  expect(summary).toContain('Nothing of this action is left.');
  expect(summary).not.toContain('DROP');
});

test('what is only named like ours is listed apart', () => {
  const summary = uninstallSummary('Done.', [], [snapshot]);
  expect(summary).toMatch(/may have made them: <code>ANALYTICS.PUBLIC_SNAPSHOT_2026_11_22_153045<\/code>/);
  expect(summary).not.toContain('DROP');
});
