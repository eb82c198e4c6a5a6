/**
 * Writes the part of GitHub's own API description that the loopback GitHub of the tests is held to:
 * __tests__/e2e/support/loopback-github/github-api.json, from the package @octokit/openapi. The package unpacks to 385 MB, so it
 * is no dependency: it is fetched once, when an operation or a newer version is needed, and only its extract is kept.
 *   node script/github-api.mjs
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

const PACKAGE = '@octokit/openapi';
const VERSION = '23.0.2';
const DESCRIPTION = 'package/generated/api.github.com.json';
const EXTRACT = new URL('../__tests__/e2e/support/loopback-github/github-api.json', import.meta.url);

/** Every operation that the fake answers. */
const OPERATIONS = [
  'GET /repos/{owner}/{repo}',
  'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls',
  'GET /repos/{owner}/{repo}/pulls/{pull_number}',
  'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
  'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
  'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}',
  'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}',
  'POST /repos/{owner}/{repo}/check-runs',
  'GET /repos/{owner}/{repo}/commits/{ref}/check-runs',
  'GET /repos/{owner}/{repo}/deployments',
  'POST /repos/{owner}/{repo}/deployments',
  'GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
  'POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
  'GET /repos/{owner}/{repo}/git/ref/{ref}',
  'PATCH /repos/{owner}/{repo}/git/refs/{ref}',
  'GET /user',
];

/** Keys whose values are schemas, lists of schemas, or schemas by name. */
const ONE = new Set(['items', 'additionalProperties', 'not']);
const SEVERAL = new Set(['oneOf', 'anyOf', 'allOf']);
const BY_NAME = new Set(['properties', 'patternProperties']);
/** What constrains a value. All else (descriptions, examples, defaults) is for readers. */
const CONSTRAINTS = new Set(
  'type enum required format pattern minimum maximum minLength maxLength minItems maxItems uniqueItems minProperties maxProperties'.split(
    ' ',
  ),
);

const description = JSON.parse(await describedByGitHub());
const referenced = new Map();

/** The description, from the registry that npm is set up with. */
async function describedByGitHub() {
  const folder = await mkdtemp(join(tmpdir(), 'github-api-'));
  try {
    const { stdout } = await execute('npm', ['pack', `${PACKAGE}@${VERSION}`, '--silent'], { cwd: folder });
    await execute('tar', ['-xzf', stdout.trim(), DESCRIPTION], { cwd: folder });
    return await readFile(join(folder, DESCRIPTION), 'utf8');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function resolved(node) {
  if (node?.$ref === undefined) return node;
  return node.$ref
    .slice(2)
    .split('/')
    .reduce((part, key) => part[key], description);
}

/** OpenAPI 3.0 says `nullable` where JSON Schema has the type null. */
function jsonSchema(schema, closed) {
  if (schema.$ref !== undefined) return { $ref: reference(schema.$ref) };
  const made = {};
  for (const [key, value] of Object.entries(schema)) {
    if (CONSTRAINTS.has(key)) made[key] = value;
    else if (ONE.has(key)) made[key] = typeof value === 'object' ? jsonSchema(value, closed) : value;
    else if (SEVERAL.has(key)) made[key] = value.map((each) => jsonSchema(each, closed));
    else if (BY_NAME.has(key)) {
      const named = Object.entries(value).map(([name, each]) => [name, jsonSchema(each, closed)]);
      made[key] = Object.fromEntries(named);
    }
  }
  if (closed && made.properties !== undefined && made.additionalProperties === undefined) {
    made.additionalProperties = false;
  }
  return schema.nullable === true ? { anyOf: [made, { type: 'null' }] } : made;
}

function reference(pointer) {
  const name = pointer.split('/').at(-1);
  if (!referenced.has(name)) {
    referenced.set(name, undefined);
    referenced.set(name, jsonSchema(resolved({ $ref: pointer }), false));
  }
  return `#/schemas/${name}`;
}

function contentOf(node, closed) {
  const content = resolved(node)?.content;
  const schema = (content?.['application/json'] ?? content?.['application/scim+json'])?.schema;
  return schema === undefined ? null : jsonSchema(schema, closed);
}

/** A request is closed, though GitHub passes over what it does not know: so that a misspelt field shows. */
function operation(line) {
  const [method, path] = line.split(' ');
  const found = description.paths[path]?.[method.toLowerCase()];
  if (found === undefined) throw new Error(`${PACKAGE} ${VERSION} does not describe ${line}.`);
  const parameters = (found.parameters ?? []).map(resolved);
  const schemasIn = (place) => {
    const named = parameters.filter((each) => each.in === place);
    return {
      type: 'object',
      properties: Object.fromEntries(named.map((each) => [each.name, jsonSchema(each.schema, true)])),
      required: named.filter((each) => each.required === true).map((each) => each.name),
      additionalProperties: false,
    };
  };
  const responses = Object.entries(found.responses).map(([status, response]) => [status, contentOf(response, false)]);
  return {
    method,
    path,
    id: found.operationId,
    pathParameters: schemasIn('path'),
    query: schemasIn('query'),
    body: contentOf(found.requestBody, true),
    responses: Object.fromEntries(responses),
  };
}

/** One operation and one schema a line. */
function written(operations, schemas) {
  const lines = schemas.map(([name, schema]) => `    ${JSON.stringify(name)}: ${JSON.stringify(schema)}`);
  return [
    '{',
    `  "source": ${JSON.stringify(`${PACKAGE} ${VERSION}`)},`,
    `  "licence": "MIT License, Copyright (c) 2020 Octokit contributors",`,
    '  "operations": [',
    operations.map((each) => `    ${JSON.stringify(each)}`).join(',\n'),
    '  ],',
    '  "schemas": {',
    lines.join(',\n'),
    '  }',
    '}',
    '',
  ].join('\n');
}

reference('#/components/schemas/basic-error');
const operations = OPERATIONS.map(operation);
const schemas = [...referenced].sort(([one], [other]) => (one < other ? -1 : 1));
await writeFile(EXTRACT, written(operations, schemas));
console.log(`${operations.length} operations and ${schemas.length} schemas of ${PACKAGE} ${VERSION}.`);
