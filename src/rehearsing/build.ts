import { auditSchemas } from '../building/audit-schemas.js';
import { firstComment, isMade } from '../building/new-production.js';
import type { BuildJob } from '../building/open-blue.js';
import type { LockDecision } from '../building/settle-lock.js';
import { formatComment, moveMarker, newMarker } from '../deployment/marker.js';
import type { Marker } from '../deployment/marker.js';
import { rebuiltNames } from '../deployment/rebuilt.js';
import {
  baselineSchema,
  deploymentId,
  failedSchema,
  productionSchema,
  upcomingSchema,
} from '../deployment/schema-names.js';
import { isSamePair, markerOn, sideMarker, switchedPairs } from '../deployment/side-pairs.js';
import { plural } from '../figures.js';
import type { Inventory } from '../observing/inventory.js';
import { incrementalNodes } from '../running/dbt-steps.js';
import type { SchemaPair } from '../selection/plan.js';
import { displayName } from '../snowflake/identifiers.js';
import { cloneTable } from '../snowflake/statements/objects.js';
import {
  cloneSchema,
  commentOnSchema,
  createSchemaIfNotExists,
  createTransientSchema,
  renameSchema,
} from '../snowflake/statements/schemas.js';
import type { Statement } from '../snowflake/warehouse.js';
import { dbtWords, step } from './step.js';
import type { RehearsedStep } from './step.js';

/** What a build finds before it writes. */
export type BuildToRehearse = Pick<
  BuildJob,
  'tools' | 'inputs' | 'pair' | 'production' | 'inventory' | 'sides' | 'made'
>;

/** The steps of a build, in their order; ids and times are of now. */
export function rehearseBuild(job: BuildToRehearse, decision: LockDecision): readonly RehearsedStep[] {
  const { plan } = job.made;
  const marker = markerOf(job);
  const blue = job.pair.upcoming;
  return [
    ...putAside(job, decision),
    step('Clone production to the upcoming schema', clones(job, marker), ...grantsOfNew(job)),
    step('Keep a baseline', [...baselines(job, marker), ...audits(job, marker)]),
    step('Full refresh in blue', [], dbtWords('dbt run --full-refresh', plan.rebuilt, blue)),
    step('Normal run in blue', [], dbtWords('dbt run', incrementalNodes(plan), blue)),
    step(
      'Verify',
      [],
      dbtWords('dbt test', plan.tests, blue),
      `${plural(plan.rebuilt.length, 'relation')} compared with the baseline by their keys`,
    ),
  ];
}

function markerOf({ tools, pair, made }: BuildToRehearse): Marker {
  const { head, base } = made.plan;
  const now = tools.clock.now();
  const { repository, run, attempt } = tools.run;
  const fields = { repository, run, attempt, parent: made.parent, commit: head, base, phase: 'building' } as const;
  return newMarker(
    { ...fields, deployment: deploymentId(now, head), startedAt: now.toISOString() },
    upcomingSchema(pair),
  );
}

function putAside({ tools, pair }: BuildToRehearse, decision: LockDecision): readonly RehearsedStep[] {
  if (decision.kind !== 'put aside') return [];
  const { seen, marker } = decision.upcoming;
  const rename = renameSchema(seen.name, failedSchema(pair, tools.clock.now()));
  return [
    step(
      `Put deployment ${marker.deployment} aside: ${decision.reason}`,
      [rename],
      ...(decision.isUnfinished ? ['unless it is taken up: what it has rebuilt of the same commit stays'] : []),
    ),
  ];
}

function clones({ inputs, pair: main, production, sides }: BuildToRehearse, marker: Marker): readonly Statement[] {
  const { words } = production.comment;
  const ofMain = cloneSchema(upcomingSchema(main), production.name, production.options, formatComment(words, marker));
  const ofSides = sides.flatMap(({ pair, production: standing }) => {
    const name = productionSchema(pair);
    const upcoming = upcomingSchema(pair);
    const comment = formatComment(
      isMade(standing) ? standing.comment.words : '',
      sideMarker(marker, main, pair, upcoming),
    );
    const options = standing?.options ?? { transient: false, managedAccess: false };
    const clone = cloneSchema(upcoming, name, options, comment);
    if (isMade(standing)) return [clone];
    const first = firstComment(inputs.newSchemaGrants);
    return [createSchemaIfNotExists(name, first), ...(first === '' ? [] : [commentOnSchema(name, '')]), clone];
  });
  return [ofMain, ...ofSides];
}

function grantsOfNew({ inputs, production, sides }: BuildToRehearse): readonly string[] {
  const made = sides.filter((side) => !isMade(side.production));
  if (made.length === 0 || inputs.newSchemaGrants === 'none') return [];
  const names = made.map(({ pair }) => displayName(productionSchema(pair))).join(', ');
  return [
    `${names} gets the grants of ${displayName(production.name)}, on the schema and on its future objects (for these the role needs MANAGE GRANTS)`,
  ];
}

function baselines({ pair: main, inventory, sides, made }: BuildToRehearse, marker: Marker): readonly Statement[] {
  const switched = switchedPairs(made.plan, main);
  const all: readonly { readonly pair: SchemaPair; readonly inventory: Inventory }[] = [
    { pair: main, inventory },
    ...sides,
  ];
  return all
    .filter(({ pair }) => switched.some((each) => isSamePair(each, pair)))
    .flatMap((each) => {
      const { pair } = each;
      const baseline = baselineSchema(pair, marker.deployment);
      const own = markerOn(marker, main, pair, baseline);
      const rebuilt = rebuiltNames(made.plan, pair);
      const tables = [...each.inventory.tables.keys()].filter((name) => rebuilt.has(name));
      return [
        createTransientSchema(baseline, formatComment('', own)),
        ...tables.map((name) => cloneTable({ ...baseline, name }, { ...upcomingSchema(pair), name }, true)),
      ];
    });
}

function audits({ pair, made }: BuildToRehearse, marker: Marker): readonly Statement[] {
  return auditSchemas(made.plan, made.upcoming, pair).map((name) =>
    createTransientSchema(name, formatComment('', moveMarker(marker, name, {}))),
  );
}

/** A build that has nothing to do. */
export function alreadyBuilt({ upcoming }: Extract<LockDecision, { kind: 'already built' }>): readonly RehearsedStep[] {
  const { deployment } = upcoming.marker;
  return [step('Nothing', [], `deployment ${deployment} of this commit waits in ${displayName(upcoming.seen.name)}`)];
}
