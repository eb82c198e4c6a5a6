import { count } from '../figures.js';
import type { Limits } from './settings/model-settings.js';
import type { Limit, LimitSetting } from './settings/schema.js';
import type { Finding } from './verdict.js';

/**
 * A finding when the value exceeds its limit; undefined when it does not. What fails needs no warning too.
 * @param text what was found, without the full stop
 * @param whole rows that a percentage is of; of none it is undefined, and then only limits in rows apply
 */
export function limited(value: number, whole: number, limits: Limits, text: string): Finding | undefined {
  for (const severity of ['fail', 'warn'] as const) {
    const limit = limits[severity];
    if (exceeds(value, whole, limit)) return { severity, text: `${text}; the limit is ${limitText(limit)}.` };
  }
  return undefined;
}

/** Whether the value is above the limit; a limit that is not set, or `never`, is never exceeded. */
export function exceeds(value: number, whole: number, limit: LimitSetting | undefined): limit is Limit {
  if (limit === undefined || limit === 'never') return false;
  if ('rows' in limit) return value > limit.rows;
  return whole > 0 && (100 * value) / whole > limit.percent;
}

export function limitText(limit: Limit): string {
  return 'rows' in limit ? count(limit.rows) : `${limit.percent} %`;
}
