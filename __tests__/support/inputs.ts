import type { InputSource } from '../../src/input-source.js';

/** Inputs as the runner hands them over: trimmed, '' when absent; the environment holds nothing else. */
export function sourceOf(
  inputs: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>> = {},
): InputSource {
  return {
    input: (name) => (inputs[name] ?? '').trim(),
    environment,
    fetchIdToken: (audience) => Promise.resolve(`token for ${audience}`),
  };
}

/** The message with which `work` fails; fails itself when it does not. */
export function messageFrom(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof Error && error.name === 'ActionableError') return error.message;
    throw error;
  }
  throw new Error('It was accepted.');
}
