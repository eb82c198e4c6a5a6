import { beforeEach, expect, test } from '@jest/globals';
import { Contract } from '../e2e/support/loopback-github/contract.js';

/** Every test that speaks to the loopback GitHub relies on this; here it is tried with what it must not let pass. */
let contract: Contract;
beforeEach(() => {
  contract = new Contract();
});

const repository = 'http://127.0.0.1/repos/octo-org/warehouse';
const at = (path: string): URL => new URL(repository + path);
const sha = 'a'.repeat(40);

test('lets requests and refusals pass that GitHub describes', () => {
  contract.checkRequest('GET', at('/issues/7/comments?per_page=100&page=2'), undefined);
  contract.checkRequest('PATCH', at('/git/refs/heads/release/1'), { sha, force: false });
  contract.checkRequest('POST', at('/deployments'), { ref: sha, auto_merge: false, required_contexts: [] });
  contract.checkReply('GET', at('/issues/7/comments'), 200, []);
  contract.checkReply('GET', at('/issues/7/comments'), 401, { message: 'Bad credentials' });
  expect(contract.breaches).toEqual([]);
});

test.each([
  ['a path that is no number', 'GET', '/issues/seven/comments', undefined, /pathParameters: \/issue_number/],
  ['a query that GitHub does not know', 'GET', '/issues/7/comments?perpage=9', undefined, /query:.*perpage/],
  ['a body where none is taken', 'GET', '/issues/7/comments', { body: 'x' }, /takes no body/],
  ['no body where one is', 'POST', '/deployments', undefined, /body:.*must be object/],
  ['a misspelt field', 'POST', '/deployments', { ref: sha, automerge: false }, /automerge/],
  ['a state that does not exist', 'POST', '/deployments/1/statuses', { state: 'done' }, /\/state.*allowed values/],
] as const)('a request with %s is a breach', (_name, method, path, body, breach) => {
  contract.checkRequest(method, at(path), body);
  expect(contract.breaches).toEqual([expect.stringMatching(breach)]);
});

test.each([
  ['a field that is missing', 'GET', '/issues/7/comments', 200, [{ id: 1 }], /reply 200.*required property/],
  ['a field of another type', 'GET', '/git/ref/heads/prod', 200, { ref: 7 }, /\/ref must be string/],
  ['a status that GitHub never answers', 'POST', '/deployments', 200, {}, /never answers 200/],
  ['a refusal of another shape', 'GET', '/pulls/1', 404, { message: 404 }, /\/message must be string/],
] as const)('a reply with %s is a breach', (_name, method, path, status, body, breach) => {
  contract.checkReply(method, at(path), status, body);
  expect(contract.breaches).toEqual([expect.stringMatching(breach)]);
});
