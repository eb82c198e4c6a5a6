/** Where inputs come from: core.getInput, the environment, and GitHub's OIDC. */
export interface InputSource {
  /** The trimmed value of an input; '' when it is not given. */
  readonly input: (name: string) => string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly fetchIdToken: (audience: string) => Promise<string>;
}
