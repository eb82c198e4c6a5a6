import * as z from 'zod';
import type { Plan } from '../selection/plan.js';
import type { Verdict } from '../verification/verdict.js';

/** Change tokens by quoted full name of the relation as production names it. */
export type Tokens = Readonly<Record<string, string>>;

/** What a full refresh has finished. */
export interface Rebuilt {
  /** A fingerprint of what decides beside the commit what dbt builds: nodes of two such are no version of the project. */
  readonly by: string;
  /** Unique ids. */
  readonly nodes: readonly string[];
  /** How long each took, by unique id; absent where an older version of this action wrote it. */
  readonly seconds?: Readonly<Record<string, number>> | undefined;
}

/** What later steps need of a deployment on a fresh runner; one row of the history. */
export interface DeploymentRecord {
  readonly deployment: string;
  readonly repository: string;
  readonly commit: string;
  readonly base: string;
  readonly parent: string;
  readonly phase: string;
  readonly startedAt: string;
  /** Merged since the commit that was live, last merged first: that one gets the report, the others a pointer to it. */
  readonly pullRequests: readonly number[];
  /** Quoted-free stored name of the schema that keeps the former production, once there is one. */
  readonly snapshot: string | undefined;
  readonly rejected: string | undefined;
  readonly plan: Plan;
  /** What blue's full refresh has finished; undefined before it began. */
  readonly rebuilt: Rebuilt | undefined;
  /** Production's tokens, read before the clone: a table whose token moved since may hold rows that blue lacks. */
  readonly tokensAtClone: Tokens;
  /** Production's tokens, read last before the swap. */
  readonly tokensAtSwap: Tokens | undefined;
  /** Tokens of the staged tables before the swap: after it, production's tables move away from these when they are written to. */
  readonly tokensOfRelease: Tokens | undefined;
  /** Tokens of blue's tables when they were last verified; undefined while a catch-up changes them. */
  readonly tokensOfUpcoming: Tokens | undefined;
  readonly verdict: Verdict | undefined;
}

const tokens = z.record(z.string(), z.string());

/** Reads tokens written earlier. @throws ZodError when the history was edited by hand. */
export function parseTokens(json: string): Tokens {
  return tokens.parse(JSON.parse(json));
}

const rebuilt = z.object({
  by: z.string(),
  nodes: z.array(z.string()),
  seconds: z.record(z.string(), z.number()).optional(),
});

/** Reads what was finished, written earlier. @throws ZodError when the history was edited by hand. */
export function parseRebuilt(json: string): Rebuilt {
  return rebuilt.parse(JSON.parse(json));
}

// The verdict is written by this action and read by it; the format version guards against an older writer.
const envelope = z.object({ format: z.literal(1), value: z.unknown() });

export function writeVersioned(value: unknown): string {
  return JSON.stringify({ format: 1, value });
}

/** @throws ZodError when the text was written by another format of this action. */
export function readVerdict(json: string): Verdict {
  return envelope.parse(JSON.parse(json)).value as Verdict;
}
