/**
 * The one place that loads snowflake-sdk.
 *
 * Merely importing the driver asks the cloud metadata addresses who this machine is and loads a native library; its first
 * connection writes `snowflake.log` into the working directory and sends telemetry. These variables are read at import, so
 * they are set before it, and only when a warehouse is needed at all.
 */
import type { Connection as DriverConnection, ConnectionOptions } from 'snowflake-sdk';

export type { ConnectionOptions, DriverConnection };
export type { RowStatement } from 'snowflake-sdk';

/** What this code uses of the driver. */
export interface Driver {
  createConnection(options: ConnectionOptions): DriverConnection;
}

const QUIET_ENVIRONMENT = {
  SNOWFLAKE_DISABLE_PLATFORM_DETECTION: 'true',
  SNOWFLAKE_DISABLE_MINICORE: 'true',
  SF_TELEMETRY_DISABLE_CONNECTION_SHAPE: 'true',
} as const;

let loading: Promise<Driver> | undefined;

/** Loads the driver on first use; later calls get the same one. */
export function loadDriver(): Promise<Driver> {
  loading ??= importQuietly();
  return loading;
}

async function importQuietly(): Promise<Driver> {
  Object.assign(process.env, QUIET_ENVIRONMENT);
  const { default: sdk } = await import('snowflake-sdk');
  sdk.configure({
    logLevel: 'OFF',
    keepAlive: true,
    // Without a parser of ours, the driver evaluates a VARIANT that is not JSON as program code.
    jsonColumnVariantParser: (text: string): unknown => JSON.parse(text),
  });
  return sdk;
}
