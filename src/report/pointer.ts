import { standing } from './headline.js';
import { code, link, paragraphs } from './markdown.js';
import type { Report } from './model.js';

/**
 * The comment on a pull request that a deployment brings along with a later one: how it stands, and where the report is.
 * @param commentUrl the report's own comment; undefined when there is none
 */
export function renderPointer(report: Report, commentUrl: string | undefined): string {
  const { deployment, links } = report;
  const { icon, title } = standing(report);
  const where =
    deployment.pullRequest === undefined
      ? `${link('the report', links.run)} is the summary of its workflow run`
      : `${link('the report', commentUrl)} is on pull request #${deployment.pullRequest}`;
  return paragraphs([
    `## Blue/green: ${icon} ${title}`,
    `Deployment ${code(deployment.id)} is about this change, too: ${where}.`,
  ]);
}
