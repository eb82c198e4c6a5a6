import * as z from 'zod';
import { flawOfCondition } from './condition.js';

/** In percent: the ten thousandth part of all ids. */
const SMALLEST_SAMPLE = 0.01;
const WHAT_SAMPLE = `must be a percentage from ${SMALLEST_SAMPLE}% to less than 100%`;

/** A number of rows, or a share of the baseline's rows in percent. A value above it is a finding. */
export type Limit = { readonly rows: number } | { readonly percent: number };

/** What may stand in the project: a limit, or that there is none. */
export type LimitSetting = Limit | 'never';

const names = z.union([z.string().transform((name) => [name]), z.array(z.string())], {
  error: 'must be a name or a list of names',
});
const rows = z
  .int()
  .nonnegative()
  .transform((number): Limit => ({ rows: number }));
const share = z
  .string()
  .regex(/^\d+(\.\d+)?\s*%$/)
  .transform((text): Limit => ({ percent: Number.parseFloat(text) }));
const limit = z.union([rows, share, z.literal('never')], {
  error: 'must be a whole number of rows, a percentage such as 0.5%, or never',
});
const most = z.union([rows, share], { error: 'must be a whole number of rows or a percentage such as 0.5%' });
const WHAT_BYTES = 'must be a number of bytes such as 500 GB';
const UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];
/** A number of bytes, or with a unit (powers of 1,000). */
const bytes = z
  .union([z.int().positive(WHAT_BYTES), z.string().regex(/^\d+(\.\d+)?\s*([kmgtp]?b)?$/i, WHAT_BYTES)], WHAT_BYTES)
  .transform((written) => {
    const [, number = '', unit = 'B'] = /^([\d.]+)\s*(\w*)$/.exec(String(written)) ?? [];
    return Number(number) * 1000 ** Math.max(0, UNITS.indexOf(unit.toUpperCase()));
  });
const sample = z
  .string(WHAT_SAMPLE)
  .regex(/^\d+(\.\d+)?\s*%$/, WHAT_SAMPLE)
  .transform((text) => Number.parseFloat(text))
  .refine((percent) => percent >= SMALLEST_SAMPLE && percent < 100, WHAT_SAMPLE);
const limits = z.strictObject({ warn: limit.optional(), fail: limit.optional() }).optional();
const days = z.number({ error: 'must be a number of days' }).positive('must be more than 0');
const reason = z.string({ error: 'is missing: say in a sentence why' }).trim().min(1, 'must say why');
const condition = z.string().superRefine((sql, context) => {
  const flaw = flawOfCondition(sql);
  if (flaw !== undefined) context.addIssue({ code: 'custom', message: flaw });
});

/** What may be said for the whole project: in the input `limits` and in `vars: {blue_green: …}`. */
export const PROJECT_SETTINGS = z.strictObject({
  missing: limits,
  extra: limits,
  changed: limits,
  row_count: limits,
  nulls: limits,
  removed_columns: z.enum(['warn', 'fail'], { error: 'must be warn or fail' }).optional(),
  lost_policies: z.enum(['repair', 'warn', 'fail'], { error: 'must be repair, warn or fail' }).optional(),
  max_bytes: bytes.optional(),
});

/** What may be said for the models of a folder, by `+meta: {blue_green: …}` in dbt_project.yml. */
export const FOLDER_SETTINGS = PROJECT_SETTINGS.extend({
  key: names.optional(),
  exclude_columns: names.optional(),
  include_columns: names.optional(),
  time_column: z.string().optional(),
  where: condition.optional(),
  window: z.strictObject({ days, column: z.string().optional() }).optional(),
  retention: z.strictObject({ days, column: z.string().optional() }).optional(),
  deleted_where: condition.optional(),
  sample: sample.optional(),
});

const EXPECTATIONS = z.strictObject({
  changed_columns: z.strictObject({ columns: names, reason }).optional(),
  removed_columns: z.strictObject({ columns: names, reason }).optional(),
  lost_policies: z.strictObject({ policies: names, reason }).optional(),
  missing: z
    .strictObject({ max: most.optional(), where: condition.optional(), reason })
    .refine(({ max, where }) => max !== undefined || where !== undefined, 'must say how many (max) or which (where)')
    .optional(),
  extra: z.strictObject({ max: most.optional(), reason }).optional(),
  key_changed: z.strictObject({ reason }).optional(),
});

/** What a model may say: what a folder may, and what this change is expected to do. */
export const MODEL_SETTINGS = FOLDER_SETTINGS.extend({ expect: EXPECTATIONS.optional() });

/** What a column may say. */
export const COLUMN_SETTINGS = z.strictObject({ changed: limits, nulls: limits, exclude: z.boolean().optional() });

export type WrittenSettings = z.infer<typeof MODEL_SETTINGS>;
export type Expectations = Readonly<z.infer<typeof EXPECTATIONS>>;
export type ExpectationName = keyof Expectations;
export const EXPECTATION_NAMES: readonly ExpectationName[] = EXPECTATIONS.keyof().options;
