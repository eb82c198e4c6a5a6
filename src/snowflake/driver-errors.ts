import { SnowflakeError, UnknownOutcomeError } from './warehouse.js';
import type { Statement } from './warehouse.js';

/** The fields of the driver's errors that this code reads; they are declared as `any` or not at all by its types. */
export interface DriverFailure {
  /** Six digits: of the server (002003) or of the driver (401001). Empty when there is none. */
  readonly code: string;
  readonly message: string;
  readonly sqlState: string | undefined;
  readonly queryId: string | undefined;
  readonly httpStatus: number | undefined;
  /** The code of the network error below it, e.g. ENOTFOUND. */
  readonly networkCode: string | undefined;
  /** True when the server itself answered with this error. */
  readonly fromServer: boolean;
}

/** Reads an error of the driver without trusting its shape. */
export function readDriverFailure(error: unknown): DriverFailure {
  const fields = asRecord(error);
  const code = textOf(fields['code']) ?? numberOf(fields['code'])?.toString() ?? '';
  return {
    code: code === '' ? '' : code.padStart(6, '0'),
    message: error instanceof Error ? error.message : String(error),
    sqlState: textOf(fields['sqlState']),
    queryId: textOf(asRecord(fields['data'])['queryId']),
    httpStatus:
      numberOf(asRecord(fields['response'])['statusCode']) ?? numberOf(asRecord(fields['response'])['status']),
    networkCode: textOf(asRecord(fields['cause'])['code']),
    fromServer: fields['name'] === 'OperationFailedError',
  };
}

/** Codes by which the server says that it knows the session no more: the statement's fate is then as open as with a lost reply. */
const SESSION_GONE = new Set(['390104', '390111', '390112', '390114', '390115']);

/**
 * Turns an error of `execute` into what the interface promises.
 * @returns SnowflakeError when the server refused the statement, UnknownOutcomeError for everything else.
 */
export function statementFailure(statement: Statement, error: unknown): SnowflakeError | UnknownOutcomeError {
  const failure = readDriverFailure(error);
  if (!failure.fromServer || SESSION_GONE.has(failure.code)) return new UnknownOutcomeError(statement, error);
  return new SnowflakeError(`${failure.message} (${failure.code}, in ${statement.name})`, {
    code: failure.code,
    sqlState: failure.sqlState,
    queryId: failure.queryId,
    statement,
    cause: error,
  });
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
