import { ActionableError } from '../errors.js';
import { withoutSecrets } from './authentication.js';
import type { Connection } from './connection.js';
import { readDriverFailure } from './driver-errors.js';
import type { DriverFailure } from './driver-errors.js';
import { claimsInWords } from './id-token.js';

/**
 * Says in words why a login failed and what to do. Codes: Snowflake's error messages of authentication,
 * https://docs.snowflake.com/en/user-guide/key-pair-auth-troubleshooting and the driver's own (401001, 401002).
 *
 * @param idToken the OIDC token that was shown, if any: what it says is told, never the token itself
 */
export function loginFailure(connection: Connection, error: unknown, idToken?: string): ActionableError {
  if (error instanceof ActionableError) return error;
  const failure = readDriverFailure(error);
  const said = withoutSecrets(failure.message, connection);
  const advice = adviceFor(connection, failure, idToken);
  return new ActionableError(
    `Snowflake login failed for user ${connection.user} at account ${connection.account}. ${advice} ` +
      `Nothing was changed. Snowflake's words: ${said}${failure.code === '' ? '' : ` (${failure.code})`}`,
    { cause: error },
  );
}

function adviceFor(connection: Connection, failure: DriverFailure, idToken: string | undefined): string {
  if (!failure.fromServer) return networkAdvice(connection, failure);
  switch (failure.code) {
    case '390186':
    case '390189':
      return `The role ${connection.role ?? '(default)'} does not exist or is not granted to this user: GRANT ROLE ${connection.role ?? '…'} TO USER ${connection.user}, or correct the input role.`;
    case '390201':
      return 'The warehouse or database of the inputs does not exist, or the role may not use it: GRANT USAGE on it to the role.';
    case '390422':
    case '390431':
    case '390432':
      return "A network policy does not admit this runner's IP address: add it to the policy of the user or account, or use a runner with a fixed address.";
    case '390318':
    case '390114':
      return 'The token has expired: make a new one right before the run and store it in the secret that this workflow reads.';
    default:
      return credentialAdvice(connection, failure.code, idToken);
  }
}

function credentialAdvice(connection: Connection, code: string, idToken: string | undefined): string {
  switch (connection.credential.kind) {
    case 'key pair':
      return (
        `The user does not exist (or is disabled), or this private key is not the one registered: compare DESCRIBE USER ${connection.user} ` +
        "(RSA_PUBLIC_KEY_FP) with the key, and check that the account name is the one in the account's address and the clock is right."
      );
    case 'token':
      return 'The programmatic access token is wrong, expired, disabled or restricted to another role: look at SHOW USER PROGRAMMATIC ACCESS TOKENS, and make a new one if needed.';
    case 'oauth':
      return `The OAuth token was refused${code === '390303' ? ' as invalid' : ''}: get a new one right before the run, with a scope that contains the role.`;
    case 'workload identity':
      return `GitHub's OIDC token was refused: the user needs TYPE = SERVICE and WORKLOAD_IDENTITY = (TYPE = OIDC …) with what this job's token says. ${shown(idToken)}`;
  }
}

function shown(idToken: string | undefined): string {
  const words = idToken === undefined ? undefined : claimsInWords(idToken);
  return words === undefined
    ? 'The token could not be read.'
    : `It says: ${words}. A job with an environment has another subject than one without: register what each of them says.`;
}

function networkAdvice(connection: Connection, failure: DriverFailure): string {
  const address = connection.accessUrl?.origin ?? `https://${connection.account}.snowflakecomputing.com`;
  const wrongAccount =
    'Check the input account (organization-account, as in the address of the account\'s web page, without ".snowflakecomputing.com").';
  if (failure.networkCode === 'ENOTFOUND' || failure.httpStatus === 403 || failure.httpStatus === 404) {
    return `There is no such account at ${address}. ${wrongAccount}`;
  }
  if (failure.networkCode === 'ECONNREFUSED') return `Nothing listens at ${address}. Check the input access-url.`;
  return `No usable answer came from ${address}${describeStatus(failure)}. ${wrongAccount} If it is right, look at https://status.snowflake.com and run again.`;
}

function describeStatus(failure: DriverFailure): string {
  if (failure.httpStatus !== undefined) return ` (HTTP ${failure.httpStatus})`;
  return failure.networkCode === undefined ? '' : ` (${failure.networkCode})`;
}
