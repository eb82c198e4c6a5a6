import * as z from 'zod';
import { quoteSchema } from '../snowflake/identifiers.js';
import type { SchemaName } from '../snowflake/identifiers.js';

/**
 * The marker: one line of JSON in a schema's comment, beside whatever a person wrote there. A swap moves content and comment
 * together, so (names, markers) alone tell the state; a clone inherits the comment, so a marker counts as a right to drop
 * only on the schema that it names.
 */
const FORMAT = 1;
const PREFIX = 'blue-green: ';

const rejection = z.object({ reason: z.string(), at: z.string(), by: z.string() });

const schema = z.object({
  v: z.literal(FORMAT),
  repository: z.string(),
  /** Quoted full name of the schema it was written on. */
  schema: z.string(),
  /** The deployment that made what the schema contains. */
  deployment: z.string(),
  parent: z.string().nullable(),
  commit: z.string(),
  base: z.string().nullable(),
  phase: z.enum(['building', 'verified', 'blocked', 'swapped', 'tested', 'done', 'retired']),
  verdict: z.enum(['passed', 'warned', 'failed']).nullable(),
  run: z.string(),
  attempt: z.number().int(),
  startedAt: z.string(),
  /** Snowflake's clock just before production was cloned; absent where an older version of this action did it. */
  clonedAt: z.string().optional(),
  heartbeat: z.string().nullable(),
  /** Set on a build whose run ended by itself, in time: nobody is at work on it, whenever its last sign of life was. */
  stopped: z.string().optional(),
  verifiedAt: z.string().nullable(),
  swappedAt: z.string().nullable(),
  /** Set on a version that was given up. */
  rejected: rejection.nullable(),
  /** Set on a production that a rollback brought back: which operation, instead of which deployment. */
  restored: z.object({ operation: z.string(), insteadOf: z.string(), at: z.string() }).nullable(),
  /** Set on a baseline of which tables were lost: these were made again (or were to be) as production was at that moment. */
  remade: z.object({ at: z.string(), tables: z.array(z.string()) }).optional(),
  /** Set in every schema of a pair beside the main one: the pair, and the main production under whose lock it is. Stored names. */
  side: z.object({ main: z.string(), production: z.string(), upcoming: z.string() }).optional(),
  /** Set on a production beside the main one when it is about to be put aside: the deployment or rollback that does it. */
  replacedBy: z.string().nullable().optional(),
});

export type Marker = Readonly<z.infer<typeof schema>>;
export type Phase = Marker['phase'];

/** What a schema's comment holds: a person's words, and at most one marker. */
export interface SchemaComment {
  readonly words: string;
  readonly marker: Marker | undefined;
  /** Set when there is a line that looks like a marker but cannot be read: written by a newer version, or edited by hand. */
  readonly unreadable: string | undefined;
}

/** Splits a schema's comment. Never throws: an unreadable marker is reported, not guessed at. */
export function parseComment(comment: string | null): SchemaComment {
  const lines = (comment ?? '').split('\n');
  const words = lines.filter((line) => !line.startsWith(PREFIX)).join('\n');
  const [line, ...others] = new Set(lines.filter((each) => each.startsWith(PREFIX)).map((each) => each.trimEnd()));
  if (line === undefined) return { words, marker: undefined, unreadable: undefined };
  if (others.length > 0) return { words, marker: undefined, unreadable: `${others.length + 1} markers that differ` };
  try {
    const parsed = schema.safeParse(JSON.parse(line.slice(PREFIX.length)));
    if (parsed.success) return { words, marker: parsed.data, unreadable: undefined };
    return { words, marker: undefined, unreadable: z.prettifyError(parsed.error) };
  } catch {
    return { words, marker: undefined, unreadable: 'not JSON' };
  }
}

/** A comment with a person's words kept and the marker as its last line. */
export function formatComment(words: string, marker: Marker | undefined): string {
  if (marker === undefined) return words;
  const line = PREFIX + JSON.stringify(marker);
  return words === '' ? line : `${words}\n${line}`;
}

/** What the comment holds of a version that this deployment made, whoever wrote beside it; for a look without reading the marker. */
export function deploymentInMarker(deployment: string): string {
  return memberOf({ deployment });
}

/** What the comment holds of a version that no rollback brought back (null), or that this one did. */
export function restoredInMarker(restored: Pick<NonNullable<Marker['restored']>, 'operation'> | null): string {
  return restored === null ? memberOf({ restored }) : memberOf({ operation: restored.operation });
}

/** What the comment holds of the one schema that its marker names: neither a clone's nor that of what was exchanged with it does. */
export function schemaInMarker(name: SchemaName): string {
  return memberOf({ schema: quoteSchema(name) });
}

function memberOf(object: Readonly<Record<string, string | null>>): string {
  return JSON.stringify(object).slice(1, -1);
}

/** The same marker for another schema: what a step writes when it gives content a new place. */
export function moveMarker(marker: Marker, to: SchemaName, changes: Partial<Omit<Marker, 'v' | 'schema'>>): Marker {
  return { ...marker, ...changes, schema: quoteSchema(to) };
}

/** Whether the marker gives the right to drop or rename away `name`: a copy that a person made inherits the comment, not the right. */
export function namesSchema(marker: Marker | undefined, name: SchemaName): boolean {
  return marker?.schema === quoteSchema(name);
}

export function newMarker(
  fields: Pick<
    Marker,
    'repository' | 'deployment' | 'parent' | 'commit' | 'base' | 'run' | 'attempt' | 'startedAt' | 'phase'
  > &
    Pick<Marker, 'clonedAt'>,
  on: SchemaName,
): Marker {
  return {
    ...fields,
    v: FORMAT,
    schema: quoteSchema(on),
    verdict: null,
    heartbeat: null,
    verifiedAt: null,
    swappedAt: null,
    rejected: null,
    restored: null,
  };
}
