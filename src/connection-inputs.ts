import { ActionableError } from './errors.js';
import type { InputSource } from './input-source.js';
import { parseIdentifier } from './snowflake/identifiers.js';
import type { Connection, Credential } from './snowflake/connection.js';

const AUTHENTICATORS = ['snowflake_jwt', 'programmatic_access_token', 'oauth', 'workload_identity'] as const;
/** The audience that Snowflake expects unless the account says otherwise: https://docs.snowflake.com/en/user-guide/workload-identity-federation */
const OIDC_AUDIENCE = 'snowflakecomputing.com';

/**
 * Reads how to reach Snowflake, from inputs or the SNOWFLAKE_* variables that other tools use too.
 * @throws ActionableError for what is missing or contradicts itself; an unknown authenticator is never tried as a password.
 */
export function readConnection(source: InputSource): Connection {
  const value = (name: string): string =>
    source.input(name) || (source.environment[`SNOWFLAKE_${name.toUpperCase().replaceAll('-', '_')}`] ?? '').trim();
  const required = (name: string): string => {
    const given = value(name);
    if (given !== '') return given;
    const variable = `SNOWFLAKE_${name.toUpperCase().replaceAll('-', '_')}`;
    throw new ActionableError(
      `Input "${name}" is missing, and so is the variable ${variable}. Give one of them. Nothing was changed.`,
    );
  };
  return {
    account: required('account'),
    user: required('user'),
    role: value('role') || undefined,
    warehouse: value('warehouse') || undefined,
    database: databaseName(required('database')),
    accessUrl: accessUrl(value('access-url')),
    credential: readCredential(source, value),
  };
}

/** Every secret text that the inputs hold, so that main can mask it before the first line of the log. */
export function secretsOf(connection: Connection): readonly string[] {
  switch (connection.credential.kind) {
    case 'key pair':
      return [connection.credential.privateKey, connection.credential.passphrase ?? ''].filter(
        (secret) => secret !== '',
      );
    case 'token':
    case 'oauth':
      return [connection.credential.token];
    case 'workload identity':
      return [];
  }
}

function readCredential(source: InputSource, value: (name: string) => string): Credential {
  const written = value('authenticator').toLowerCase();
  const authenticator = AUTHENTICATORS.find((known) => known === written);
  if (written !== '' && authenticator === undefined) {
    throw new ActionableError(
      `Input "authenticator": "${written}" is not known. Write one of ${AUTHENTICATORS.join(', ')}. A person's password is never used for deployments.`,
    );
  }
  const privateKey = value('private-key');
  const token = value('token');
  switch (authenticator ?? guess(privateKey, token)) {
    case 'snowflake_jwt':
      if (privateKey === '') throw missingSecret('private-key', 'snowflake_jwt');
      return {
        kind: 'key pair',
        privateKey: pemOf(privateKey),
        passphrase: value('private-key-passphrase') || undefined,
      };
    case 'programmatic_access_token':
      if (token === '') throw missingSecret('token', 'programmatic_access_token');
      return { kind: 'token', token };
    case 'oauth':
      if (token === '') throw missingSecret('token', 'oauth');
      return { kind: 'oauth', token };
    case 'workload_identity':
      return { kind: 'workload identity', fetchToken: () => source.fetchIdToken(OIDC_AUDIENCE) };
    case undefined:
      throw new ActionableError(
        'No credential for Snowflake was given: set "private-key" (key pair), "token" (programmatic access token), or ' +
          '"authenticator: workload_identity" (GitHub OIDC). A secret is empty on pull requests from forks and for Dependabot. ' +
          (source.environment['SNOWFLAKE_PASSWORD'] === undefined
            ? ''
            : 'SNOWFLAKE_PASSWORD is not used: Snowflake ends password logins for services. ') +
          'Nothing was changed.',
      );
  }
}

function guess(privateKey: string, token: string): (typeof AUTHENTICATORS)[number] | undefined {
  if (privateKey !== '' && token !== '') {
    throw new ActionableError(
      'Both "private-key" and "token" are given. Say with "authenticator" which one counts, or give only one.',
    );
  }
  if (privateKey !== '') return 'snowflake_jwt';
  return token === '' ? undefined : 'programmatic_access_token';
}

function missingSecret(input: string, authenticator: string): ActionableError {
  return new ActionableError(
    `"authenticator: ${authenticator}" needs the input "${input}", which is empty. Is the secret set in this repository or environment?`,
  );
}

/** Accepts PEM, PEM whose line breaks became \n in a secret, and PEM in base64. The value itself never goes into a message. */
function pemOf(written: string): string {
  const direct = written.replaceAll(String.raw`\n`, '\n');
  if (direct.startsWith('-----BEGIN')) return direct;
  const decoded = Buffer.from(written, 'base64').toString('utf8');
  if (decoded.startsWith('-----BEGIN')) return decoded;
  throw new ActionableError(
    'Input "private-key" is neither a PEM (-----BEGIN PRIVATE KEY-----) nor a PEM in base64. Copy the whole key file into the secret, line breaks included.',
  );
}

function databaseName(written: string): string {
  try {
    return parseIdentifier(written);
  } catch (error) {
    throw new ActionableError(
      `Input "database": "${written}" is not a Snowflake identifier. Write it as in SQL: analytics, or "my db" with its double quotes.`,
      { cause: error },
    );
  }
}

function accessUrl(written: string): URL | undefined {
  if (written === '') return undefined;
  const url = URL.canParse(written) ? new URL(written) : undefined;
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return url;
  throw new ActionableError(
    `Input "access-url": "${written}" is not an address. Write for example https://myorg-account1.privatelink.snowflakecomputing.com.`,
  );
}
