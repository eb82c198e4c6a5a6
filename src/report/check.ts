import { posix } from 'node:path';
import type { Finding, ModelVerdict } from '../verification/verdict.js';
import { renderComment } from './comment.js';
import { standing } from './headline.js';
import type { Report, ReportPhase } from './model.js';
import { worstFirst } from './models-table.js';

/** A finding on the file of the model that it is about. */
export interface CheckAnnotation {
  /** From the repository's top. */
  readonly path: string;
  readonly level: 'warning' | 'failure';
  readonly title: string;
  readonly message: string;
}

/** A verdict as a check shows it. */
export interface Check {
  /** `neutral` lets a rule that requires the check pass: something to look at, nothing that blocks. */
  readonly conclusion: 'success' | 'neutral' | 'failure';
  readonly title: string;
  /** Markdown. */
  readonly summary: string;
  /** Worst first. */
  readonly annotations: readonly CheckAnnotation[];
}

/** Phases that are a verdict on the commit; the others are steps on the way, or end without a word on its data. */
const CONCLUSIONS: Partial<Readonly<Record<ReportPhase, 'by verdict' | 'failure'>>> = {
  verified: 'by verdict',
  blocked: 'failure',
  'build failed': 'failure',
  'stopped in time': 'failure',
  'rolled back': 'failure',
};

/**
 * The verdict as a check; undefined while there is none.
 * @param projectDir folder of the dbt project from the repository's top, e.g. `.`
 */
export function checkOf(report: Report, projectDir: string): Check | undefined {
  const rule = CONCLUSIONS[report.phase];
  if (rule === undefined) return undefined;
  return {
    conclusion: rule === 'failure' ? 'failure' : conclusionOf(report),
    title: standing(report).title,
    summary: renderComment(report),
    annotations: worstFirst(report.verdict?.models ?? []).flatMap((model) => annotationsOf(model, report, projectDir)),
  };
}

/** Fails closed: a report that calls itself verified without a verdict is none. */
function conclusionOf({ verdict }: Report): Check['conclusion'] {
  if (verdict === undefined || verdict.status === 'failed') return 'failure';
  return verdict.status === 'passed' && verdict.wouldBlock === undefined ? 'success' : 'neutral';
}

function annotationsOf(model: ModelVerdict, { plan }: Report, projectDir: string): readonly CheckAnnotation[] {
  const file = plan?.rebuilt.find(({ uniqueId }) => uniqueId === model.uniqueId)?.originalFilePath;
  if (file === undefined || file === '') return [];
  const path = posix.join(projectDir, file);
  const about = (severity: Finding['severity'], level: CheckAnnotation['level']): readonly CheckAnnotation[] => {
    const texts = model.findings.filter((finding) => finding.severity === severity).map(({ text }) => text);
    return texts.length === 0 ? [] : [{ path, level, title: model.name, message: texts.join('\n') }];
  };
  return [...about('fail', 'failure'), ...about('warn', 'warning')];
}
