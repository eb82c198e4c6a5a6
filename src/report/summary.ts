import { FULL, shrinkToFit } from './detail.js';
import { layOut } from './layout.js';
import type { Report } from './model.js';

/** A summary above 1 MiB is dropped. https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands */
const MOST_BYTES = 1_000_000;

/** The job summary: the comment's layout with as much detail as a page may hold. */
export function renderSummary(report: Report): string {
  return shrinkToFit(
    FULL,
    (detail) => layOut(report, detail),
    (text) => Buffer.byteLength(text, 'utf8') <= MOST_BYTES,
  );
}
