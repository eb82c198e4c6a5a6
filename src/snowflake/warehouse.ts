/** One SQL statement, made by a named pure function of `src/snowflake/statements/` (or the SQL builders of verification). */
export interface Statement {
  /** The name of the function that made it, for logs and for counting. */
  readonly name: string;
  readonly sql: string;
  /** Values for `?`, in order. */
  readonly binds?: readonly (string | number | boolean | null)[];
}

/** A row by column name as Snowflake returns it (SHOW: lower case; quoted aliases: exact). Every value is text or null. */
export type Row = Readonly<Record<string, string | null>>;

export interface ExecuteOptions {
  /** Statement timeout on the server, in seconds. */
  readonly timeoutSeconds?: number;
  /** When aborted, the statement is cancelled on the server and the call rejects. */
  readonly signal?: AbortSignal;
}

/**
 * A session of the warehouse, as the modes see it. Safe for concurrent calls.
 *
 * Errors: `SnowflakeError` (the server refused; nothing was done) or `UnknownOutcomeError` (no answer came: the
 * statement may have run, or may still be running).
 */
export interface Warehouse {
  execute(statement: Statement, options?: ExecuteOptions): Promise<readonly Row[]>;
  /** Cancels the statements that this session, or an earlier one with the same query tag, still runs. Never throws. */
  cancelLeftovers(): Promise<void>;
  /**
   * Cancels the statements of this user that run under another query tag, until none is left or it takes too long.
   * @returns how many still run
   */
  cancelTagged(queryTag: string): Promise<number>;
  close(): Promise<void>;
}

/** The server answered with an error: the statement had no effect. */
export class SnowflakeError extends Error {
  override readonly name = 'SnowflakeError';
  readonly code: string;
  readonly sqlState: string | undefined;
  readonly queryId: string | undefined;
  readonly statement: Statement;
  constructor(
    message: string,
    details: {
      readonly code: string;
      readonly sqlState?: string | undefined;
      readonly queryId?: string | undefined;
      readonly statement: Statement;
      readonly cause?: unknown;
    },
  ) {
    super(message, { cause: details.cause });
    this.code = details.code;
    this.sqlState = details.sqlState;
    this.queryId = details.queryId;
    this.statement = details.statement;
  }
}

/** The answer was lost: only reading the warehouse tells whether the statement took effect. */
export class UnknownOutcomeError extends Error {
  override readonly name = 'UnknownOutcomeError';
  readonly statement: Statement;
  constructor(statement: Statement, cause: unknown) {
    super(`No answer came to "${statement.name}": it may or may not have taken effect.`, { cause });
    this.statement = statement;
  }
}

/** Object does not exist, or this role may not see it (002003), or its schema or database (002043). */
export function isMissingObject(error: unknown): boolean {
  return error instanceof SnowflakeError && (error.code === '002003' || error.code === '002043');
}

/** This role lacks a privilege on something that it may see (003001). */
export function isPrivilegeMissing(error: unknown): boolean {
  return error instanceof SnowflakeError && error.code === '003001';
}

/** Time Travel has nothing of that moment: before the table was made, or beyond its retention (000707). */
export function isBeyondTimeTravel(error: unknown): boolean {
  return error instanceof SnowflakeError && error.code === '000707';
}

/** The name is taken (002002). */
export function isNameTaken(error: unknown): boolean {
  return error instanceof SnowflakeError && error.code === '002002';
}

/** What ends a block when a schema is not any more what a run saw: see `Standing` in statements/schemas.ts. */
export const CHANGED_MEANWHILE = 'changed by another run';

/** By its text, since an error inside a block may come with the block's own code. */
export function isChangedMeanwhile(error: unknown): boolean {
  return error instanceof SnowflakeError && error.message.includes(`'${CHANGED_MEANWHILE}'`);
}
