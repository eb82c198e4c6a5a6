/** An answer to a request: GitHub's shape is JSON with everything. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** GitHub's error body; `errors` only where GitHub lists them. */
export function problem(status: number, message: string, errors?: readonly unknown[]): Answer {
  const body = {
    message,
    ...(errors === undefined ? {} : { errors }),
    documentation_url: 'https://docs.github.com/rest',
    status: String(status),
  };
  return { status, body };
}

export const notFound = (): Answer => problem(404, 'Not Found');

/** What GitHub says to an app's token without the permission. */
export const notPermitted = (): Answer => problem(403, 'Resource not accessible by integration');

export function invalid(resource: string, field: string, message: string): Answer {
  return problem(422, 'Validation Failed', [{ resource, code: 'unprocessable', field, message }]);
}
