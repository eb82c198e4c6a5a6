import type { Connection, Credential } from './connection.js';
import type { ConnectionOptions } from './driver.js';
import { readPrivateKey } from './private-key.js';

/**
 * The driver's options that prove who we are. Called anew for every session, because an OIDC token lives five minutes.
 *
 * The authenticator is always named: the driver turns one that it does not know silently into a password login.
 * https://docs.snowflake.com/en/developer-guide/node-js/nodejs-driver-authenticate
 */
export async function driverCredential(credential: Credential): Promise<ConnectionOptions> {
  switch (credential.kind) {
    case 'key pair':
      return {
        authenticator: 'SNOWFLAKE_JWT',
        privateKey: readPrivateKey(credential.privateKey, credential.passphrase),
      };
    case 'token':
      return { authenticator: 'PROGRAMMATIC_ACCESS_TOKEN', token: credential.token };
    case 'oauth':
      return { authenticator: 'OAUTH', token: credential.token };
    case 'workload identity':
      return {
        authenticator: 'WORKLOAD_IDENTITY',
        workloadIdentityProvider: 'OIDC',
        token: await credential.fetchToken(),
      };
  }
}

/** Removes the connection's secrets from a text that came from elsewhere (a server's message, a driver's error). */
export function withoutSecrets(text: string, connection: Connection): string {
  return secretsOf(connection.credential).reduce((left, secret) => left.replaceAll(secret, '***'), text);
}

function secretsOf(credential: Credential): readonly string[] {
  switch (credential.kind) {
    case 'key pair':
      return [credential.privateKey, credential.passphrase ?? ''].filter((secret) => secret !== '');
    case 'token':
    case 'oauth':
      return [credential.token];
    case 'workload identity':
      return [];
  }
}
