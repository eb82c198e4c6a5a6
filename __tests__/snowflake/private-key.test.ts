import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { readPrivateKey } from '../../src/snowflake/private-key.js';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PLAIN = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
const OLD = privateKey.export({ format: 'pem', type: 'pkcs1' }).toString();
const ENCRYPTED = privateKey
  .export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'open sesame' })
  .toString();

describe('a private key', () => {
  test.each([
    ['PKCS#8', PLAIN, undefined],
    ['PKCS#1', OLD, undefined],
    ['encrypted', ENCRYPTED, 'open sesame'],
  ])('%s becomes the same unencrypted PKCS#8', (_kind, pem, passphrase) => {
    expect(createPrivateKey(readPrivateKey(pem, passphrase)).equals(privateKey)).toBe(true);
  });

  test.each([
    ['the passphrase is missing', ENCRYPTED, undefined, /encrypted and no passphrase.*private-key-passphrase/],
    ['the passphrase is wrong', ENCRYPTED, 'wrong word', /private-key-passphrase does not belong to private-key/],
    ['the text is cut', PLAIN.slice(0, 300), undefined, /whole PEM text/],
    ['it is something else', 'p@ssw0rd', undefined, /whole PEM text/],
    ['it is no RSA key', ecKey(), undefined, /of type "ec".*RSA/],
  ])('is refused in words when %s, without showing it', (_case, pem, passphrase, message) => {
    const read = (): string => readPrivateKey(pem, passphrase);
    expect(read).toThrow(message);
    expect(read).not.toThrow(pem);
    expect(read).not.toThrow('wrong word');
  });
});

function ecKey(): string {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .privateKey.export({ format: 'pem', type: 'pkcs8' })
    .toString();
}
