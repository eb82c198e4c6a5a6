import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect } from '@jest/globals';

/** What sqlglot made of a text: how many statements, and of which kind the first is; `command` is what it does not know. */
export interface Parsed {
  readonly statements: number;
  readonly kind: string;
}

/** A token of sqlglot: its type (IDENTIFIER, STRING, VAR…) and its text, a name's and a literal's without their quotes. */
export type SqlglotToken = readonly [type: string, text: string];

const PARSE = `
import json, logging, sys, sqlglot
logging.getLogger("sqlglot").setLevel(logging.ERROR)
trees = (sqlglot.parse(text, read="snowflake") for text in json.load(sys.stdin))
json.dump([{"statements": len(found), "kind": found[0].key} for found in trees], sys.stdout)
`;

const TOKENIZE = `
import json, sys
from sqlglot.dialects.snowflake import Snowflake
tokenizer = Snowflake()
texts = json.load(sys.stdin)
json.dump([[(t.token_type.name, t.text) for t in tokenizer.tokenize(text)] for text in texts], sys.stdout)
`;

/** Reads texts by sqlglot's grammar of Snowflake, which shares no code with what made them; one process reads them all. */
export function parsedBySqlglot(texts: readonly string[]): readonly Parsed[] {
  return run(PARSE, texts) as readonly Parsed[];
}

/** Splits texts as sqlglot does; also those whose grammar it does not know. */
export function tokenizedBySqlglot(texts: readonly string[]): readonly (readonly SqlglotToken[])[] {
  return run(TOKENIZE, texts) as readonly (readonly SqlglotToken[])[];
}

function run(program: string, texts: readonly string[]): unknown {
  const python = spawnSync(join('.venv', 'bin', 'python'), ['-c', program], {
    input: JSON.stringify(texts),
    encoding: 'utf8',
    maxBuffer: 512 * 1024 * 1024,
  });
  expect(python.stderr).toBe('');
  return JSON.parse(python.stdout);
}
