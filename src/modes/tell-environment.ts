import type { CommonInputs } from '../inputs.js';
import type { EnvironmentState } from '../github/github.js';
import type { Tools } from '../tools.js';

/** A deployment by its id, and how it stands in the eyes of GitHub. */
export type EnvironmentNews = Pick<EnvironmentState, 'deployment' | 'commit' | 'state' | 'description' | 'mayCreate'>;

/** Shows a deployment on the environment that the inputs name, if any. What GitHub answers is only said in the log. */
export async function tellEnvironment(
  tools: Pick<Tools, 'github' | 'log' | 'run'>,
  { github: { environment } }: Pick<CommonInputs, 'github'>,
  news: EnvironmentNews,
): Promise<void> {
  if (environment === undefined) return;
  const delivery = await tools.github.showOnEnvironment({ ...news, environment, runUrl: tools.run.url });
  if (delivery.kind === 'refused') {
    tools.log.info(`The environment "${environment}" does not show deployment ${news.deployment}: ${delivery.reason}`);
  }
}
