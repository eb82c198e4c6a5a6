import * as z from 'zod';
import { messageOf } from '../../errors.js';
import { nearestName } from './nearest-name.js';

/**
 * Reads what somebody wrote as settings.
 * @param place where it stands, as its writer knows it
 * @throws Error naming the place and everything that is wrong there, a misspelt name with the nearest one that is known:
 *   passed over, it would switch a check off
 */
export function parseSettings<Schema extends z.ZodObject>(
  schema: Schema,
  written: unknown,
  place: string,
): z.infer<Schema> {
  const parsed = schema.safeParse(written ?? {});
  if (parsed.success) return parsed.data;
  throw new Error(`${place} is wrong: ${parsed.error.issues.map((issue) => describe(schema, issue)).join('; ')}.`);
}

function describe(schema: z.ZodObject, issue: z.core.$ZodIssue): string {
  const path = issue.path.map(String);
  if (issue.code !== 'unrecognized_keys') return `${path.join('.') || 'it'} ${issue.message}`;
  const known = namesAt(schema, path);
  return issue.keys
    .map((key) => {
      const near = nearestName(key, known);
      const written = [...path, key].join('.');
      return `"${written}" is unknown${near === undefined ? ` (known: ${known.join(', ')})` : `; did you mean "${near}"?`}`;
    })
    .join('; ');
}

/** The names that the schema knows at a path. */
function namesAt(schema: z.core.$ZodType, path: readonly string[]): readonly string[] {
  if (schema instanceof z.ZodOptional) return namesAt(schema.unwrap(), path);
  if (!(schema instanceof z.ZodObject)) return [];
  const [first, ...rest] = path;
  const shape: Readonly<Record<string, z.core.$ZodType>> = schema.shape;
  const inner = first === undefined ? undefined : shape[first];
  return first === undefined || inner === undefined ? Object.keys(shape) : namesAt(inner, rest);
}

/** Runs all checks and gathers what each says, so that a project is mended in one go. */
export function mistakesIn(checks: readonly (() => unknown)[]): readonly string[] {
  return checks.flatMap((check) => {
    try {
      check();
      return [];
    } catch (error) {
      return [messageOf(error)];
    }
  });
}
