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

/** What was thrown and what caused it, for the person who reads the log; the same text is not said twice. */
export function explain(error: unknown): string {
  const texts: string[] = [];
  let current: unknown = error;
  // Bounded by steps, since causes can form a circle and one said already adds no text.
  for (let step = 0; step < 5 && current !== undefined && current !== null; step += 1) {
    const text = messageOf(current);
    if (!texts.some((said) => said.includes(text))) texts.push(text);
    current = current instanceof Error ? current.cause : undefined;
  }
  return texts.join('\nCause: ');
}
