import { shrinkToFit, USUAL } from './detail.js';
import { layOut } from './layout.js';
import type { Report } from './model.js';

/** GitHub takes 65,536 characters; the rest is room for the hidden marker and for characters that count twice. */
const MOST_CHARACTERS = 60_000;
const MOST_BYTES = 65_000;

/** The pull request's one comment, at every phase. The hidden marker is added by whoever posts it. */
export function renderComment(report: Report): string {
  return shrinkToFit(USUAL, (detail) => layOut(report, detail), fits);
}

function fits(text: string): boolean {
  return text.length <= MOST_CHARACTERS && Buffer.byteLength(text, 'utf8') <= MOST_BYTES;
}
