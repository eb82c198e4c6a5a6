import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { ActionableError } from '../../src/errors.js';
import type { Git } from '../../src/git/git.js';
import { Repositories } from './repositories.js';

// Each test starts dozens of git processes, on machines that may be busy.
jest.setTimeout(30_000);

let repositories: Repositories;
let git: Git;
beforeAll(async () => {
  repositories = await Repositories.create();
  await repositories.commit('first');
  git = repositories.open(await repositories.clone('checkout'));
});
afterAll(async () => {
  await repositories.dispose();
});

test.each([
  '--upload-pack=touch hacked',
  '-x',
  'a..b',
  'HEAD~1',
  'prod^{tree}',
  ':/first',
  '@{u}',
  'has space',
  'new\nline',
  '',
  'refs/heads/',
  'a/-b',
  'a.lock',
])('commitOf refuses %j, which is no name', async (name) => {
  await expect(git.commitOf(name)).rejects.toThrow(ActionableError);
  await expect(git.commitOf(name)).rejects.toThrow(/is unknown\. .*Give the name of a branch/s);
});
