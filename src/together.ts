/**
 * Waits for all, also when one fails: what still runs needs what its caller would take away, a worktree for example.
 * @throws what the first of them in the list threw
 */
export async function together<const T extends readonly unknown[]>(
  work: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(work);
  return Promise.all(work);
}
