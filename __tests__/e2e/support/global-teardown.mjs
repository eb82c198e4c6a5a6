import { stops } from './global-setup.mjs';

export default async function stopServers() {
  await Promise.all(stops.map((stop) => stop()));
}
