import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { systemClock } from '../../src/clock.js';
import { ActionableError } from '../../src/errors.js';
import { MissingCommit } from '../../src/git/git.js';
import { GitHttpServer } from './http-server.js';
import { Repositories } from './repositories.js';

/** As actions/checkout writes it, and as we do. */
function header(token: string): string {
  return `basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;
}

// Each test starts dozens of git processes, on machines that may be busy.
jest.setTimeout(30_000);

let repositories: Repositories;
let server: GitHttpServer;
beforeEach(async () => {
  repositories = await Repositories.create();
  server = await GitHttpServer.start(repositories.root);
});
afterEach(async () => {
  await server.stop();
  await repositories.dispose();
});

/** A shallow clone that names the HTTP server as its origin. */
async function checkoutOfServer(): Promise<string> {
  const checkout = await repositories.clone('checkout', '--depth=1');
  await repositories.git(checkout, 'remote', 'set-url', 'origin', `${server.url}/remote.git`);
  return checkout;
}

describe('credentials', () => {
  test('what actions/checkout left in the repository is used', async () => {
    await repositories.commit('first');
    const checkout = await checkoutOfServer();
    await repositories.git(checkout, 'config', `http.${server.url}/.extraheader`, `AUTHORIZATION: ${header('left')}`);
    const second = await repositories.commit('second');
    server.expected = header('left');

    const git = repositories.open(checkout, { credentials: { serverUrl: server.url, token: 'other' } });
    expect(await git.tipOf('prod')).toBe(second);
    expect(new Set(server.authorizations)).toEqual(new Set([header('left')]));
  });

  test('what actions/checkout v6 left beside the repository is used, and git worktrees need none', async () => {
    await repositories.commit('first');
    const checkout = await checkoutOfServer();
    const file = join(repositories.root, 'git-credentials-0b2f.config');
    await repositories.git(
      checkout,
      'config',
      '--file',
      file,
      `http.${server.url}/.extraheader`,
      `AUTHORIZATION: ${header('left')}`,
    );
    await repositories.git(checkout, 'config', `includeIf.gitdir:${checkout}/.git.path`, file);
    const second = await repositories.commit('second');
    server.expected = header('left');

    const git = repositories.open(checkout);
    expect(await git.tipOf('prod')).toBe(second);
    const worktree = await git.addWorktree(second);
    await worktree.dispose();
    expect(new Set(server.authorizations)).toEqual(new Set([header('left')]));
  });

  test('without them the token is used, for this server only, alone and from memory', async () => {
    await repositories.commit('first');
    const checkout = await checkoutOfServer();
    await repositories.git(
      checkout,
      'config',
      `http.${server.url}/.extraheader`,
      `AUTHORIZATION: ${header('expired')}`,
    );
    const second = await repositories.commit('second');
    server.expected = header('fresh');

    const git = repositories.open(checkout, { credentials: { serverUrl: server.url, token: 'fresh' } });
    expect(await git.tipOf('prod')).toBe(second);
    expect(server.authorizations.at(-1)).toBe(header('fresh'));
    expect(await repositories.git(checkout, 'config', '--list')).not.toContain(header('fresh'));
  });

  test('the token goes to no other server', async () => {
    await repositories.commit('first');
    const checkout = await checkoutOfServer();
    server.expected = header('fresh');

    const git = repositories.open(checkout, { credentials: { serverUrl: 'https://github.com', token: 'fresh' } });
    await expect(git.tipOf('prod')).rejects.toThrow(/could not ask origin.*persist-credentials/s);
    expect(server.authorizations.filter((value) => value !== undefined)).toEqual([]);
  });

  test('a message of git does not repeat the password of the address', async () => {
    await repositories.commit('first');
    const checkout = await checkoutOfServer();
    const secretUrl = `${server.url.replace('//', '//user:hunter2@')}/remote.git`;
    await repositories.git(checkout, 'remote', 'set-url', 'origin', secretUrl);
    server.expected = 'nobody';

    const failure: unknown = await repositories
      .open(checkout)
      .tipOf('prod')
      .catch((error: unknown) => error);
    expect(String(failure)).toContain('could not ask origin');
    expect(String(failure)).not.toContain('hunter2');
  });
});

describe('a commit that is not there', () => {
  test('is lost when the server says that it has none of that name', async () => {
    await repositories.commit('first');
    const git = repositories.open(await checkoutOfServer());
    await expect(git.commitOf('1'.repeat(40))).rejects.toThrow(MissingCommit);
  });

  test('is not lost as long as the server does not answer', async () => {
    await repositories.commit('first');
    const checkout = await checkoutOfServer();
    server.expected = header('nobody has it');
    const failure: unknown = await repositories
      .open(checkout)
      .commitOf('1'.repeat(40))
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ActionableError);
    expect(failure).not.toBeInstanceOf(MissingCommit);
  });
});

describe('a server in trouble', () => {
  test('is asked again after a pause', async () => {
    const first = await repositories.commit('first');
    const checkout = await checkoutOfServer();
    const pauses: number[] = [];
    server.failures.push(503, 502);
    const clock = { now: () => new Date(), sleep: (pause: number) => Promise.resolve(void pauses.push(pause)) };

    expect(await repositories.open(checkout, { clock }).tipOf('prod')).toBe(first);
    expect(pauses).toEqual([1000, 4000]);
  });

  test('is given up after three answers', async () => {
    await repositories.commit('first');
    const checkout = await checkoutOfServer();
    server.failures.push(503, 503, 503);
    const clock = { ...systemClock, sleep: () => Promise.resolve() };

    await expect(repositories.open(checkout, { clock }).tipOf('prod')).rejects.toThrow(/error: 503/);
    expect(server.authorizations).toHaveLength(3);
  });

  test('commits come over HTTP to a shallow clone, by sha', async () => {
    const [oldest] = await repositories.commits(4);
    const checkout = await checkoutOfServer();
    const git = repositories.open(checkout);

    expect(await git.commitOf(String(oldest))).toBe(oldest);
    expect(await git.isAncestor(String(oldest), 'prod')).toBe(true);
  });
});
