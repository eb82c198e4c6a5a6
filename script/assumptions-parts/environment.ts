import type { InputSource } from '../../src/input-source.js';

/** The variables SNOWFLAKE_*, as the action itself reads them where an input is not given. */
export function fromEnvironment(): InputSource {
  return {
    input: () => '',
    environment: process.env,
    fetchIdToken: () =>
      Promise.reject(new Error("GitHub's OIDC is there in a workflow only: use a key pair or a token.")),
  };
}
