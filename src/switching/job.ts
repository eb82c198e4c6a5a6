import type { Marker } from '../deployment/marker.js';
import type { DeploymentRecord } from '../deployment/record.js';
import type { Timeline } from '../deployment/timeline.js';
import type { History } from '../history/history.js';
import type { CommonInputs } from '../inputs.js';
import type { SchemaPair } from '../selection/plan.js';
import type { Project, Tools } from '../tools.js';
import type { CatchUpVerdict } from '../verification/late-rows.js';

/** One deployment on its way into production. */
export interface SwitchJob {
  readonly tools: Tools;
  readonly project: Project;
  /** The main pair: its upcoming schema is the lock, its markers tell the state. */
  readonly pair: SchemaPair;
  /** The pairs that are switched, the main one first: those in which something is rebuilt. */
  readonly switched: readonly SchemaPair[];
  /** The other pairs that were cloned, to be read only. */
  readonly onlyRead: readonly SchemaPair[];
  readonly history: History;
  readonly timeline: Timeline;
  readonly record: DeploymentRecord;
  /** The marker of the version that is switched in. */
  readonly marker: Marker;
  /** What the catch-ups of this run found, by the full name of the relation in blue: each one puts its own in place of an earlier one's. */
  readonly lateRows: Map<string, CatchUpVerdict>;
  /** Sentences for the report on what was done, or let pass, before the switch. */
  readonly remarks: Set<string>;
  /** How ids may be shown; none are fetched where none may be. */
  readonly sampleIds: CommonInputs['sampleIds'];
  /** Paths of custom checks. */
  readonly verifySql: readonly string[];
  /** `report`: ids that blue lacks after the catch-up are told and do not stop the swap. */
  readonly verification: 'enforce' | 'report';
}
