import { priceOf } from '../deployment/price.js';
import { plural } from '../figures.js';
import { code, link, paragraphs, prose } from './markdown.js';
import type { Report } from './model.js';
import { priceText } from './plan-words.js';

const MOST_BLOCKERS = 5;

/** Title and one sentence why: what a reviewer reads first, and often only. */
export function headline(report: Report): string {
  const { icon, title, sentence } = standing(report);
  return paragraphs([`## Blue/green: ${icon} ${title}`, sentence, identity(report)]);
}

/** What blocks, as an alert; `undefined` when nothing does. */
export function blockerAlert(report: Report): string | undefined {
  const tolerated = report.verdict?.wouldBlock ?? [];
  return paragraphs([
    report.blockers.length === 0 ? undefined : alert(undefined, report.blockers),
    tolerated.length === 0
      ? undefined
      : alert(
          'Not safe to swap. Verification only reports (<code>verification: report</code>); enforced, it would block this:',
          tolerated,
        ),
  ]);
}

function alert(lead: string | undefined, texts: readonly string[]): string {
  const shown = texts.slice(0, MOST_BLOCKERS).map((text) => `> - ${prose(text)}`);
  const rest = texts.length - shown.length;
  return [
    '> [!CAUTION]',
    ...(lead === undefined ? [] : [`> ${lead}`, '>']),
    ...shown,
    ...(rest > 0 ? [`> - and ${rest} more`] : []),
  ].join('\n');
}

/** What to do now, and what else a person should know. */
export function nextSteps(report: Report): string | undefined {
  const notes = report.notes.map((note) => `- ${prose(note)}`);
  const next = report.next === undefined ? undefined : `**Next:** ${prose(report.next)}`;
  return paragraphs([
    notes.length === 0 ? undefined : ['> [!NOTE]', ...notes.map((note) => `> ${note}`)].join('\n'),
    next,
  ]);
}

/** How a deployment stands, in a few words and in a sentence. */
export interface Standing {
  readonly icon: string;
  readonly title: string;
  readonly sentence: string;
}

const NOTHING_TO_REBUILD: Standing = {
  icon: '✅',
  title: 'nothing to rebuild',
  sentence: 'No change touches what is stored: no table is rebuilt.',
};

export function standing(report: Report): Standing {
  switch (report.phase) {
    case 'planned':
      if (report.plan?.rebuilt.length === 0) return NOTHING_TO_REBUILD;
      return { icon: '📋', title: 'planned', sentence: `${rebuilds(report)} Nothing was changed yet.` };
    case 'nothing to rebuild':
      return NOTHING_TO_REBUILD;
    case 'building':
      return { icon: '🔨', title: 'building', sentence: `${rebuilds(report)} Production is not touched.` };
    case 'build failed':
      return {
        icon: '❌',
        title: 'build failed',
        sentence: because(report, 'The new version could not be built; production was not touched.'),
      };
    case 'stopped in time':
      return {
        icon: '⏳',
        title: 'not finished, run again',
        sentence: because(report, 'Production was not touched.'),
      };
    case 'verified':
      return verified(report);
    case 'blocked':
      return {
        icon: '❌',
        title: 'blocked',
        sentence: because(report, 'Not safe to swap; production was not touched.'),
      };
    case 'swapping':
      return { icon: '🔁', title: 'swapping', sentence: 'The new version is being brought live.' };
    case 'swapped':
      return {
        icon: '🔁',
        title: 'live, finishing',
        sentence: 'The new version is live; the last steps are outstanding.',
      };
    case 'untested':
      return {
        icon: '⚠️',
        title: 'live, untested',
        sentence: because(report, 'The new version is live, but its tests could not run after the switch.'),
      };
    case 'done':
      return { icon: '✅', title: 'live', sentence: 'The new version is live and passed its tests after the switch.' };
    case 'rolled back':
      return { icon: '↩️', title: 'rolled back', sentence: because(report, 'The former version is live again.') };
    case 'failed':
      return { icon: '❌', title: 'stopped', sentence: because(report, 'A step failed.') };
  }
}

function verified(report: Report): Standing {
  const { verdict } = report;
  if (verdict === undefined || verdict.status === 'failed') {
    return { icon: '❌', title: 'blocked', sentence: 'Not safe to swap; production was not touched.' };
  }
  if (verdict.models.length === 0) {
    return NOTHING_TO_REBUILD;
  }
  if (verdict.wouldBlock !== undefined) {
    const sentence = `${plural(verdict.wouldBlock.length, 'difference')} would block the swap if verification were enforced.`;
    return { icon: '⚠️', title: 'would be blocked', sentence };
  }
  if (verdict.status === 'passed') {
    const sentence = `${plural(verdict.models.length, 'model')} compared: nothing is missing in blue.`;
    return { icon: '✅', title: 'safe to swap', sentence };
  }
  const isNew = verdict.models.filter((model) => model.status === 'new').length;
  const warned = verdict.models.filter((model) => model.status === 'warned').length;
  const tests = verdict.tests.filter((test) => test.status === 'warn').length;
  const parts = [
    warned === 0 ? undefined : `${plural(warned, 'model')} to look at`,
    isNew === 0 ? undefined : `${plural(isNew, 'new model')} with nothing to compare`,
    tests === 0 ? undefined : `${plural(tests, 'test')} with warnings`,
  ].filter((part) => part !== undefined);
  return {
    icon: '⚠️',
    title: 'review',
    sentence: `Nothing blocks the swap, but a person should look: ${parts.join(', ')}.`,
  };
}

function because(report: Report, sentence: string): string {
  return report.reason === undefined ? sentence : `${sentence} ${prose(report.reason)}`;
}

function rebuilds({ plan }: Report): string {
  if (plan === undefined || plan.rebuilt.length === 0) return 'Nothing has to be rebuilt.';
  const price = priceText(priceOf(plan.rebuilt));
  return `${plural(plan.rebuilt.length, 'model')} will be rebuilt in blue${price === undefined ? '' : `: ${price}`}.`;
}

function identity(report: Report): string {
  const { deployment, links } = report;
  const parts = [
    `Deployment ${code(deployment.id)}`,
    `commit ${code(deployment.commit.slice(0, 7))} over ${code(deployment.base.slice(0, 7))}`,
    links.run === undefined ? undefined : link('workflow run', links.run),
    deployment.otherPullRequests.length === 0
      ? undefined
      : `with ${deployment.otherPullRequests.map((number) => `#${number}`).join(', ')}`,
    deployment.snapshot === undefined ? undefined : `former production in ${code(deployment.snapshot)}`,
  ];
  return parts.filter((part) => part !== undefined).join(' · ');
}
