import * as z from 'zod';
import type { Api } from './api.js';
import type { RunContext } from './context.js';
import { createOnce } from './creation.js';
import type { Delivery } from './github.js';
import { failureOf, refusalReason } from './refusal.js';

const commentSchema = z.object({
  id: z.number(),
  html_url: z.string(),
  body: z.string().nullish(),
  user: z.object({ login: z.string(), type: z.string() }).nullable(),
});

type Comment = z.infer<typeof commentSchema>;

/** GitHub's limit in characters, above which it answers 422. */
const longestBody = 65_536;
/** The most that GitHub gives at once. */
const pageSize = 100;

export interface CommentTarget {
  readonly api: Api;
  readonly context: RunContext;
  readonly pullRequest: number;
  /** Tells this comment from others of ours, e.g. the name of the production schema. */
  readonly key: string;
  /** Login of the account that the token speaks for. */
  readonly author: () => Promise<string>;
}

/** Creates the comment, or updates the one that carries the same key and was written by the same account. */
export async function upsertComment(target: CommentTarget, body: string): Promise<Delivery> {
  const text = fitted(`${marker(target.key)}\n${body}`);
  try {
    const author = await target.author();
    const [existing] = await find(target, author);
    const comment = existing === undefined ? await create(target, author, text) : await update(target, existing, text);
    return { kind: 'done', url: comment.html_url };
  } catch (error) {
    const what = `accept the comment on pull request ${target.pullRequest}`;
    return { kind: 'refused', reason: refusalReason(what, 'pull-requests: write', error) };
  }
}

/** First line of the body, which GitHub does not show. The key cannot end the HTML comment: `>` is encoded. */
function marker(key: string): string {
  return `<!-- dbt-snowflake-blue-green ${encodeURIComponent(key)} -->`;
}

/** The report is made to fit; should it not, a cut report is better than none. */
function fitted(body: string): string {
  if (body.length <= longestBody) {
    return body;
  }
  const notice = '\n\n_Cut here: GitHub takes no longer comment. The whole report is in the job summary._';
  return body.slice(0, longestBody - notice.length).replace(/[\ud800-\udbff]$/, '') + notice;
}

/**
 * Login of the account that the token speaks for. Apps' tokens learn it from GraphQL only, some of people's tokens from
 * REST only; where both refuse, it is the job's own token. A GitHub that is silent is not asked a second question.
 */
export async function viewer(api: Api): Promise<string> {
  const schema = z.object({ viewer: z.object({ login: z.string() }) });
  const unlessSilent = (error: unknown): undefined => {
    if (failureOf(error).status === undefined) {
      throw error;
    }
  };
  const told = await api.graphql('query { viewer { login } }').catch(unlessSilent);
  if (told !== undefined) {
    return schema.parse(told).viewer.login;
  }
  const shown = await api.rest.users.getAuthenticated().catch(unlessSilent);
  return shown === undefined ? 'github-actions[bot]' : schema.shape.viewer.parse(shown.data).login;
}

/**
 * Our comments with this key, oldest first. Somebody else may have copied our marker into a comment of theirs, so the author counts
 * too. The pages are asked for one by one: octokit's own pagination takes 409 for an empty list, and then we would write a
 * second comment. https://github.com/octokit/plugin-paginate-rest.js/blob/main/src/iterator.ts
 */
async function find(target: CommentTarget, author: string): Promise<readonly Comment[]> {
  const found: Comment[] = [];
  for (let page = 1; ; page += 1) {
    const comments = await pageOf(target, page);
    const ours = ({ user, body }: Comment): boolean =>
      body?.startsWith(marker(target.key)) === true && isSameAccount(user, author);
    found.push(...comments.filter(ours));
    if (comments.length < pageSize) return found.sort((one, other) => one.id - other.id);
  }
}

async function pageOf({ api, context, pullRequest }: CommentTarget, page: number): Promise<readonly Comment[]> {
  const { owner, repository: repo } = context;
  const asked = { owner, repo, issue_number: pullRequest, per_page: pageSize, page };
  const { data } = await api.rest.issues.listComments(asked);
  return z.array(commentSchema).parse(data);
}

/** GraphQL may name an app without the `[bot]` that REST shows. */
function isSameAccount(user: Comment['user'], login: string): boolean {
  return user !== null && (user.login === login || (user.type === 'Bot' && user.login === `${login}[bot]`));
}

async function update(target: CommentTarget, existing: Comment, body: string): Promise<Comment> {
  const { owner, repository: repo } = target.context;
  try {
    const { data } = await target.api.rest.issues.updateComment({ owner, repo, comment_id: existing.id, body });
    return commentSchema.parse(data);
  } catch (error) {
    if (failureOf(error).status === 404) {
      return post(target, body); // Deleted since it was found.
    }
    throw error;
  }
}

async function create(target: CommentTarget, author: string, body: string): Promise<Comment> {
  const made = await createOnce(
    () => post(target, body),
    async () => (await find(target, author))[0],
  );
  return settle(target, author, made, body).catch(() => made);
}

/** Two runs at once may both find no comment and both write one: the older stays, and whoever made the younger takes it away. */
async function settle(target: CommentTarget, author: string, made: Comment, body: string): Promise<Comment> {
  const [oldest] = await find(target, author);
  if (oldest === undefined || oldest.id >= made.id) {
    return made;
  }
  const { owner, repository: repo } = target.context;
  const { data } = await target.api.rest.issues.updateComment({ owner, repo, comment_id: oldest.id, body });
  await target.api.rest.issues.deleteComment({ owner, repo, comment_id: made.id });
  return commentSchema.parse(data);
}

async function post(target: CommentTarget, body: string): Promise<Comment> {
  const { owner, repository: repo } = target.context;
  const { data } = await target.api.rest.issues.createComment({ owner, repo, issue_number: target.pullRequest, body });
  return commentSchema.parse(data);
}
