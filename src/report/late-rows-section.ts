import { plural } from '../figures.js';
import type { SampleKeys } from '../verification/verdict.js';
import type { ReportedLateRows } from './model.js';
import { code, paragraphs, prose } from './markdown.js';

const MOST_IDS = 5;

/** What the catch-up before the swap found; models without a finding are only counted. */
export function lateRowsSection(late: ReportedLateRows, most: number): string | undefined {
  if (late.checked.length === 0) return undefined;
  const spoken = late.checked.filter((each) => each.status !== 'passed');
  const lines = spoken.slice(0, most).map(oneModel);
  const rest = spoken.length - lines.length;
  return paragraphs([
    `Rows that reached production meanwhile: ${plural(late.checked.length, 'model')} caught up and checked by id, ${late.checked.length - spoken.length} without a finding.`,
    [...lines, ...(rest > 0 ? [`- … and ${rest} more`] : [])].join('\n'),
  ]);
}

function oneModel({ name, findings, counts }: ReportedLateRows['checked'][number]): string {
  const texts = findings.map((finding) => prose(finding.text)).join(' ');
  const ids = (title: string, keys: SampleKeys): string =>
    keys.length === 0
      ? ''
      : ` ${title}: ${keys
          .slice(0, MOST_IDS)
          .map((key) => code(key.map((part) => part ?? 'NULL').join(' / ')))
          .join(', ')}.`;
  const samples =
    counts === undefined ? '' : ids('Missing', counts.samples.missing) + ids('Repeated', counts.samples.duplicate);
  return `- ${code(name)}: ${texts}${samples}`;
}
