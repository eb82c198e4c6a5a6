import { execFile } from 'node:child_process';
import { access, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { ActionableError } from '../../src/errors.js';
import { Repositories } from './repositories.js';

// Each test starts dozens of git processes, on machines that may be busy.
jest.setTimeout(30_000);

let repositories: Repositories;
beforeEach(async () => {
  repositories = await Repositories.create();
});
afterEach(async () => {
  await repositories.dispose();
});

describe('commitOf', () => {
  test('resolves a branch, a tag, an annotated tag, HEAD, a full ref, a sha and a short sha', async () => {
    const first = await repositories.commit('first');
    await repositories.git(repositories.author, 'tag', 'light', first);
    await repositories.git(repositories.author, 'tag', '--annotate', '--message', 'x', 'heavy', first);
    await repositories.git(repositories.author, 'push', '--quiet', '--tags', 'origin');
    const second = await repositories.commit('second');
    const git = repositories.open(await repositories.clone('checkout'));

    expect(await git.commitOf('prod')).toBe(second);
    expect(await git.commitOf('HEAD')).toBe(second);
    expect(await git.commitOf('refs/heads/prod')).toBe(second);
    expect(await git.commitOf('light')).toBe(first);
    expect(await git.commitOf('heavy')).toBe(first);
    expect(await git.commitOf(first)).toBe(first);
    expect(await git.commitOf(first.slice(0, 10))).toBe(first);
  });

  test('takes the branch that the remote has now, not the one of an old checkout', async () => {
    await repositories.commit('first');
    const checkout = await repositories.clone('checkout');
    const second = await repositories.commit('second');

    expect(await repositories.open(checkout).commitOf('prod')).toBe(second);
  });

  test('fetches a commit that a shallow clone lacks, and only that commit', async () => {
    const [first, ...rest] = await repositories.commits(5);
    const checkout = await repositories.clone('checkout', '--depth=1');

    expect(await repositories.open(checkout).commitOf(String(first))).toBe(first);
    expect(await repositories.git(checkout, 'rev-list', '--count', '--all')).toBe('1');
    await expect(repositories.git(checkout, 'cat-file', '-e', String(rest[1]))).rejects.toThrow();
  });

  test('does not truncate a full clone when it fetches', async () => {
    await repositories.commits(5);
    const checkout = await repositories.clone('checkout');
    const late = await repositories.commit('late');

    expect(await repositories.open(checkout).commitOf(late)).toBe(late);
    expect(await repositories.git(checkout, 'rev-parse', '--is-shallow-repository')).toBe('false');
    expect(await repositories.git(checkout, 'rev-list', '--count', late)).toBe('6');
  });

  test('says what to do when the remote has no such commit', async () => {
    await repositories.commit('first');
    const git = repositories.open(await repositories.clone('checkout'));

    await expect(git.commitOf('1'.repeat(40))).rejects.toThrow(/could not be fetched from origin.*fetch-depth: 0/s);
  });

  test('says so when the remote is gone', async () => {
    await repositories.commit('first');
    const git = repositories.open(await repositories.clone('checkout'));
    await rm(repositories.remote, { recursive: true });

    await expect(git.commitOf('prod')).rejects.toThrow(/could not ask origin.*persist-credentials/s);
  });
});

describe('tipOf', () => {
  test('is the tip on the remote now, with its files here; undefined for no such branch', async () => {
    await repositories.commit('first');
    const checkout = await repositories.clone('checkout', '--depth=1');
    const second = await repositories.commit('second');
    // A ref whose name ends the same way must not be taken for the branch.
    await repositories.git(repositories.remote, 'update-ref', 'refs/heads/x/refs/heads/other', second);
    const git = repositories.open(checkout);

    expect(await git.tipOf('prod')).toBe(second);
    expect(await repositories.git(checkout, 'cat-file', '-t', second)).toBe('commit');
    expect(await git.tipOf('other')).toBeUndefined();
    await expect(git.tipOf('--all')).rejects.toThrow(ActionableError);
  });
});

describe('history', () => {
  test('isAncestor deepens a shallow clone as far as the answer needs', async () => {
    const shas = await repositories.commits(120);
    const checkout = await repositories.clone('checkout', '--depth=1');
    const git = repositories.open(checkout);
    const [tip, near] = [String(shas.at(-1)), String(shas.at(-10))];

    expect(await git.isAncestor(near, tip)).toBe(true);
    expect(await repositories.git(checkout, 'rev-parse', '--is-shallow-repository')).toBe('true');
    expect(await git.isAncestor(tip, near)).toBe(false);
    expect(await git.isAncestor(String(shas[0]), tip)).toBe(true);
    expect(await git.isAncestor(tip, tip)).toBe(true);
  });

  test('isAncestor is false for a commit of another branch', async () => {
    await repositories.commits(3);
    const tip = await repositories.commit('on prod');
    await repositories.git(repositories.author, 'checkout', '--quiet', '-b', 'side', 'HEAD~2');
    const side = await repositories.commit('on side', { 'side.txt': 'x' });
    const git = repositories.open(await repositories.clone('checkout', '--depth=1', '--branch=prod'));

    expect(await git.isAncestor(side, tip)).toBe(false);
    expect(await git.isAncestor('prod', 'side')).toBe(false);
  });

  test('commitsBetween lists the same in a shallow clone as in a full one', async () => {
    const base = await repositories.commit('base');
    await repositories.git(repositories.author, 'checkout', '--quiet', '-b', 'topic', 'HEAD');
    const topic = await repositories.commit('topic: "quotes" and $(x)', { 'topic.txt': 'x' });
    await repositories.git(repositories.author, 'checkout', '--quiet', 'prod');
    await repositories.git(repositories.author, 'merge', '--quiet', '--no-ff', '--message', 'merge', 'topic');
    const head = await repositories.commit('head');

    for (const args of [['--depth=1'], []]) {
      const git = repositories.open(await repositories.clone(`checkout${String(args.length)}`, ...args));
      const between = await git.commitsBetween(base, head);
      expect(between.map(({ subject }) => subject)).toEqual(['head', 'merge', 'topic: "quotes" and $(x)']);
      expect(between.at(-1)?.sha).toBe(topic);
      expect(await git.commitsBetween(head, base)).toEqual([]);
    }
  });

  test('mainlineBetween leaves out what came with a merge, and fetches no more history than up to the base', async () => {
    await repositories.commit('older');
    const base = await repositories.commit('base');
    await repositories.git(repositories.author, 'checkout', '--quiet', '-b', 'topic', 'HEAD');
    await repositories.commit('topic', { 'topic.txt': 'x' });
    await repositories.git(repositories.author, 'checkout', '--quiet', 'prod');
    await repositories.git(repositories.author, 'merge', '--quiet', '--no-ff', '--message', 'merge', 'topic');
    const merge = await repositories.git(repositories.author, 'rev-parse', 'HEAD');
    const head = await repositories.commit('head');

    for (const args of [['--depth=1'], []]) {
      const git = repositories.open(await repositories.clone(`checkout${String(args.length)}`, ...args));
      expect(await git.mainlineBetween(base, head)).toEqual([head, merge]);
      expect(await git.mainlineBetween(head, base)).toEqual([]);
    }
  });
});

test('changedFiles names every path, however hostile, old and new', async () => {
  const base = await repositories.commit('base', { 'old name.sql': 'select 1' });
  await rm(join(repositories.author, 'old name.sql'));
  const names = ['new\nline.sql', 'tab\there.sql', '"quoted".sql', '-rf', 'umläut.sql', '::set-output name=x::y'];
  const head = await repositories.commit('head', Object.fromEntries(names.map((name) => [name, 'select 1'])));
  const git = repositories.open(await repositories.clone('checkout', '--depth=1'));

  expect([...(await git.changedFiles(base, head))].sort()).toEqual([...names, 'count.txt', 'old name.sql'].sort());
});

describe('addWorktree', () => {
  test('holds the whole commit, beside the checkout, and goes without a trace', async () => {
    const first = await repositories.commit('first', { 'model.sql': 'select 1' });
    await repositories.commit('second', { 'model.sql': 'select 2' });
    const checkout = await repositories.clone('checkout', '--depth=1');
    const git = repositories.open(checkout);

    const worktree = await git.addWorktree(first);
    expect(await readFile(join(worktree.path, 'model.sql'), 'utf8')).toBe('select 1');
    expect(await readFile(join(checkout, 'model.sql'), 'utf8')).toBe('select 2');
    await mkdir(join(worktree.path, 'target'));
    await writeFile(join(worktree.path, 'target', 'manifest.json'), '{}');

    await worktree.dispose();
    await worktree.dispose();
    await expect(access(worktree.path)).rejects.toThrow();
    expect(await repositories.git(checkout, 'worktree', 'list')).not.toContain('worktree-');
    expect(await repositories.git(checkout, 'status', '--porcelain')).toBe('');
  });

  test('is whole where the checkout is sparse, and runs no hook of the repository', async () => {
    const sha = await repositories.commit('first', { 'a.sql': '1', 'b.sql': '2' });
    const checkout = await repositories.clone('checkout');
    await repositories.git(checkout, 'sparse-checkout', 'set', '--no-cone', '/a.sql');
    const hook = join(checkout, '.git', 'hooks', 'post-checkout');
    await writeFile(hook, `#!/bin/sh\ntouch '${join(repositories.root, 'hook-ran')}'\n`, { mode: 0o755 });

    const worktree = await repositories.open(checkout).addWorktree(sha);
    expect((await readdir(worktree.path)).sort()).toEqual(['.git', 'a.sql', 'b.sql', 'count.txt']);
    await expect(access(join(repositories.root, 'hook-ran'))).rejects.toThrow();
    expect(await readdir(checkout)).not.toContain('b.sql');
    await worktree.dispose();
  });

  test('several at once, of the same commit', async () => {
    const sha = await repositories.commit('first');
    const git = repositories.open(await repositories.clone('checkout'));

    const worktrees = await Promise.all([git.addWorktree(sha), git.addWorktree(sha), git.addWorktree(sha)]);
    expect(new Set(worktrees.map(({ path }) => path)).size).toBe(3);
    await Promise.all(worktrees.map((worktree) => worktree.dispose()));
  });

  test('a failure leaves nothing behind', async () => {
    const sha = await repositories.commit('first');
    const git = repositories.open(await repositories.clone('checkout'), { temporaryFolder: '/nowhere/at-all' });

    await expect(git.addWorktree(sha)).rejects.toThrow(/could not be written to a folder in \/nowhere/);
  });
});

describe('the checkout as jobs have it', () => {
  test('belongs to another user, as in container jobs', async () => {
    const sha = await repositories.commit('first');
    const checkout = await repositories.clone('checkout');
    // git's own switch for this case: https://github.com/git/git/blob/master/setup.c, ensure_valid_ownership.
    const environment = { ...repositories.environment, GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' };
    const plain = promisify(execFile)('git', ['-C', checkout, 'rev-parse', 'HEAD'], { env: environment });
    await expect(plain).rejects.toThrow(/dubious ownership/);

    const git = repositories.open(checkout, { environment });
    expect(await git.commitOf('HEAD')).toBe(sha);
    await (await git.addWorktree(sha)).dispose();
  });

  test('is opened from a folder inside it, from within another repository’s hook', async () => {
    const sha = await repositories.commit('first');
    const checkout = await repositories.clone('checkout');
    await mkdir(join(checkout, 'dbt'));
    const environment = { ...repositories.environment, GIT_DIR: '/nowhere', GIT_WORK_TREE: '/nowhere', GIT_TRACE: '1' };

    expect(await repositories.open(join(checkout, 'dbt'), { environment }).commitOf('HEAD')).toBe(sha);
  });

  test('has no remote', async () => {
    const sha = await repositories.commit('first');
    const checkout = await repositories.clone('checkout');
    await repositories.git(checkout, 'remote', 'remove', 'origin');
    const git = repositories.open(checkout);

    expect(await git.commitOf('prod')).toBe(sha);
    await expect(git.tipOf('prod')).rejects.toThrow(/could not ask origin/);
  });
});
