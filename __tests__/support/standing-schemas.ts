import { parseComment } from '../../src/deployment/marker.js';
import type { Marker } from '../../src/deployment/marker.js';
import { SnowflakeError } from '../../src/snowflake/warehouse.js';
import type { Row, Statement } from '../../src/snowflake/warehouse.js';
import { literalsIn, namesIn, shapeOf, statementsIn } from '../snowflake/support/tokens.js';
import type { Token } from '../snowflake/support/tokens.js';
import { RecordingWarehouse } from './recording-warehouse.js';

const SCHEMA = '<name> . <name>';

/** Schemas with names and comments only: what SWAP, RENAME, CLONE, COMMENT and DROP do to them, and nothing else. */
export class StandingSchemas extends RecordingWarehouse {
  readonly schemas: Map<string, Row>;
  /** Answers instead of the schemas when it returns something, before the statement takes effect. */
  before: (statement: Statement) => Error | readonly Row[] | undefined = () => undefined;
  /** Called when the statement has taken effect; an error returned is a lost reply. */
  after: (statement: Statement) => Error | undefined = () => undefined;

  constructor(rows: readonly Row[]) {
    super((statement) => this.#answer(statement));
    this.schemas = new Map(rows.map((row) => [row['name'] ?? '', row]));
  }

  get standing(): readonly string[] {
    return [...this.schemas.keys()].sort();
  }

  markerOf(schema: string): Marker | undefined {
    return this.commentOf(schema).marker;
  }

  commentOf(schema: string): ReturnType<typeof parseComment> {
    return parseComment(this.schemas.get(schema)?.['comment'] ?? null);
  }

  #answer(statement: Statement): readonly Row[] | Error {
    const instead = this.before(statement);
    if (instead !== undefined) return instead;
    try {
      const rows = this.#effect(statement);
      return this.after(statement) ?? rows;
    } catch (error) {
      if (error instanceof SnowflakeError) return error;
      throw error;
    }
  }

  #effect(statement: Statement): readonly Row[] {
    // The history is a table beside the schemas; what it keeps is the business of its own tests.
    if (statement.name === 'updateHistory') return [];
    const { sql } = statement;
    const [first = '', second = ''] = namesIn(sql).filter((_, index) => index % 2 === 1);
    const [text = ''] = literalsIn(sql);
    switch (shapeOf(sql)) {
      case 'SHOW SCHEMAS IN DATABASE <name>':
        return [...this.schemas.values()];
      case 'SHOW SCHEMAS IN DATABASE <name> STARTS WITH <text>':
        return [...this.schemas.values()].filter(({ name }) => name?.startsWith(text));
      case `ALTER SCHEMA ${SCHEMA} RENAME TO ${SCHEMA}`:
        this.#place(statement, second, this.#get(statement, first));
        this.#take(statement, first);
        return [];
      case `COMMENT ON SCHEMA ${SCHEMA} IS <text>`:
        this.schemas.set(first, { ...this.#get(statement, first), comment: text });
        return [];
      case `CREATE SCHEMA ${SCHEMA} CLONE ${SCHEMA} COMMENT = <text>`:
        this.#place(statement, first, { ...this.#get(statement, second), comment: text });
        return [];
      case `DROP SCHEMA ${SCHEMA}`:
        this.#take(statement, first);
        return [];
      case 'EXECUTE IMMEDIATE <text>':
        this.#block(statement, text);
        return [];
      case `SHOW VIEWS IN DATABASE <name> LIMIT 1 0 0 0 0`:
        return [];
      default:
        throw new Error(`These schemas do not know: ${sql}`);
    }
  }

  #block(statement: Statement, text: string): void {
    for (const tokens of statementsIn(text)) {
      const words = tokens.filter(({ kind }) => kind === 'word').map(({ value }) => value);
      const names = tokens.filter(({ kind }) => kind === 'name').map(({ value }) => value);
      const [, a = '', , b = ''] = names;
      const [literal = ''] = tokens.filter(({ kind }) => kind === 'literal').map(({ value }) => value);
      if (words.includes('SELECT')) this.#stillStands(statement, tokens);
      else if (words.includes('COMMENT')) this.schemas.set(a, { ...this.#get(statement, a), comment: literal });
      else if (words.includes('SWAP')) {
        const [left, right] = [this.#get(statement, a), this.#get(statement, b)];
        this.schemas.set(a, { ...right, name: a });
        this.schemas.set(b, { ...left, name: b });
      } else if (words.includes('RENAME')) this.#place(statement, b, this.#take(statement, a));
    }
  }

  /** SELECT … CONTAINS(COMMENT, text) AND …, '1', why … WHERE SCHEMA_NAME = name. */
  #stillStands(statement: Statement, tokens: readonly Token[]): void {
    const literals = tokens.filter(({ kind }) => kind === 'literal').map(({ value }) => value);
    const comment = this.#get(statement, literals.at(-1) ?? '')['comment'] ?? '';
    if (literals.slice(0, -3).every((text) => comment.includes(text))) return;
    throw new SnowflakeError(`Numeric value '${literals.at(-2) ?? ''}' is not recognized`, {
      code: '100038',
      statement,
    });
  }

  #get(statement: Statement, schema: string): Row {
    const row = this.schemas.get(schema);
    if (row !== undefined) return row;
    throw new SnowflakeError(`Schema '${schema}' does not exist.`, { code: '002003', statement });
  }

  #take(statement: Statement, schema: string): Row {
    const row = this.#get(statement, schema);
    this.schemas.delete(schema);
    return row;
  }

  #place(statement: Statement, schema: string, row: Row): void {
    if (this.schemas.has(schema))
      throw new SnowflakeError(`Object '${schema}' already exists.`, { code: '002002', statement });
    this.schemas.set(schema, { ...row, name: schema });
  }
}
