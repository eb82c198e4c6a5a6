/** For tests whose servers are their own. */
import { stops } from '../stops.mjs';
import { startWarmDbtUnlessCold } from './warm-dbt.ts';

export default async function startDbt() {
  stops.push(await startWarmDbtUnlessCold());
}
