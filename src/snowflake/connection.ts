/**
 * How to reach Snowflake: one description for both drivers (snowflake-sdk here, dbt-snowflake through the generated profile).
 * Names of accounts, roles and objects are not secrets; everything in `credential` is.
 */
export interface Connection {
  readonly account: string;
  readonly user: string;
  readonly role: string | undefined;
  readonly warehouse: string | undefined;
  /** The database of the production schema, by its stored name. */
  readonly database: string;
  /** Where to send requests instead of the account's own address (a proxy, a local Snowflake), e.g. `http://127.0.0.1:8080`. */
  readonly accessUrl: URL | undefined;
  readonly credential: Credential;
}

export type Credential =
  /** PEM text of a PKCS#8 key. */
  | { readonly kind: 'key pair'; readonly privateKey: string; readonly passphrase: string | undefined }
  /** Programmatic access token. */
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'oauth'; readonly token: string }
  /** GitHub's OIDC token, fetched right before each connection because it lives five minutes. */
  | { readonly kind: 'workload identity'; readonly fetchToken: () => Promise<string> };
