import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import type { ErrorObject, ValidateFunction } from 'ajv';

type Schema = Readonly<Record<string, unknown>>;

/** An operation as the extract of GitHub's description has it; see script/github-api.mjs. */
interface Operation {
  readonly method: string;
  /** e.g. `/repos/{owner}/{repo}/git/ref/{ref}` */
  readonly path: string;
  readonly id: string;
  readonly pathParameters: Schema;
  readonly query: Schema;
  /** null: the operation takes no body. */
  readonly body: Schema | null;
  /** By status; null: a reply without a body. */
  readonly responses: Readonly<Record<string, Schema | null>>;
}

interface Description {
  readonly source: string;
  readonly operations: readonly Operation[];
}

const description = JSON.parse(readFileSync(new URL('./github-api.json', import.meta.url), 'utf8')) as Description;

const formats = {
  uri: (text: string): boolean => URL.canParse(text),
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
  email: /^[^@\s]+@[^@\s]+$/,
  int64: true,
} as const;
/** Parameters arrive as text; a body has its types already. */
const ofParameters = new Ajv({ strict: false, allErrors: true, coerceTypes: true, formats });
const ofBodies = new Ajv({ strict: false, allErrors: true, formats });
for (const ajv of [ofParameters, ofBodies]) {
  ajv.addSchema({ $id: 'github', ...description });
}

const compiled = new Map<string, ValidateFunction>();

/** @param pointer JSON pointer to a schema inside of the description */
function validator(ajv: Ajv, pointer: string): ValidateFunction {
  const known = compiled.get(pointer) ?? ajv.compile({ $ref: `github#${pointer}` });
  compiled.set(pointer, known);
  return known;
}

/** GraphQL has a description of its own, which is none of OpenAPI. */
const UNDESCRIBED = '/graphql';

/**
 * Holds requests and replies to GitHub's own description of its API, and keeps what breaks it: a request that the action would
 * not get through with, or a reply that GitHub does not give.
 */
export class Contract {
  readonly breaches: string[] = [];

  /** @param body the parsed body; undefined when there was none, or it was no JSON object */
  checkRequest(method: string, url: URL, body: Schema | undefined): void {
    const found = find(method, url.pathname);
    if (found === undefined) return;
    const { operation, index, parameters } = found;
    const check = (part: string, value: unknown, ajv: Ajv): void => {
      const validate = validator(ajv, `/operations/${index}/${part}`);
      if (!validate(value)) this.#add(`request ${operation.id}, ${part}: ${faults(validate.errors)}`);
    };
    check('pathParameters', { ...parameters }, ofParameters);
    check('query', Object.fromEntries(url.searchParams), ofParameters);
    if (operation.body !== null) check('body', body, ofBodies);
    else if (body !== undefined) this.#add(`request ${operation.id}: it takes no body`);
  }

  /** Refusals that GitHub gives to any operation are described once, not for each. */
  checkReply(method: string, url: URL, status: number, body: unknown): void {
    const found = find(method, url.pathname);
    if (found === undefined) return;
    const { operation, index } = found;
    const described = operation.responses[String(status)];
    if (described === undefined && status < 400) {
      this.#add(`reply of ${operation.id}: GitHub never answers ${status} there`);
      return;
    }
    if (described === null) return;
    const pointer =
      described === undefined ? '/schemas/basic-error' : `/operations/${index}/responses/${String(status)}`;
    const validate = validator(ofBodies, pointer);
    if (!validate(body)) this.#add(`reply ${status} of ${operation.id}: ${faults(validate.errors)}`);
  }

  /** A request that the fake has no endpoint for. */
  noteUnknown(method: string, url: URL): void {
    this.#add(`request ${method} ${url.pathname}: the fake has no such endpoint`);
  }

  #add(breach: string): void {
    this.breaches.push(breach);
  }
}

interface Found {
  readonly operation: Operation;
  readonly index: number;
  readonly parameters: Readonly<Record<string, string>>;
}

const patterns = description.operations.map(({ path }) => patternOf(path));

/** A ref holds slashes, other parameters do not. */
function patternOf(path: string): RegExp {
  const source = path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) =>
    name === 'ref' ? `(?<${name}>.+)` : `(?<${name}>[^/]+)`,
  );
  return new RegExp(`^${source}$`);
}

/** undefined where a request is none of REST, or the endpoint table has already told that nobody knows it. */
function find(method: string, path: string): Found | undefined {
  if (path === UNDESCRIBED) return undefined;
  const index = description.operations.findIndex(
    (each, position) => each.method === method && patterns[position]?.test(path) === true,
  );
  const operation = description.operations[index];
  if (operation === undefined) return undefined;
  return { operation, index, parameters: patterns[index]?.exec(path)?.groups ?? {} };
}

function faults(errors: readonly ErrorObject[] | null | undefined): string {
  return (errors ?? [])
    .slice(0, 5)
    .map(({ instancePath, message, params }) => `${instancePath} ${message ?? ''} ${JSON.stringify(params)}`)
    .join('; ');
}
