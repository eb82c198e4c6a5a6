import type { Marker } from '../deployment/marker.js';
import type { DeploymentRecord } from '../deployment/record.js';
import type { Timeline } from '../deployment/timeline.js';
import type { History } from '../history/history.js';
import type { SchemaPair } from '../selection/plan.js';
import type { Project, Tools } from '../tools.js';

/** One deployment on its way into production. */
export interface SwitchJob {
  readonly tools: Tools;
  readonly project: Project;
  readonly pair: SchemaPair;
  readonly history: History;
  readonly timeline: Timeline;
  readonly record: DeploymentRecord;
  /** The marker of the version that is switched in. */
  readonly marker: Marker;
  /** Paths of custom checks. */
  readonly verifySql: readonly string[];
  /** `report`: ids that blue lacks after the catch-up are told and do not stop the swap. */
  readonly verification: 'enforce' | 'report';
}
