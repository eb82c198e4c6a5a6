import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv/dist/2020.js';

let validate: ValidateFunction | undefined;

/**
 * What of a report the published schema does not describe, or describes otherwise; empty when all is well. Stricter than
 * the schema, which lets fields be added within a format: a field that nobody documented must not slip in.
 */
export function faultsInReport(json: string): readonly string[] {
  validate ??= new Ajv2020({ allErrors: true }).compile(
    closed(JSON.parse(readFileSync('docs/report.schema.json', 'utf8'))),
  );
  if (validate(JSON.parse(json))) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message ?? ''} ${JSON.stringify(params)}`,
  );
}

/** The schema with every object closed against further fields. */
function closed(schema: unknown): Record<string, unknown> {
  const close = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(close);
    if (typeof value !== 'object' || value === null) return value;
    const copy = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, close(inner)]));
    return typeof copy['properties'] === 'object' && copy['type'] === 'object'
      ? { ...copy, additionalProperties: false }
      : copy;
  };
  return close(schema) as Record<string, unknown>;
}
