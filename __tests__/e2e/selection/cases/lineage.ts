/** What many cases share: edits, a package, and what stands below a rebuilt node of fixtures-project. */

/** Replaces text that must be there. */
export function replace(from: string, to: string): (present: string) => string {
  return (present) => present.replace(from, () => to);
}

export function append(text: string): (present: string) => string {
  return (present) => `${present}${text}`;
}

/** A package as `dbt deps` leaves it; dbt 1.12 counts those that packages.yml names. */
export const MONEY_PACKAGE: Readonly<Record<string, string>> = {
  'packages.yml': 'packages:\n  - local: dbt_packages/money\n',
  'dbt_packages/money/dbt_project.yml': "name: money\nversion: '1.0'\nconfig-version: 2\n",
};

const BELOW_SESSIONS = [
  'sessions_daily: reads sessions, which is rebuilt',
  'scores: reads sessions_daily, which is rebuilt',
  'sessions_view: reads sessions_daily, which is rebuilt',
];

export const BELOW_EVENT_1 = ['sessions: reads product_event_1, which is rebuilt', ...BELOW_SESSIONS];
export const BELOW_EVENT_2 = ['sessions: reads product_event_2, which is rebuilt', ...BELOW_SESSIONS];

export const BELOW_STAGING_1 = [
  'product_event_1: reads stg_event_1, which is rebuilt',
  'windows: reads stg_event_1, which is rebuilt',
  ...BELOW_EVENT_1,
];
/** dbt snapshots are never rebuilt, so their readers stay, too. */
export const BESIDE_STAGING_1 = ['products_snapshot (protected): [rebuild] reads stg_event_1, which is rebuilt'];

export const BELOW_STAGING_2 = [
  'product_event_2: reads stg_event_2, which is rebuilt',
  'sessions: reads product_event_2, which is rebuilt',
  'visits: reads stg_event_2 through ephemeral model session_ids, and that is rebuilt',
  'big_sessions: reads visits, which is rebuilt',
  ...BELOW_SESSIONS,
];
/** `full_refresh: false`. */
export const BESIDE_STAGING_2 = ['audit_log (protected): [rebuild] reads stg_event_2, which is rebuilt'];
