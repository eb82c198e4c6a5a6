import { access, constants, open, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';

/** The `dbt` that pip and its like write: a few lines of Python which import dbt and call it. */
export interface ConsoleScript {
  /** As it was found: the name by which it is started. */
  readonly path: string;
  /** Path of the Python that it names. */
  readonly interpreter: string;
  /** What it hands to that Python, e.g. `-I`. */
  readonly options: readonly string[];
}

/** A console script is a few hundred bytes, any other dbt many megabytes. */
const MOST_BYTES = 8_192;
const CALLS_DBT = /^from dbt\.cli\.main import cli\s*$/m;
const FIRST_LINE = /^#!\s*(\/\S+)(?:[ \t]+(-[BEIPsSu]+))?[ \t]*\n/;
/** Where the path is too long for a first line, or has a space: https://github.com/pypa/distlib/blob/0.3.9/distlib/scripts.py */
const THROUGH_SHELL = /^#!\/bin\/sh\n'''exec' (?:"(\/[^"$`\\]+)"|'(\/[^']+)'|(\/[^\s"'$`\\]+)) "\$0" "\$@"\n' '''\n/;

/**
 * The console script that the job's `dbt` is, links followed.
 * @param env the environment that dbt gets; its PATH counts
 * @returns undefined for every other dbt: a wrapper, a shim, dbt 2.x, none at all
 */
export async function findConsoleScript(
  executable: string,
  env: Readonly<Record<string, string>>,
): Promise<ConsoleScript | undefined> {
  const path = await findProgram(executable, env['PATH'] ?? '');
  if (path === undefined) return undefined;
  const content = readConsoleScript(await beginningOf(await realpath(path)));
  return content === undefined ? undefined : { path, ...content };
}

/** @returns undefined for a text that is no console script of dbt, or one that leaves the choice of Python to others. */
export function readConsoleScript(text: string): Omit<ConsoleScript, 'path'> | undefined {
  if (!CALLS_DBT.test(text)) return undefined;
  const long = THROUGH_SHELL.exec(text);
  const [, interpreter, option] =
    long === null ? (FIRST_LINE.exec(text) ?? []) : [undefined, long[1] ?? long[2] ?? long[3]];
  // `/usr/bin/env python3` is another Python in another PATH.
  if (interpreter === undefined || !/\/(?:python|pypy)[\d.]*$/.test(interpreter)) return undefined;
  return { interpreter, options: option === undefined ? [] : [option] };
}

/** Only where it does not depend on the folder that a command is started in. */
async function findProgram(name: string, path: string): Promise<string | undefined> {
  if (isAbsolute(name)) return (await isProgram(name)) ? name : undefined;
  if (name.includes('/')) return undefined;
  for (const folder of path.split(':')) {
    if (!isAbsolute(folder)) return undefined;
    if (await isProgram(join(folder, name))) return join(folder, name);
  }
  return undefined;
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

async function beginningOf(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MOST_BYTES), 0, MOST_BYTES, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
