import { describe, expect, test } from '@jest/globals';
import { ActionableError } from '../../src/errors.js';
import type { Connection, Credential } from '../../src/snowflake/connection.js';
import { statementFailure } from '../../src/snowflake/driver-errors.js';
import { loginFailure } from '../../src/snowflake/login-errors.js';
import { SnowflakeError, UnknownOutcomeError } from '../../src/snowflake/warehouse.js';

const STATEMENT = { name: 'swapSchemas', sql: 'ALTER SCHEMA …' };

/** An error with the fields that the driver's errors have. */
function driverError(fields: Record<string, unknown>): Error {
  return Object.assign(new Error('words of the driver'), fields);
}

describe('an error of a statement', () => {
  test('that the server sent is a refusal', () => {
    const error = driverError({
      name: 'OperationFailedError',
      code: '2003',
      sqlState: '42S02',
      message: 'Object X does not exist',
      data: { queryId: 'q1' },
    });
    const failure = statementFailure(STATEMENT, error);
    expect(failure).toBeInstanceOf(SnowflakeError);
    expect(failure).toMatchObject({
      code: '002003',
      sqlState: '42S02',
      queryId: 'q1',
      statement: STATEMENT,
      cause: error,
    });
    expect(failure.message).toBe('Object X does not exist (002003, in swapSchemas)');
  });

  test.each([
    { name: 'NetworkError', code: 401001, cause: { code: 'ECONNRESET' } },
    { name: 'RequestFailedError', code: 401002, response: { statusCode: 503 } },
    { name: 'ClientError', code: 407002, message: 'Unable to perform operation using terminated connection.' },
    { name: 'OperationFailedError', code: '390111', message: 'Session no longer exists.' },
    { message: 'something unforeseen' },
  ])('is an unknown outcome for %j', (fields) => {
    const error = driverError(fields);
    expect(statementFailure(STATEMENT, error)).toBeInstanceOf(UnknownOutcomeError);
    expect(statementFailure(STATEMENT, error)).toMatchObject({ statement: STATEMENT, cause: error });
  });
});

describe('an error of the login', () => {
  const KEY: Credential = { kind: 'key pair', privateKey: 'KEY-TEXT', passphrase: 'PASS-TEXT' };
  const TOKEN: Credential = { kind: 'token', token: 'PAT-TEXT' };
  const OIDC: Credential = { kind: 'workload identity', fetchToken: () => Promise.resolve('') };

  function connection(credential: Credential, accessUrl?: URL): Connection {
    return {
      account: 'org-acc',
      user: 'CI',
      role: 'DEPLOYER',
      warehouse: 'WH',
      database: 'ANALYTICS',
      accessUrl,
      credential,
    };
  }

  test.each<[string, Credential, Record<string, unknown>, RegExp]>([
    [
      'a wrong key or user',
      KEY,
      { name: 'OperationFailedError', code: '390144' },
      /user does not exist.*RSA_PUBLIC_KEY_FP/,
    ],
    ['a role not granted', KEY, { name: 'OperationFailedError', code: '390189' }, /GRANT ROLE DEPLOYER TO USER CI/],
    ['an address not allowed', KEY, { name: 'OperationFailedError', code: '390422' }, /network policy/],
    [
      'a bad token',
      TOKEN,
      { name: 'OperationFailedError', code: '394400' },
      /programmatic access token is wrong, expired/,
    ],
    ['an expired token', TOKEN, { name: 'OperationFailedError', code: '390318' }, /token has expired/],
    [
      'a refused identity',
      OIDC,
      { name: 'OperationFailedError', code: '390100' },
      /TYPE = OIDC.*The token could not be read/,
    ],
    [
      'no such host',
      KEY,
      { name: 'NetworkError', code: 401001, cause: { code: 'ENOTFOUND' } },
      /no such account at https:\/\/org-acc\.snowflakecomputing\.com.*input account/,
    ],
    [
      'no such account',
      KEY,
      { name: 'RequestFailedError', code: 401002, response: { statusCode: 404 } },
      /no such account/,
    ],
    [
      'an outage',
      KEY,
      { name: 'RequestFailedError', code: 401002, response: { statusCode: 503 } },
      /HTTP 503.*status\.snowflake\.com/,
    ],
  ])('says %s in words', (_case, credential, fields, advice) => {
    const cause = driverError(fields);
    const error = loginFailure(connection(credential), cause);
    expect(error).toBeInstanceOf(ActionableError);
    expect(error.message).toMatch(advice);
    expect(error.message).toMatch(/^Snowflake login failed for user CI at account org-acc\..*Nothing was changed\./);
    expect(error.cause).toBe(cause);
  });

  test('tells what the refused OIDC token says, which has to be registered, and not the token', () => {
    const sub = 'repo:octo/shop:environment:production';
    const payload = {
      iss: 'https://token.actions.githubusercontent.com',
      sub,
      aud: 'snowflakecomputing.com',
      jti: 'x',
    };
    const token = ['e30', Buffer.from(JSON.stringify(payload)).toString('base64url'), 'signature'].join('.');
    const { message } = loginFailure(
      connection(OIDC),
      driverError({ name: 'OperationFailedError', code: '390100' }),
      token,
    );
    expect(message).toContain(
      `It says: issuer https://token.actions.githubusercontent.com, subject ${sub}, audience snowflakecomputing.com.`,
    );
    expect(message).not.toContain('signature');
  });

  test('names the address that was given', () => {
    const error = driverError({ name: 'NetworkError', code: 401001, cause: { code: 'ECONNREFUSED' } });
    expect(loginFailure(connection(KEY, new URL('http://127.0.0.1:9')), error).message).toMatch(
      /Nothing listens at http:\/\/127\.0\.0\.1:9\..*access-url/,
    );
  });

  test.each([KEY, TOKEN])('never repeats a secret that a message holds: %j', (credential) => {
    const error = driverError({
      name: 'OperationFailedError',
      code: '390100',
      message: 'bad KEY-TEXT, PASS-TEXT or PAT-TEXT',
    });
    const { message } = loginFailure(connection(credential), error);
    const own = credential === KEY ? ['KEY-TEXT', 'PASS-TEXT'] : ['PAT-TEXT'];
    for (const secret of own) expect(message).not.toContain(secret);
  });
});
