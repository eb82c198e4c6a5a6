import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../errors.js';
import { quoteSchema } from '../snowflake/identifiers.js';
import type { SchemaName } from '../snowflake/identifiers.js';
import { count } from '../snowflake/rows.js';
import { countCheckRows } from '../snowflake/statements/checks.js';
import type { Tools } from '../tools.js';
import type { TestVerdict } from '../verification/verdict.js';
import type { Code } from './code.js';

/**
 * Runs the custom checks of the deployed commit: each file is one SELECT and the rows it returns are failures. `{{ new }}` and
 * `{{ old }}` stand for the quoted names of the two schemas.
 *
 * @param files paths relative to the top of the repository
 */
export async function runCustomChecks(
  tools: Pick<Tools, 'warehouse' | 'signal'>,
  code: Code,
  files: readonly string[],
  schemas: { readonly new: SchemaName; readonly old: SchemaName },
): Promise<readonly TestVerdict[]> {
  return Promise.all(files.map((file) => runCustomCheck(tools, code, file, schemas)));
}

async function runCustomCheck(
  tools: Pick<Tools, 'warehouse' | 'signal'>,
  code: Code,
  file: string,
  schemas: { readonly new: SchemaName; readonly old: SchemaName },
): Promise<TestVerdict> {
  const identity = { uniqueId: `verify-sql.${file}`, name: file };
  try {
    const sql = (await readFile(join(code.top, file), 'utf8'))
      .replaceAll('{{ new }}', quoteSchema(schemas.new))
      .replaceAll('{{ old }}', quoteSchema(schemas.old));
    const [row] = await tools.warehouse.execute(countCheckRows(sql), { signal: tools.signal });
    if (row === undefined) throw new Error('Snowflake answered without a row.');
    const failures = count(row, 'rows');
    return { ...identity, status: failures === 0 ? 'pass' : 'fail', failures, message: undefined };
  } catch (error) {
    tools.signal.throwIfAborted();
    return { ...identity, status: 'error', failures: undefined, message: messageOf(error) };
  }
}
