import { count, plural } from '../figures.js';
import type { TestVerdict } from '../verification/verdict.js';
import { code, paragraphs, prose } from './markdown.js';

const WORST_FIRST: readonly TestVerdict['status'][] = ['error', 'fail', 'warn'];

/** How the tests in blue ended; those that did not pass are named, worst first. */
export function testsSection(tests: readonly TestVerdict[], most: number): string | undefined {
  if (tests.length === 0) return undefined;
  const passed = tests.filter((test) => test.status === 'pass').length;
  const others = WORST_FIRST.flatMap((status) => tests.filter((test) => test.status === status));
  const shown = others.slice(0, most).map(line);
  const rest = others.length - shown.length;
  return paragraphs([
    `Tests in blue: ${passed} of ${plural(tests.length, 'test')} passed.`,
    [...shown, ...(rest > 0 ? [`- … and ${rest} more`] : [])].join('\n'),
  ]);
}

function line(test: TestVerdict): string {
  const found = test.failures === undefined || test.failures === 0 ? '' : `, ${plural(test.failures, 'row')}`;
  const before = test.failuresInProduction === undefined ? '' : ` (${count(test.failuresInProduction)} in production)`;
  const message = test.message === undefined ? '' : `: ${prose(test.message)}`;
  return `- ${test.status} ${code(test.name)}${found}${before}${message}`;
}
