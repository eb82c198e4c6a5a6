/**
 * Manifests of patched versions of fixtures-project, by real dbt. Each is kept under .cache/ by the content of its
 * files, so a second run of the tests parses nothing; any edit of a file, a case or dbt's version parses again.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { readManifest } from '../../../../src/dbt/manifest-reader.js';
import type { Manifest } from '../../../../src/dbt/manifest.js';

const REPOSITORY = process.cwd();
const FIXTURES = join(REPOSITORY, '__tests__/e2e/selection/fixtures-project');
const PARSER = join(REPOSITORY, '__tests__/e2e/selection/support/parse_projects.py');
/** The dbt that is tested: `1.11`, or another that script/dbt-versions has. */
export const DBT_VERSION = process.env['TESTED_DBT'] === undefined ? '1.11' : basename(process.env['TESTED_DBT']);
/** The virtual environment whose dbt is tested: the usual one, or one that script/dbt-versions/set-up made. */
const TESTED = process.env['TESTED_DBT'] ?? '.venv';
const PYTHON = join(REPOSITORY, TESTED, 'bin/python');
const CACHE = join(REPOSITORY, '.cache/selection');

/** By path inside the project: the new text, an edit of the present text, or null to delete the file. */
export type Patch = Readonly<Record<string, string | null | ((present: string) => string)>>;

/** All files of one version of the project, by path. */
export type Tree = ReadonlyMap<string, string>;

export interface Rendering {
  readonly tree: Tree;
  /** `public` for production, `public_upcoming` for blue. */
  readonly schema: string;
}

/** The files of fixtures-project, patched. @throws Error when an edit changes nothing, since its case would test nothing. */
export function patchedTree(...patches: readonly Patch[]): Tree {
  const tree = new Map(
    readdirSync(FIXTURES, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(FIXTURES.length + 1), readFileSync(path, 'utf8')]),
  );
  for (const [path, change] of patches.flatMap((patch) => Object.entries(patch))) {
    const present = tree.get(path);
    const text = typeof change === 'function' ? change(present ?? '') : change;
    if (text === (present ?? null)) throw new Error(`The patch of ${path} changes nothing.`);
    if (text === null) tree.delete(path);
    else tree.set(path, text);
  }
  return tree;
}

/** Paths that differ, as git would list them. */
export function changedFiles(before: Tree, after: Tree): readonly string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter((path) => before.get(path) !== after.get(path));
}

/** Parses what is not known yet; afterwards `manifestOf` has every rendering. */
export async function parseAll(renderings: readonly Rendering[]): Promise<void> {
  mkdirSync(CACHE, { recursive: true });
  const missing = new Map(renderings.map((rendering) => [keyOf(rendering), rendering]));
  for (const key of missing.keys()) {
    if (existsSync(outputOf(key))) missing.delete(key);
    // What was refused is asked again: the reason may have been this machine's.
    else rmSync(refusalOf(key), { force: true });
  }
  if (missing.size === 0) return;
  const scratch = mkdtempSync(join(tmpdir(), 'selection-'));
  try {
    const queues = [0, 1].map((half) => [...missing].filter((_, at) => at % 2 === half));
    await Promise.all(queues.map((queue) => parseQueue(queue, scratch)));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** @throws Error with dbt's words when this version of dbt refuses the files */
export function manifestOf(rendering: Rendering): Manifest {
  const refusal = refusalOf(keyOf(rendering));
  if (existsSync(refusal)) throw new Error(`dbt could not parse this version:\n${readFileSync(refusal, 'utf8')}`);
  return readManifest(JSON.parse(gunzipSync(readFileSync(outputOf(keyOf(rendering)))).toString('utf8')));
}

function keyOf({ tree, schema }: Rendering): string {
  const hash = createHash('sha256').update(schema).update(dbtPin()).update(readFileSync(PARSER));
  for (const [path, text] of [...tree].sort(([a], [b]) => (a < b ? -1 : 1))) hash.update(`\0${path}\0${text}`);
  return hash.digest('hex').slice(0, 24);
}

function dbtPin(): string {
  const file = TESTED === '.venv' ? 'requirements.txt' : `script/dbt-versions/${basename(TESTED)}.txt`;
  const requirements = readFileSync(join(REPOSITORY, file), 'utf8').split('\n');
  return requirements.filter((line) => /^dbt(?:-|==)/.test(line)).join('\n');
}

function outputOf(key: string): string {
  return join(CACHE, `${key}.json.gz`);
}

function refusalOf(key: string): string {
  return `${outputOf(key)}.refusal`;
}

async function parseQueue(queue: readonly (readonly [string, Rendering])[], scratch: string): Promise<void> {
  if (queue.length === 0) return;
  const jobs = queue.map(([key, rendering], at) => ({
    id: key,
    projectDir: writeTree(rendering.tree, join(scratch, key)),
    schema: rendering.schema,
    output: outputOf(key),
    startFrom: at === 0 ? undefined : queue.find(([, first]) => first.schema === rendering.schema)?.[0],
  }));
  await runParser(JSON.stringify(jobs));
}

/** Writes all files of a version. @returns the folder */
export function writeTree(tree: Tree, folder: string): string {
  for (const [path, text] of tree) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return folder;
}

/** The first run parses some 170 projects: a minute on two idle cores, many on a busy machine. */
export const PARSING_TIMEOUT = 1_200_000;

const running = new Set<ChildProcess>();

/** For afterAll: a test that ran out of time leaves no dbt behind. */
export function endParsers(): void {
  for (const child of running) child.kill('SIGKILL');
}

async function runParser(jobs: string): Promise<void> {
  const child = spawn(PYTHON, [PARSER], { stdio: ['pipe', 'pipe', 'pipe'] });
  running.add(child);
  const said: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  child.stdin.end(jobs);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  running.delete(child);
  if (code !== 0)
    throw new Error(`The parser of the cases broke:\n${Buffer.concat(said).toString('utf8').slice(-4000)}`);
}
