/** How much of each part is shown; verdict, blockers, next steps and footer are always shown. */
export interface Detail {
  /** Rows of the models table. */
  readonly models: number;
  /** Models with a folded part of their own. */
  readonly detailedModels: number;
  /** Sample ids of each class. */
  readonly samples: number;
  /** Sample rows whose values are shown. */
  readonly values: number;
  /** Rows of a per-column table. */
  readonly columns: number;
  readonly hasSql: boolean;
  /** Rows of each table of the plan. */
  readonly plan: number;
  /** Nodes of the lineage; more are a tangle that nobody reads. */
  readonly lineage: number;
  /** Tests that are named. */
  readonly tests: number;
}

/** The comment: enough to decide. */
export const USUAL: Detail = {
  models: 30,
  detailedModels: 30,
  samples: 5,
  values: 5,
  columns: 20,
  hasSql: true,
  plan: 50,
  lineage: 60,
  tests: 20,
};

/** The job summary: everything that a page of 1 MiB may hold. */
export const FULL: Detail = {
  models: 2000,
  detailedModels: 500,
  samples: 20,
  values: 20,
  columns: 500,
  hasSql: true,
  plan: 2000,
  lineage: 80,
  tests: 500,
};

/** Each step down takes away what is missed least: values, then ids, then columns, then models, then lineage and plan, then table rows. */
const SHRINKING: readonly Partial<Detail>[] = [
  {},
  { values: 0 },
  { samples: 2 },
  { samples: 0, hasSql: false },
  { columns: 5 },
  { columns: 0 },
  { detailedModels: 10, plan: 30, lineage: 30, tests: 10 },
  { detailedModels: 0 },
  { plan: 10, lineage: 0, tests: 5 },
  { models: 10, plan: 0, tests: 3 },
  { models: 0, tests: 0 },
];

/** The fullest rendering that `fits`; the barest when none does. */
export function shrinkToFit(
  start: Detail,
  render: (detail: Detail) => string,
  fits: (text: string) => boolean,
): string {
  let detail = start;
  let text = '';
  for (const step of SHRINKING) {
    detail = smaller(detail, step);
    text = render(detail);
    if (fits(text)) break;
  }
  return text;
}

function smaller(detail: Detail, step: Partial<Detail>): Detail {
  const least = (name: Exclude<keyof Detail, 'hasSql'>): number => Math.min(detail[name], step[name] ?? detail[name]);
  return {
    models: least('models'),
    detailedModels: least('detailedModels'),
    samples: least('samples'),
    values: least('values'),
    columns: least('columns'),
    plan: least('plan'),
    lineage: least('lineage'),
    tests: least('tests'),
    hasSql: detail.hasSql && step.hasSql !== false,
  };
}
