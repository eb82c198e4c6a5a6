/** Compares three manifests, named on the command line, and prints how long each part took. A process of its own, for its memory. */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { readManifest } from '../../src/dbt/manifest-reader.js';
import type { Manifest } from '../../src/dbt/manifest.js';
import { comparePlan } from '../../src/selection/compare-plan.js';
import { guardProduction } from '../../src/selection/production-guard.js';

function timed<T>(work: () => T): { readonly result: T; readonly seconds: number } {
  const started = performance.now();
  const result = work();
  return { result, seconds: (performance.now() - started) / 1000 };
}

const [live, production, upcoming] = process.argv.slice(2);
if (live === undefined || production === undefined || upcoming === undefined) {
  throw new Error('Three paths are wanted: live, merged as production, merged as upcoming.');
}
const read = (path: string): Manifest => readManifest(JSON.parse(readFileSync(path, 'utf8')));
const manifests = timed(() => ({ live: read(live), production: read(production), upcoming: read(upcoming) }));
const compared = timed(() =>
  comparePlan({ ...manifests.result, base: 'base', head: 'head', changedFiles: [], scope: 'all' }),
);
const guarded = timed(() => guardProduction({ ...manifests.result, plan: compared.result, allowed: [] }));
if (guarded.result.length > 0) throw new Error(`The guard refuses: ${guarded.result[0]?.text ?? ''}`);
process.stdout.write(
  JSON.stringify({
    read: manifests.seconds,
    compared: compared.seconds,
    guarded: guarded.seconds,
    peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
    rebuilt: compared.result.rebuilt.length,
  }),
);
