/** For tests whose servers are their own. */
import { startWarmDbtUnlessCold } from './warm-dbt.ts';

/** @type {(() => Promise<void>)[]} */
export const stops = [];

export default async function startDbt() {
  stops.push(await startWarmDbtUnlessCold());
}
