import { baselineSection } from './baseline-section.js';
import type { Detail } from './detail.js';
import { footer } from './footer.js';
import { blockerAlert, headline, nextSteps } from './headline.js';
import { lateRowsSection } from './late-rows-section.js';
import { paragraphs, prose } from './markdown.js';
import { modelDetails } from './model-details.js';
import type { Report } from './model.js';
import { modelsTable } from './models-table.js';
import { planSection } from './plan-section.js';
import { testsSection } from './tests-section.js';
import { timelineSection } from './timeline-section.js';

/** The report as Markdown, from what decides to what explains. */
export function layOut(report: Report, detail: Detail): string {
  const { verdict, plan, lateRows } = report;
  // Before there is a verdict, the plan is the news.
  const planIsOpen = verdict === undefined && (report.phase === 'planned' || report.phase === 'building');
  const planPart = plan === undefined ? undefined : planSection(plan, detail, planIsOpen);
  return paragraphs([
    headline(report),
    blockerAlert(report),
    nextSteps(report),
    planIsOpen ? planPart : undefined,
    verdict === undefined ? undefined : modelsTable(verdict.models, detail.models),
    verdict === undefined ? undefined : baselineSection(verdict.baseline),
    verdict?.uncompared === undefined ? undefined : uncomparedSection(verdict.uncompared),
    verdict === undefined ? undefined : testsSection(verdict.tests, detail.tests),
    lateRows === undefined ? undefined : lateRowsSection(lateRows, detail.models),
    verdict === undefined ? undefined : modelDetails(verdict.models, detail),
    planIsOpen ? undefined : planPart,
    timelineSection(report.timeline),
    footer(report),
  ]);
}

/** What was compared in no model: whoever reads "nothing is missing" must find it beside the table. */
function uncomparedSection(texts: readonly string[]): string {
  return paragraphs(texts.map((text) => `**Not compared:** ${prose(text)}`));
}
