import { createRequire } from 'node:module';
import { describe, expect, test } from '@jest/globals';
import { ActionableError } from '../../src/errors.js';
import { readRunContext } from '../../src/github/context.js';

interface Example {
  readonly repository?: { readonly private: boolean };
  readonly pull_request?: { readonly number: number };
}

const webhooks = createRequire(import.meta.url)('@octokit/webhooks-examples') as readonly {
  readonly name: string;
  readonly examples: readonly Example[];
}[];

const environment = {
  GITHUB_REPOSITORY: 'octo-org/warehouse',
  GITHUB_RUN_ID: '1658821493',
  GITHUB_RUN_ATTEMPT: '2',
  GITHUB_EVENT_NAME: 'push',
  GITHUB_SHA: 'a'.repeat(40),
  GITHUB_REF: 'refs/heads/pre-prod',
};

describe('readRunContext', () => {
  test('reads what the runner tells', () => {
    const context = readRunContext({ ...environment, GITHUB_API_URL: 'https://ghe.example.com/api/v3/' }, undefined);
    expect(context).toMatchObject({
      owner: 'octo-org',
      repository: 'warehouse',
      runAttempt: 2,
      apiUrl: 'https://ghe.example.com/api/v3',
      runUrl: 'https://github.com/octo-org/warehouse/actions/runs/1658821493/attempts/2',
      visibility: 'unknown',
      event: {},
    });
  });

  test('understands every event that GitHub has an example of', () => {
    for (const { name, examples } of webhooks) {
      for (const example of examples) {
        const context = readRunContext({ ...environment, GITHUB_EVENT_NAME: name }, JSON.stringify(example));
        if (name === 'push' || name === 'pull_request' || name === 'merge_group') {
          expect(context.visibility).toBe(example.repository?.private === true ? 'private' : 'public');
          expect(context.event.pull_request?.number).toBe(example.pull_request?.number);
        }
      }
    }
  });

  test.each([
    ['GITHUB_REPOSITORY', undefined],
    ['GITHUB_REPOSITORY', 'warehouse'],
    ['GITHUB_REPOSITORY', 'a/b/c'],
    ['GITHUB_SHA', 'main'],
    ['GITHUB_RUN_ID', ''],
    ['GITHUB_API_URL', 'file:///etc/passwd'],
  ])('names %s when it is %j', (name, value) => {
    const read = (): unknown => readRunContext({ ...environment, [name]: value }, undefined);
    expect(read).toThrow(ActionableError);
    expect(read).toThrow(name);
  });

  test('takes what the runner leaves empty for absent', () => {
    const context = readRunContext({ ...environment, GITHUB_SERVER_URL: '', GITHUB_RUN_ATTEMPT: '' }, '');
    expect(context).toMatchObject({ serverUrl: 'https://github.com', runAttempt: 1 });
  });

  test('an event that is no JSON is an error, one of an unknown shape is none', () => {
    expect(() => readRunContext(environment, '{')).toThrow(/GITHUB_EVENT_PATH is not JSON/);
    expect(readRunContext(environment, '{"pull_request": 7}').event).toEqual({});
    expect(readRunContext(environment, 'null').event).toEqual({});
  });
});
