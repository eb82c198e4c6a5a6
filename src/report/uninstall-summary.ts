import { bytes, plural } from '../figures.js';
import { displayName, quoteSchema } from '../snowflake/identifiers.js';
import type { SchemaName } from '../snowflake/identifiers.js';
import { code, codeBlock, paragraphs, prose, table } from './markdown.js';

/** A schema that stays when this action is no longer used. */
export interface LeftStanding {
  readonly name: SchemaName;
  /** What it is, e.g. `former production`. */
  readonly purpose: string;
  /** Of its tables, those included that a clone shares with its source; undefined where it cannot be seen. */
  readonly bytes: number | undefined;
  /** Views elsewhere that read from it, by full name. */
  readonly readBy: readonly string[];
}

/** One statement a schema, ready to be read and then run by a person; what a view still reads from is commented out. */
export function dropStatements(left: readonly LeftStanding[]): readonly string[] {
  return left.map(({ name, readBy }) => {
    const drop = `DROP SCHEMA ${quoteSchema(name)};`;
    // A quoted name may hold a line break, which would end the comment.
    return readBy.length === 0
      ? drop
      : `/* read by ${plural(readBy.length, 'view')}, see above: ${withoutEnd(drop)} */`;
  });
}

/**
 * What an uninstall did and what is left, for the job summary.
 * @param done what became of production's comment, in a sentence
 * @param doubtful schemas with names of ours that this action cannot call its own
 */
export function uninstallSummary(done: string, left: readonly LeftStanding[], doubtful: readonly SchemaName[]): string {
  const rows = left.map((each) => [
    code(displayName(each.name)),
    prose(each.purpose),
    each.bytes === undefined ? '–' : bytes(each.bytes),
    each.readBy.length === 0 ? '–' : each.readBy.map(code).join(', '),
  ]);
  return paragraphs([
    '## Blue/green: uninstalled',
    prose(done),
    left.length === 0
      ? 'Nothing of this action is left.'
      : 'Nothing was dropped. What this action made is still there:',
    left.length === 0
      ? undefined
      : table(['schema', 'what it is', 'bytes of its tables', 'read by'], rows, new Set([2])),
    left.length === 0 ? undefined : 'To drop it, each within reach of UNDROP SCHEMA for the retention time:',
    left.length === 0 ? undefined : codeBlock('sql', dropStatements(left).join('\n')),
    doubtful.length === 0
      ? undefined
      : `Named like schemas of this action, but without a marker that names them, so that a person may have made them: ${doubtful
          .map((name) => code(displayName(name)))
          .join(', ')}. Look before you drop one.`,
  ]);
}

function withoutEnd(sql: string): string {
  return sql.replaceAll('*/', '* /');
}
