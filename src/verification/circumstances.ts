import type { ColumnSettings, ModelSettings } from './settings/model-settings.js';
import type { ExpectationName } from './settings/schema.js';
import type { Key } from './verdict.js';

/** What the policy needs to know of a model beside the numbers. */
export interface Circumstances {
  readonly key: Key;
  /** Changed itself, or rebuilt only because it reads something rebuilt. */
  readonly changedItself: boolean;
  /** With the expectations that count in this deployment. */
  readonly settings: ModelSettings;
  /** Expectations that stand since an earlier deployment. */
  readonly outdated: readonly ExpectationName[];
  /** What columns say of themselves, by stored name. */
  readonly columns: ReadonlyMap<string, ColumnSettings>;
  /**
   * The baseline is production itself (views have no clone) and production may have moved since the clone: missing ids
   * may be rows that blue will get by its catch-up, which is verified in turn.
   */
  readonly baselineMayBeNewer: boolean;
  /**
   * All that it reads of what was rebuilt differs from its baseline by nothing but rows that may have come since the clone:
   * how many these are. Undefined when it is not so, or not known.
   */
  readonly arrivals: number | undefined;
}
