/** Starts a local Snowflake for each jest worker: faults that a test sets must not hit another test. */
import { OwnLocalSnowflake } from './local-snowflake.ts';

/** @type {OwnLocalSnowflake[]} */
export const servers = [];

/** @param {{ maxWorkers: number }} globalConfig */
export default async function startServers({ maxWorkers }) {
  servers.push(...(await Promise.all(Array.from({ length: maxWorkers }, () => OwnLocalSnowflake.start()))));
  // Workers inherit the environment of this process.
  servers.forEach((server, index) => {
    process.env[`LOCAL_SNOWFLAKE_${index + 1}`] = server.url;
  });
}
