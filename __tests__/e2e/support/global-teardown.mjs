import { stops } from './stops.mjs';

export default async function stopAll() {
  await Promise.all(stops.map((stop) => stop()));
}
