/** What the guard of production can find. */
export type ViolationKind =
  | 'schemas not one to one'
  | 'not in the upcoming manifest'
  | 'writes production'
  | 'outside the pairs'
  | 'another name in upcoming'
  | 'another materialization in upcoming'
  | 'production name in a hook'
  | 'production name in a macro'
  | 'production name in a model that runs statements'
  | 'source in a production schema'
  | 'cannot be re-pointed'
  | 'function not built';

/** One reason why the plan must not run, with what to change. */
export interface Violation {
  readonly kind: ViolationKind;
  readonly uniqueId: string;
  readonly file: string;
  /** Whole sentences. */
  readonly text: string;
}
