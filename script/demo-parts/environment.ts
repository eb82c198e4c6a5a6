/** Where things lie, and the clean environment that programs of the demo get: nothing of the person's own settings. */
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

export const repositoryRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const exampleFolder = join(repositoryRoot, 'examples', 'event-stream');
export const python = join(repositoryRoot, '.venv', 'bin', 'python');
export const dbt = join(repositoryRoot, '.venv', 'bin', 'dbt');
export const node = join(repositoryRoot, 'node_modules', '.bin', 'node');

/** Folders of one run of the demo. */
export interface Stage {
  readonly root: string;
  readonly database: string;
  readonly logs: string;
  readonly reports: string;
  readonly temporary: string;
}

/** Makes the folders of a run under `.demo/`, named by the time of its start (UTC). */
export function makeStage(now: Date): Stage {
  const name = now.toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '');
  const root = join(repositoryRoot, '.demo', name);
  const stage = {
    root,
    database: join(root, 'database'),
    logs: join(root, 'logs'),
    reports: join(root, 'reports'),
    temporary: join(root, 'temporary'),
  };
  for (const folder of Object.values(stage)) mkdirSync(folder, { recursive: true });
  return stage;
}

/** PATH with this repository's dbt and Node 24 first, a home of its own, no telemetry. */
export function cleanEnvironment(stage: Stage): Record<string, string> {
  return {
    PATH: [dirname(dbt), dirname(node), process.env['PATH'] ?? ''].join(':'),
    HOME: stage.temporary,
    TMPDIR: stage.temporary,
    LANG: 'C.UTF-8',
    NO_COLOR: '1',
    DBT_SEND_ANONYMOUS_USAGE_STATS: 'false',
    // The local Snowflake is plain HTTP on loopback: a proxy of the machine must not be asked.
    NO_PROXY: '127.0.0.1,localhost',
  };
}
