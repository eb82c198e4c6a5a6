import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { Connection } from '../../../src/snowflake/connection.js';
import { ADMIN } from '../support/local-snowflake.js';
import type { LocalSnowflake } from '../support/local-snowflake.js';

const KEYS = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

/** Another key than the deployer's, for refused logins. */
export function strangersKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** Makes a database, a role that owns it and a user with a key pair: what the action would be given. */
export async function createDeployer(server: LocalSnowflake): Promise<Connection> {
  const database = `ADAPTERS_${randomBytes(4).toString('hex').toUpperCase()}`;
  const role = `${database}_DEPLOYER`;
  const user = `${database}_CI`;
  const admin = await server.connect(ADMIN);
  try {
    await admin.run(
      `CREATE DATABASE ${database}`,
      `CREATE ROLE ${role}`,
      `CREATE USER ${user} RSA_PUBLIC_KEY = '${KEYS.publicKey.replaceAll(/-----[A-Z ]+-----|\s/g, '')}' DEFAULT_ROLE = ${role} TYPE = SERVICE`,
      `GRANT ROLE ${role} TO USER ${user}`,
      `GRANT OWNERSHIP ON DATABASE ${database} TO ROLE ${role} COPY CURRENT GRANTS`,
      `GRANT OWNERSHIP ON SCHEMA ${database}.PUBLIC TO ROLE ${role} COPY CURRENT GRANTS`,
    );
  } finally {
    await admin.close();
  }
  return {
    account: 'local',
    user,
    role,
    warehouse: undefined,
    database,
    accessUrl: new URL(server.url),
    credential: { kind: 'key pair', privateKey: KEYS.privateKey, passphrase: undefined },
  };
}
