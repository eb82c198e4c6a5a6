import { stops } from './global-setup.mjs';

export default async function stopDbt() {
  await Promise.all(stops.map((stop) => stop()));
}
