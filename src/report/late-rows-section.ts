import { plural } from '../figures.js';
import type { ReportedLateRows } from './model.js';
import { code, paragraphs, prose } from './markdown.js';

/** What the catch-up before the swap found; models without a finding are only counted. */
export function lateRowsSection(late: ReportedLateRows, most: number): string | undefined {
  if (late.checked.length === 0) return undefined;
  const spoken = late.checked.filter((each) => each.status !== 'passed');
  const lines = spoken.slice(0, most).map((each) => {
    const texts = each.findings.map((finding) => prose(finding.text)).join(' ');
    const ids = each.counts?.samples.missing
      .slice(0, 5)
      .map((key) => code(key.map((part) => part ?? 'NULL').join(' / ')));
    const missing = ids === undefined || ids.length === 0 ? '' : ` Missing: ${ids.join(', ')}.`;
    return `- ${code(each.name)}: ${texts}${missing}`;
  });
  const rest = spoken.length - lines.length;
  return paragraphs([
    `Rows that reached production meanwhile: ${plural(late.checked.length, 'model')} caught up and checked by id, ${late.checked.length - spoken.length} without a finding.`,
    [...lines, ...(rest > 0 ? [`- … and ${rest} more`] : [])].join('\n'),
  ]);
}
