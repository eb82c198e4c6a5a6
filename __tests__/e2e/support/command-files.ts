/**
 * The files by which a step talks back to GitHub's runner.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Environment variable -> path. The runner makes the files, empty, before the step starts. */
export interface CommandFiles {
  readonly GITHUB_OUTPUT: string;
  readonly GITHUB_STATE: string;
  readonly GITHUB_ENV: string;
  readonly GITHUB_PATH: string;
  readonly GITHUB_STEP_SUMMARY: string;
}

export function makeCommandFiles(folder: string): CommandFiles {
  mkdirSync(folder, { recursive: true });
  const make = (name: string): string => {
    const file = join(folder, name);
    writeFileSync(file, '');
    return file;
  };
  return {
    GITHUB_OUTPUT: make('output'),
    GITHUB_STATE: make('state'),
    GITHUB_ENV: make('env'),
    GITHUB_PATH: make('path'),
    GITHUB_STEP_SUMMARY: make('summary.md'),
  };
}

/**
 * Reads `name=value` lines and `name<<delimiter` blocks.
 * @throws Error where the runner would fail the step: a line of neither form, a block that is not closed.
 */
export function readCommandFile(file: string): Readonly<Record<string, string>> {
  const entries: Record<string, string> = {};
  const lines = readFileSync(file, 'utf8').split(/\r?\n/);
  while (lines.length > 0) {
    const line = lines.shift() ?? '';
    if (line === '') continue;
    const [, name = '', mark = '', rest = ''] = /^(.+?)(=|<<)(.*)$/.exec(line) ?? [];
    if (mark === '') throw new Error(`The runner cannot read this line of ${file}: ${line}`);
    entries[name] = mark === '=' ? rest : readBlock(lines, rest, file);
  }
  return entries;
}

function readBlock(lines: string[], delimiter: string, file: string): string {
  const end = lines.indexOf(delimiter);
  if (end < 0) throw new Error(`A value in ${file} is not closed by ${delimiter}.`);
  const value = lines.slice(0, end).join('\n');
  lines.splice(0, end + 1);
  return value;
}
