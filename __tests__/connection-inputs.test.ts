import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { readConnection, secretsOf } from '../src/connection-inputs.js';
import type { Connection } from '../src/snowflake/connection.js';
import { messageFrom, sourceOf } from './support/inputs.js';

const PEM = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ format: 'pem', type: 'pkcs8' })
  .toString()
  .trim();
const BASE = { account: 'myorg-account1', user: 'DEPLOYER', database: 'analytics' };

function connect(inputs: Readonly<Record<string, string>>, environment: Record<string, string> = {}): Connection {
  return readConnection(sourceOf({ ...BASE, ...inputs }, environment));
}

function refused(inputs: Readonly<Record<string, string>>, environment: Record<string, string> = {}): string {
  return messageFrom(() => connect(inputs, environment));
}

describe('where values come from', () => {
  test('inputs', () => {
    const inputs = { role: 'deployer', warehouse: 'wh', token: 'secret-token', 'access-url': 'http://127.0.0.1:8080' };
    expect(connect(inputs)).toEqual({
      account: 'myorg-account1',
      user: 'DEPLOYER',
      role: 'deployer',
      warehouse: 'wh',
      database: 'ANALYTICS',
      accessUrl: new URL('http://127.0.0.1:8080'),
      credential: { kind: 'token', token: 'secret-token' },
    });
  });

  test('the variables that other tools use too', () => {
    const environment = {
      SNOWFLAKE_ACCOUNT: 'myorg-account1',
      SNOWFLAKE_USER: ' DEPLOYER\n',
      SNOWFLAKE_DATABASE: '"my db"',
      SNOWFLAKE_ROLE: 'R',
      SNOWFLAKE_WAREHOUSE: 'W',
      SNOWFLAKE_PRIVATE_KEY: PEM,
      SNOWFLAKE_PRIVATE_KEY_PASSPHRASE: 'pass',
      SNOWFLAKE_ACCESS_URL: 'https://x.privatelink.snowflakecomputing.com',
    };
    expect(readConnection(sourceOf({}, environment))).toEqual({
      account: 'myorg-account1',
      user: 'DEPLOYER',
      role: 'R',
      warehouse: 'W',
      database: 'my db',
      accessUrl: new URL('https://x.privatelink.snowflakecomputing.com'),
      credential: { kind: 'key pair', privateKey: PEM, passphrase: 'pass' },
    });
  });

  test('an input wins over its variable, and what is optional may be absent', () => {
    const connection = connect({ token: 't', user: 'MINE' }, { SNOWFLAKE_USER: 'THEIRS' });
    expect(connection).toMatchObject({ user: 'MINE', role: undefined, warehouse: undefined, accessUrl: undefined });
  });

  test.each(['account', 'user', 'database'])('%s is required, and the message names input and variable', (name) => {
    const message = refused({ [name]: ' ', token: 't' });
    expect(message).toContain(`"${name}"`);
    expect(message).toContain(`SNOWFLAKE_${name.toUpperCase()}`);
    expect(message).toContain('Nothing was changed');
  });
});

describe('the private key', () => {
  test.each([
    ['PEM', PEM],
    ['PEM whose line breaks became \\n', PEM.replaceAll('\n', String.raw`\n`)],
    ['PEM in base64', Buffer.from(PEM).toString('base64')],
    [
      'PEM in base64 with line breaks',
      Buffer.from(PEM)
        .toString('base64')
        .replace(/(.{76})/g, '$1\n'),
    ],
  ])('%s', (_form, written) => {
    expect(connect({ 'private-key': written }).credential).toEqual({
      kind: 'key pair',
      privateKey: PEM,
      passphrase: undefined,
    });
  });

  test.each([
    ['a path', '/home/me/rsa_key.p8'],
    ['a public fingerprint', 'SHA256:s3cr3t+s3cr3t'],
    ['the key without its frame', PEM.split('\n').slice(1, -1).join('\n')],
  ])('%s is refused without being shown', (_what, written) => {
    const message = refused({ 'private-key': written });
    expect(message).toContain('"private-key"');
    expect(message).toContain('PEM');
    expect(message).not.toContain(written.slice(0, 20));
  });
});

