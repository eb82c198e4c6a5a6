/**
 * An error that a person can act on: the message is complete sentences that say what happened, to which
 * object, what the state is now and what to do next. Main prints it as it is, without a stack.
 */
export class ActionableError extends Error {
  override readonly name: string = 'ActionableError';
}

/** The text of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
