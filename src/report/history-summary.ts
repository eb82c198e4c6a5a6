import { code, paragraphs, prose, table } from './markdown.js';

/** One line of the deployment history; empty where nothing is known. */
export interface PastDeployment {
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** `deployment` or `rollback`. */
  readonly kind: string;
  readonly id: string;
  /** Full sha. */
  readonly commit: string;
  readonly phase: string;
  readonly verdict: string;
  readonly actor: string;
  /** Why it was given up. */
  readonly rejected: string;
}

const HEAD = ['started (UTC)', 'kind', 'id', 'commit', 'phase', 'verdict', 'by', 'given up because'];

/**
 * What stands where, and what was before, for the job summary.
 * @param state in a sentence or two
 * @param past newest first
 */
export function historySummary(state: string, past: readonly PastDeployment[]): string {
  const history = past.length === 0 ? 'No deployment is recorded yet.' : table(HEAD, past.map(row));
  return paragraphs(['## Blue/green: status', prose(state), history]);
}

function row({ startedAt, kind, id, commit, phase, verdict, actor, rejected }: PastDeployment): readonly string[] {
  const name = (text: string): string => (text === '' ? '–' : code(text));
  const words = (text: string): string => (text === '' ? '–' : prose(text));
  const time = startedAt.replace('T', ' ').replace(/\.\d+Z$/, '');
  return [
    ...[words(time), words(kind), name(id), name(commit.slice(0, 7))],
    ...[words(phase), words(verdict), name(actor), words(rejected)],
  ];
}