describe('which login', () => {
  test.each([
    [{ 'private-key': PEM }, 'key pair'],
    [{ token: 't' }, 'token'],
    [{ authenticator: 'OAuth', token: 't' }, 'oauth'],
    [{ authenticator: 'programmatic_access_token', token: 't' }, 'token'],
    [{ authenticator: 'SNOWFLAKE_JWT', 'private-key': PEM, token: 't' }, 'key pair'],
    [{ authenticator: 'oauth', 'private-key': PEM, token: 't' }, 'oauth'],
    [{ authenticator: 'workload_identity' }, 'workload identity'],
  ])('%j', (inputs, kind) => {
    expect(connect(inputs as Record<string, string>).credential.kind).toBe(kind);
  });

  test("workload identity asks GitHub for a token with Snowflake's audience, each time", async () => {
    const { credential } = connect({ authenticator: 'workload_identity' });
    if (credential.kind !== 'workload identity') throw new Error(credential.kind);
    await expect(credential.fetchToken()).resolves.toBe('token for snowflakecomputing.com');
  });

  test('both secrets and no authenticator', () => {
    const message = refused({ 'private-key': PEM, token: 's3cr3t' });
    expect(message).toMatch(/"private-key".*"token".*"authenticator"/);
    expect(message).not.toContain('s3cr3t');
  });

  test.each(['snowflake', 'externalbrowser', 'username_password_mfa', 'https://okta.example.com'])(
    'authenticator %s is never tried as a password',
    (authenticator) => {
      const message = refused({ authenticator, token: 't' }, { SNOWFLAKE_PASSWORD: 's3cr3t' });
      expect(message).toContain('"authenticator"');
      expect(message).toContain(`"${authenticator}"`);
      expect(message).toContain('snowflake_jwt, programmatic_access_token, oauth, workload_identity');
      expect(message).not.toContain('s3cr3t');
    },
  );

  test('only a password', () => {
    const message = refused({}, { SNOWFLAKE_PASSWORD: 's3cr3t' });
    expect(message).toContain('SNOWFLAKE_PASSWORD is not used');
    expect(message).toMatch(/"private-key".*"token".*workload_identity/);
    expect(message).not.toContain('s3cr3t');
  });

  test('nothing at all: says when a secret is empty, and nothing of passwords', () => {
    const message = refused({});
    expect(message).toContain('forks');
    expect(message).not.toContain('SNOWFLAKE_PASSWORD');
  });

  test.each([
    ['snowflake_jwt', 'private-key'],
    ['programmatic_access_token', 'token'],
    ['oauth', 'token'],
  ])('%s without its secret names the input "%s"', (authenticator, input) => {
    const message = refused({ authenticator, 'private-key-passphrase': 's3cr3t' });
    expect(message).toContain(`"authenticator: ${authenticator}"`);
    expect(message).toContain(`"${input}"`);
    expect(message).not.toContain('s3cr3t');
  });
});

describe('names and addresses', () => {
  test.each(['my db', 'analytics;drop', '"open', 'a.b', '1st', `"${'x'.repeat(256)}"`])('database %s', (database) => {
    const message = refused({ database, token: 't' });
    expect(message).toContain(`Input "database": "${database}"`);
    expect(message).toContain('"my db" with its double quotes');
  });

  test.each(['localhost:8080', 'ftp://x.example.com', 'x', 'javascript:alert(1)'])('access-url %s', (url) => {
    const message = refused({ 'access-url': url, token: 't' });
    expect(message).toContain(`Input "access-url": "${url}"`);
    expect(message).toContain('https://');
  });
});

describe('what has to be masked', () => {
  test.each([
    [{ 'private-key': PEM }, [PEM]],
    [{ 'private-key': Buffer.from(PEM).toString('base64'), 'private-key-passphrase': 'pass' }, [PEM, 'pass']],
    [{ token: 'secret-token' }, ['secret-token']],
    [{ authenticator: 'oauth', token: 'secret-token' }, ['secret-token']],
    [{ authenticator: 'workload_identity' }, []],
  ])('%#', (inputs, secrets) => {
    expect(secretsOf(connect(inputs as Record<string, string>))).toEqual(secrets);
  });
});
