/** Writes docs/statements.md, or with --check compares it with what the sources give. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { flawsOf, statementsPage } from './document.js';
import { EXAMPLES } from './examples.js';
import { readStatementSources, typeScriptFiles } from './sources.js';

const TOP = fileURLToPath(new URL('../..', import.meta.url));
const PAGE = path.join(TOP, 'docs', 'statements.md');

async function wantedPage(): Promise<string> {
  const sources = readStatementSources(TOP, typeScriptFiles(path.join(TOP, 'src')));
  const flaws = flawsOf(sources, EXAMPLES);
  if (flaws.length > 0) throw new Error(`docs/statements.md would not be whole:\n${flaws.join('\n')}`);
  return format(statementsPage(sources, EXAMPLES), { ...(await resolveConfig(PAGE)), parser: 'markdown' });
}

try {
  const wanted = await wantedPage();
  if (!process.argv.includes('--check')) writeFileSync(PAGE, wanted);
  else if (readFileSync(PAGE, 'utf8') !== wanted) {
    throw new Error('docs/statements.md does not say what the sources give. Run: script/statement-list');
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
