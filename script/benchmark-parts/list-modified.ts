/** Asks real dbt what `dbt ls --select state:modified+` lists, for many pairs of versions of the test project. */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { writeTree, type Tree } from '../../__tests__/e2e/selection/support/parsed-projects.js';
import { python, repositoryRoot } from './places.js';
import { run } from './programs.js';

const LISTER = join(repositoryRoot, 'script', 'benchmark-parts', 'list_modified.py');

const answers = z.union([
  z.object({ id: z.string(), listed: z.array(z.string()) }),
  z.object({ id: z.string(), failure: z.string() }),
]);

export interface Versions {
  readonly live: Tree;
  readonly head: Tree;
}

interface Job {
  readonly id: string;
  readonly liveDir: string;
  readonly headDir: string;
}

/** Unique ids of models and seeds that dbt lists, in the order of the pairs. @throws Error with dbt's words when it fails */
export async function listModified(pairs: readonly Versions[]): Promise<readonly ReadonlySet<string>[]> {
  const scratch = mkdtempSync(join(tmpdir(), 'state-modified-'));
  try {
    const jobs = pairs.map(({ live, head }, at): Job => ({
      id: String(at),
      liveDir: folderOf(live, scratch),
      headDir: folderOf(head, scratch),
    }));
    const halves = await Promise.all([0, 1].map((half) => listAll(jobs.filter((_, at) => at % 2 === half))));
    const listed = new Map(halves.flatMap((half) => [...half]));
    return jobs.map(({ id }) => listed.get(id) ?? new Set());
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Versions that are the same share a folder, so that their state is parsed once. */
function folderOf(tree: Tree, scratch: string): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([...tree].sort()))
    .digest('hex');
  const folder = join(scratch, hash.slice(0, 16));
  return existsSync(folder) ? folder : writeTree(tree, folder);
}

async function listAll(jobs: readonly Job[]): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const { stdout } = await run(python, [LISTER], {
    cwd: repositoryRoot,
    env: { SELECTION_SCHEMA: 'public', SELECTION_TARGET: 'prod' },
    input: JSON.stringify(jobs),
  });
  const found = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => answers.parse(JSON.parse(line)));
  return new Map(
    found.map((answer) => {
      if ('failure' in answer) throw new Error(answer.failure);
      return [answer.id, new Set(answer.listed)];
    }),
  );
}
