import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * A dbt project with what an adapter can get wrong: a model and a folder of one name, a model that fails with a child that
 * is then skipped, a test, a hook.
 */
const FILES: Readonly<Record<string, string>> = {
  'dbt_project.yml': `name: shop
version: '1.0'
profile: shop_profile
on-run-start: "select 1 as from_the_hook"
`,
  'models/events.sql': `{{ config(materialized='incremental', unique_key='id') }}
select 1 as id, '{{ var("greeting", "nobody") }}' as greeting, '{{ target.name }}' as target_name
`,
  'models/events/detail.sql': "select id from {{ ref('events') }}\n",
  'models/broken/wrong.sql': "{{ config(materialized='table') }}\nselect no_such_column from {{ ref('events') }}\n",
  'models/broken/below.sql': "select * from {{ ref('wrong') }}\n",
  'models/schema.yml': `models:
  - name: events
    columns:
      - name: id
        data_tests: [unique]
`,
};

/** Writes the project into a new folder and returns it. */
export async function writeDbtProject(changes: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'dbt-project-'));
  for (const [path, content] of Object.entries({ ...FILES, ...changes })) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}
