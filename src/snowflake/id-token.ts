import * as z from 'zod';

const claims = z.object({ iss: z.string(), sub: z.string(), aud: z.union([z.string(), z.array(z.string())]) });

/**
 * What an OIDC token says of whoever holds it, for the person who has to register it. Only read, never trusted: Snowflake checks it.
 * The subject of a job with an environment is another than that of a job without:
 * https://docs.github.com/en/actions/concepts/security/openid-connect
 *
 * @returns undefined for what is no such token
 */
export function claimsInWords(token: string): string | undefined {
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    const { iss, sub, aud } = claims.parse(payload);
    return `issuer ${iss}, subject ${sub}, audience ${[aud].flat().join(', ')}`;
  } catch {
    return undefined;
  }
}
