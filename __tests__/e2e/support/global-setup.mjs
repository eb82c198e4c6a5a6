/** Starts a local Snowflake for each jest worker: faults that a test sets must not hit another test. And one dbt for all. */
import { OwnLocalSnowflake } from './local-snowflake.ts';
import { stops } from './stops.mjs';
import { startWarmDbtUnlessCold } from './warm-dbt/warm-dbt.ts';

/** @param {{ maxWorkers: number }} globalConfig */
export default async function startServers({ maxWorkers }) {
  const [stopDbt, ...servers] = await Promise.all([
    startWarmDbtUnlessCold(),
    ...Array.from({ length: maxWorkers }, () => OwnLocalSnowflake.start()),
  ]);
  stops.push(stopDbt, ...servers.map((server) => () => server.stop()));
  // Workers inherit the environment of this process.
  servers.forEach((server, index) => {
    process.env[`LOCAL_SNOWFLAKE_${index + 1}`] = server.url;
  });
}
