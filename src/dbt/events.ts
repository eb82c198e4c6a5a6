import { asObject, numberAt, objectAt, textAt } from './json-values.js';
import type { JsonObject } from './json-values.js';

/**
 * dbt's structured log: one JSON object a line (`--log-format json`).
 * https://docs.getdbt.com/reference/events-logging
 */
export interface DbtEvent {
  /** e.g. `LogModelResult`. */
  readonly name: string;
  readonly level: string;
  readonly message: string;
  readonly node: DbtEventNode | undefined;
  /** dbt's own words about a finished node, e.g. `SUCCESS 50000`. */
  readonly status: string | undefined;
  readonly failures: number | undefined;
  readonly seconds: number | undefined;
}

export interface DbtEventNode {
  readonly uniqueId: string;
  readonly name: string;
  readonly materialized: string | undefined;
  /** e.g. `started`, `success`, `error`, `fail`. */
  readonly status: string | undefined;
}

/** @returns undefined for a line that is no event: warnings of Python and of the connector come between them. */
export function parseEvent(line: string): DbtEvent | undefined {
  if (!line.startsWith('{')) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return undefined;
  }
  const info = objectAt(asObject(parsed), 'info');
  const data = objectAt(asObject(parsed), 'data');
  const name = textAt(info, 'name');
  if (name === undefined) return undefined;
  return {
    name,
    level: textAt(info, 'level') ?? 'info',
    message: textAt(info, 'msg') ?? '',
    node: readNode(objectAt(data, 'node_info')),
    status: textAt(data, 'status'),
    failures: numberAt(data, 'num_failures'),
    seconds: numberAt(data, 'execution_time'),
  };
}

function readNode(info: JsonObject): DbtEventNode | undefined {
  const uniqueId = textAt(info, 'unique_id');
  if (uniqueId === undefined) return undefined;
  return {
    uniqueId,
    name: textAt(info, 'node_name') ?? uniqueId,
    materialized: textAt(info, 'materialized'),
    status: textAt(info, 'node_status'),
  };
}
