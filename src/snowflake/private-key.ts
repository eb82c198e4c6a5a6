import { createPrivateKey } from 'node:crypto';
import { ActionableError } from '../errors.js';

/**
 * Decrypts and checks a private key before the driver sees it, because the driver's own errors name no input.
 * @param pem PEM text, PKCS#8 or PKCS#1, encrypted or not.
 * @returns the key as unencrypted PKCS#8 PEM.
 * @throws ActionableError that never contains key material.
 */
export function readPrivateKey(pem: string, passphrase: string | undefined): string {
  let key;
  try {
    key = createPrivateKey({ key: pem, format: 'pem', ...(passphrase === undefined ? {} : { passphrase }) });
  } catch (cause) {
    throw new ActionableError(explain(cause, pem, passphrase), { cause });
  }
  if (key.asymmetricKeyType !== 'rsa') {
    throw new ActionableError(
      `The private key is of type "${key.asymmetricKeyType ?? 'unknown'}", but Snowflake's key pair login takes RSA keys of at ` +
        'least 2048 bits. Make a new one: openssl genrsa 2048 | openssl pkcs8 -topk8 -inform PEM -nocrypt -out key.p8',
    );
  }
  return key.export({ format: 'pem', type: 'pkcs8' }).toString();
}

function explain(cause: unknown, pem: string, passphrase: string | undefined): string {
  if (passphrase === undefined && pem.includes('ENCRYPTED')) {
    return 'The private key is encrypted and no passphrase was given. Set the input private-key-passphrase (or SNOWFLAKE_PRIVATE_KEY_PASSPHRASE).';
  }
  if (passphrase !== undefined && /DECRYPT|PASSWORD/i.test(codeOf(cause))) {
    return 'The private key could not be decrypted: private-key-passphrase does not belong to private-key. Check that both secrets were stored together.';
  }
  return (
    'The private key could not be read. The input private-key (or SNOWFLAKE_PRIVATE_KEY) must hold the whole PEM text, from ' +
    '"-----BEGIN PRIVATE KEY-----" or "-----BEGIN ENCRYPTED PRIVATE KEY-----" to the matching END line, with its line breaks.'
  );
}

function codeOf(error: unknown): string {
  const hasCode = typeof error === 'object' && error !== null && 'code' in error;
  return hasCode && typeof error.code === 'string' ? error.code : '';
}
