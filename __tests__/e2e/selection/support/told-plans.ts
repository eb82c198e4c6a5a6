/** What a plan says in files and outputs. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { REPOSITORY } from '../../support/places.js';
import type { StepResult } from '../../support/runner.js';

const isPlan = new Ajv2020().compile(
  JSON.parse(readFileSync(join(REPOSITORY, 'docs', 'plan.schema.json'), 'utf8')) as object,
);

export function outputsOfPlan({ outputs }: StepResult): Readonly<Record<string, string | undefined>> {
  return {
    models: outputs['models'],
    count: outputs['model-count'],
    nothingToDo: outputs['nothing-to-do'],
    file: basename(outputs['plan-path'] ?? ''),
  };
}

/** @throws Error when the text is no plan as docs/plan.schema.json describes it */
export function planIn(json: string): Record<string, unknown> {
  const plan: unknown = JSON.parse(json);
  if (!isPlan(plan)) throw new Error(`No plan: ${JSON.stringify(isPlan.errors)}`);
  return plan as Record<string, unknown>;
}

/** Of a plan that rebuilds the model `page_views` and nothing else. */
export const PAGE_VIEWS = { models: '["page_views"]', count: '1', nothingToDo: 'false', file: 'plan.json' };
