import * as z from 'zod';
import type { Api } from './api.js';
import type { RunContext } from './context.js';
import { createOnce } from './creation.js';
import type { CheckRun, Delivery } from './github.js';
import { refusalReason } from './refusal.js';

/** https://docs.github.com/rest/checks/runs#create-a-check-run */
const MOST_ANNOTATIONS = 50;
const LONGEST_SUMMARY = 65_535;
const LONGEST_TITLE = 255;
/** Of a message; the limit is 64 KB. */
const LONGEST_MESSAGE = 16_000;

const runSchema = z.object({ html_url: z.string().nullable(), external_id: z.string().nullish() });
const listSchema = z.object({ check_runs: z.array(runSchema) });

/**
 * Creates a finished check run. Of several with one name GitHub counts the newest, so a verdict that changes gets a run of
 * its own: an update would add its annotations to the former ones.
 */
export async function createCheckRun(api: Api, context: RunContext, check: CheckRun): Promise<Delivery> {
  try {
    const made = await createOnce(
      () => post(api, context, check),
      () => find(api, context, check),
    );
    return { kind: 'done', ...made };
  } catch (error) {
    return { kind: 'refused', reason: refusalReason(`take the check "${check.name}"`, 'checks: write', error) };
  }
}

async function post(
  api: Api,
  { owner, repository: repo }: RunContext,
  check: CheckRun,
): Promise<{ readonly url?: string }> {
  const { data } = await api.rest.checks.create({
    owner,
    repo,
    name: check.name,
    head_sha: check.commit,
    external_id: check.externalId,
    details_url: check.detailsUrl,
    status: 'completed',
    conclusion: check.conclusion,
    output: {
      title: cut(check.title, LONGEST_TITLE),
      summary: cut(check.summary, LONGEST_SUMMARY),
      annotations: check.annotations.slice(0, MOST_ANNOTATIONS).map(({ path, level, title, message }) => ({
        path,
        // dbt does not tell which line of a model a finding comes from.
        start_line: 1,
        end_line: 1,
        annotation_level: level,
        title: cut(title, LONGEST_TITLE),
        message: cut(message, LONGEST_MESSAGE),
      })),
    },
  });
  return addressOf(runSchema.parse(data));
}

async function find(
  api: Api,
  { owner, repository: repo }: RunContext,
  { name, commit, externalId }: CheckRun,
): Promise<{ readonly url?: string } | undefined> {
  const { data } = await api.rest.checks.listForRef({ owner, repo, ref: commit, check_name: name, per_page: 100 });
  const found = listSchema.parse(data).check_runs.find((run) => run.external_id === externalId);
  return found === undefined ? undefined : addressOf(found);
}

function addressOf({ html_url: url }: z.infer<typeof runSchema>): { readonly url?: string } {
  return url === null ? {} : { url };
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
