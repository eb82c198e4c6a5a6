/** Time and memory of the comparison alone: three manifests of a generated project, in a process of its own. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { liveVersion, mergedVersion, type Files, type ProjectSize } from './generated-project.js';
import { dbt, node, repositoryRoot } from './places.js';
import { run } from './programs.js';

const measured = z.object({
  /** Seconds. */
  read: z.number(),
  compared: z.number(),
  guarded: z.number(),
  /** Of the whole process, Node itself included. */
  peakMegabytes: z.number(),
  rebuilt: z.number(),
});

export type ManifestFigures = z.infer<typeof measured>;

export async function measureManifests(size: ProjectSize): Promise<ManifestFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'manifests-'));
  try {
    const live = await parse(liveVersion(size), 'PUBLIC', join(folder, 'live'));
    const production = await parse(mergedVersion(size), 'PUBLIC', join(folder, 'production'));
    const upcoming = await parse(mergedVersion(size), 'PUBLIC_UPCOMING', join(folder, 'upcoming'));
    const parts = join(repositoryRoot, 'script');
    const typescript = join(parts, 'demo-parts', 'resolve-typescript.mjs');
    const program = join(parts, 'benchmark-parts', 'compare-manifests.ts');
    const { stdout } = await run(node, ['--import', typescript, program, live, production, upcoming], {
      cwd: repositoryRoot,
    });
    return measured.parse(JSON.parse(stdout));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns path of the manifest */
async function parse(files: Files, schema: string, folder: string): Promise<string> {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const prod = {
    ...{ type: 'snowflake', account: 'none', user: 'none', password: 'none', role: 'none', warehouse: 'none' },
    ...{ database: 'ANALYTICS', schema, threads: 4 },
  };
  writeFileSync(join(folder, 'profiles.yml'), JSON.stringify({ generated: { target: 'prod', outputs: { prod } } }));
  await run(dbt, ['parse', '--profiles-dir', folder], { cwd: folder });
  return join(folder, 'target', 'manifest.json');
}
