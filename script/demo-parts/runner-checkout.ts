/** A checkout as actions/checkout makes it on a fresh runner: one commit, no history, detached. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Stage } from './environment.js';
import type { ExampleRepository } from './example-repository.js';

let made = 0;

/** @returns the folder of a new shallow checkout of `commit`, a tip of a branch of the remote */
export async function checkOut(stage: Stage, repository: ExampleRepository, commit: string): Promise<string> {
  made += 1;
  const folder = join(stage.root, 'runners', `${made}`);
  mkdirSync(folder, { recursive: true });
  await repository.gitAt(folder, 'init', '--quiet');
  await repository.gitAt(folder, 'remote', 'add', 'origin', `file://${repository.remote}`);
  await repository.gitAt(folder, 'fetch', '--quiet', '--no-tags', '--depth=1', 'origin', commit);
  await repository.gitAt(folder, 'checkout', '--quiet', '--detach', commit);
  return folder;
}
