import { failureOf } from './refusal.js';

/**
 * Creates something, once: whether a creation without an answer took place is looked up before it is tried a second time.
 * @throws what GitHub answered, when it refused, or when there was no answer the second time either
 */
export async function createOnce<T>(create: () => Promise<T>, find: () => Promise<T | undefined>): Promise<T> {
  try {
    return await create();
  } catch (error) {
    const { status } = failureOf(error);
    if (status !== undefined && status < 500) {
      throw error;
    }
    return (await find()) ?? create();
  }
}
