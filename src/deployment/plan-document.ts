/** The plan as JSON: what the record keeps, what a workflow may upload, and what docs/plan.schema.json describes. */
import * as z from 'zod';
import { ActionableError } from '../errors.js';
import type { Plan, PlannedNode } from '../selection/plan.js';
import { priceOf } from './price.js';

/** Rises when a field changes its meaning or goes away, not when one is added. */
const PLAN_VERSION = 1;

const commit = z.string().describe('Full sha of a commit');
const uniqueId = z.string().describe("dbt's unique id, e.g. model.shop.orders");
const size = z.int().nonnegative();

const effect = z
  .enum(['rebuild', 'future loads', 'metadata'])
  .describe('What a change does to what is stored: all of it differs, only rows loaded from now on, or nothing');

const reason = z.looseObject({ text: z.string().describe('For people'), effect });

const relation = z
  .looseObject({ database: z.string(), schema: z.string(), name: z.string() })
  .describe('A relation by its stored names, unquoted and in the case that Snowflake keeps');

const pair = z
  .looseObject({ database: z.string(), production: z.string(), upcoming: z.string() })
  .describe('A production schema and the upcoming schema in which its new version is built, by stored names');

const stored = z
  .looseObject({
    rows: size,
    bytes: size.describe('Compressed, without Time Travel and Fail-safe'),
  })
  .describe('What production held when the plan was made, by SHOW TABLES; absent when unknown: views, new models');

// `satisfies`: a field that a plan gets is described here, or nothing compiles.
const node = z.looseObject({
  uniqueId,
  name: z.string(),
  fqn: z.array(z.string()).describe("dbt's fully qualified name, as --select takes it with dots between"),
  resourceType: z.enum(['model', 'seed', 'snapshot', 'function']),
  materialized: z.string(),
  production: relation.optional().describe('Where production has it; absent for ephemeral models'),
  upcoming: relation.optional().describe('Where its new version is built'),
  treatment: z
    .enum(['rebuild', 'carry', 'protected'])
    .describe('Built anew, left as the clone brought it, or changed but never rebuilt by dbt and so left, too'),
  reasons: z.array(reason).describe('The strongest first'),
  effect: effect.describe('The strongest effect of its reasons'),
  changed: z.boolean().describe('Changed itself; false when it is listed only because of what it reads'),
  originalFilePath: z.string().describe('Inside the dbt project'),
  isNew: z.boolean().describe('Production has no such relation: nothing to compare with'),
  reads: z
    .array(z.string())
    .describe('Unique ids of what it reads; an ephemeral model that did not change is replaced by what that reads'),
  stored: stored.optional(),
} satisfies Readonly<Record<keyof PlannedNode, z.ZodType>>);

const leftOut = node.extend({
  group: z
    .enum([
      'protected',
      'next scheduled run',
      'not selected',
      'part of its readers',
      'to be made first',
      'future loads',
      'metadata',
    ])
    .describe('Why it is left as it is; docs/selection.md explains each'),
  why: z.string().describe('The rule that leaves it out, for people'),
});

const price = z
  .looseObject({
    rows: size,
    bytes: size,
    known: size.describe('How many models rows and bytes are the sum of'),
    views: size.describe('Views and ephemeral models, which store nothing'),
    unknown: size.describe('New models, and those whose table could not be looked at: in neither sum'),
  })
  .describe('What production holds of the models that will be rebuilt');

/**
 * What docs/plan.schema.json says as JSON Schema. Loose objects, because a field that a newer action adds must survive a later step
 * of an older one.
 */
export const planDocument = z
  .looseObject({
    version: z.literal(PLAN_VERSION),
    base: commit.describe('Full sha of the commit whose code made what is live'),
    head: commit.describe('Full sha of the commit to deploy'),
    dbtVersion: z.string(),
    pairs: z.array(pair),
    rebuilt: z.array(node).describe('What will be rebuilt: a node stands after everything it reads'),
    notRebuilt: z.array(leftOut).describe('What changed, or reads something rebuilt, and is left as it is'),
    removed: z
      .array(z.looseObject({ uniqueId, production: relation.optional(), reason: z.string().describe('For people') }))
      .describe('Nodes of the live code that the new code no longer has'),
    tests: z
      .array(z.looseObject({ uniqueId, fqn: z.array(z.string()), name: z.string() }))
      .describe('Tests that run in blue and again after the swap'),
    expectations: z
      .record(z.string(), z.array(z.string()))
      .optional()
      .describe('By unique id: names of the expectations for verification that this difference adds or alters'),
    notes: z.array(reason).optional().describe('What no single node tells'),
    price,
  } satisfies Readonly<Record<keyof Plan | 'version' | 'price', z.ZodType>>)
  .meta({ title: 'Plan of a blue/green deployment' });

/** The plan as JSON, with what it costs added up; `indentation` is for files that people open. */
export function writePlan(plan: Plan, indentation?: number): string {
  return JSON.stringify({ version: PLAN_VERSION, ...plan, price: priceOf(plan.rebuilt) }, undefined, indentation);
}

/**
 * @param json what `writePlan` wrote, on whatever runner
 * @throws ActionableError when it is no plan, or one of another version of this action
 */
export function readPlan(json: string): Plan {
  try {
    const { version: _version, price: _price, ...plan } = planDocument.parse(JSON.parse(json));
    return plan as Plan;
  } catch (error) {
    throw new ActionableError(
      `The plan in the deployment's record is not one that this version of the action reads (version ${PLAN_VERSION}). ` +
        'Run the version of the action that built the deployment, or build again.',
      { cause: error },
    );
  }
}
