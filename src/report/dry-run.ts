import type { RehearsedStep } from '../rehearsing/step.js';
import { codeBlock, paragraphs, prose } from './markdown.js';

/** The log of a dry run: each step with its statements, whole, as they would be sent. */
export function dryRunLines(steps: readonly RehearsedStep[]): readonly string[] {
  return steps.flatMap(({ title, statements, words }, index) => [
    `${String(index + 1)}. ${title}`,
    ...statements.map(({ sql }) => `   ${sql};`),
    ...words.map((text) => `   (${text})`),
  ]);
}

/** The job summary of a dry run. Statements may hold names that came from anywhere, so they stand in code blocks. */
export function dryRunSummary(mode: string, steps: readonly RehearsedStep[]): string {
  return paragraphs([
    `## Blue/green: what ${prose(mode)} would do`,
    'Nothing was changed.',
    ...steps.flatMap(({ title, statements, words }, index) => [
      prose(`${String(index + 1)}. ${title}`),
      statements.length === 0 ? undefined : codeBlock('sql', statements.map(({ sql }) => `${sql};`).join('\n')),
      ...words.map((text) => prose(text)),
    ]),
  ]);
}
