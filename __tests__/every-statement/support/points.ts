/** The places at which a run can be hit: each statement of it that changes the warehouse. */
import type { Shop } from '../../e2e/support/shop.js';

/**
 * Statements that change something, ours and dbt's (which begin with a comment), and those inside a block. What only reads leaves the
 * warehouse as the last of these left it, so a run that dies there is the same case.
 */
export const CHANGES =
  '^\\s*(/\\*.*?\\*/\\s*)?(create|alter|drop|undrop|insert|update|merge|delete|truncate|comment|grant|revoke|execute)\\b(?!\\s*session)';

export interface Point {
  /** Place among the run's changing statements, from 1. */
  readonly nth: number;
  /** The statement as a whole run sent it, in one line. */
  readonly text: string;
}

/** What was changed since a position of the server's log, in its order. */
export async function pointsSince(shop: Shop, position: number): Promise<readonly Point[]> {
  const pattern = new RegExp(CHANGES, 'is');
  return (await shop.server.log(position))
    .filter(({ role, text }) => role === shop.warehouse.deployRole && pattern.test(text))
    .map(({ text }, index) => ({ nth: index + 1, text: text.replaceAll(/\s+/g, ' ').trim().slice(0, 120) }));
}

/** A fault of this point alone, among the statements of the deploying role. */
export function faultAt(shop: Shop, { nth }: Point): { matching: string; nth: number; role: string } {
  return { matching: CHANGES, nth, role: shop.warehouse.deployRole };
}
