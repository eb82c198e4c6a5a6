/**
 * The dbt repository of a test: a bare remote with the branches `prod` and `pre-prod`, clones of it as jobs check them out,
 * and the schedule that runs `prod` into production by real dbt.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { SCHEDULED_PROGRAMS, REPOSITORY } from './places.js';
import { runProgram } from './programs.js';
import type { ShopWarehouse } from './shop-warehouse.js';

const FIRST_VERSION = join(REPOSITORY, '__tests__', 'e2e', 'shop');

/** Path -> new text, a change of the present text, or null to delete the file. */
export type Changes = Readonly<Record<string, string | ((text: string) => string) | null>>;

/** Changes that several tests deploy. */
export const ADD_PRICE: Changes = {
  'models/orders.sql': (text) => text.replace('    ordered_at\n', '    ordered_at,\n    price\n'),
};
/** Every seventh order, and with it one customer, is missing afterwards. */
export const DROP_IDS: Changes = {
  'models/orders.sql': (text) =>
    text.replace("'orders') }}\n", "'orders') }}\nwhere customer_id <> 3\n").replace('%}\nwhere', '%}\nand'),
};
export const BREAK_SQL: Changes = {
  'models/orders.sql': (text) => text.replace('    ordered_at', '    no_such_column,\n    ordered_at'),
};
export const MEND_SQL: Changes = {
  'models/orders.sql': (text) => text.replace('    no_such_column,\n', ''),
};
/** One more column of a model that no other reads: the cheapest change that is worth a deployment. */
export const ADD_SECTION: Changes = {
  'models/page_views.sql': (text) =>
    text.replace('    viewed_at\n', '    viewed_at,\n    page_id * 10 as section_id\n'),
};
export const TAKE_SECTION_OUT: Changes = {
  'models/page_views.sql': (text) => text.replace(',\n    page_id * 10 as section_id', ''),
};

export class ShopProject {
  readonly folder: string;
  /** Path of the bare repository that plays GitHub's side. */
  readonly remote: string;
  readonly #author: string;
  #checkouts = 0;

  private constructor(folder: string) {
    this.folder = folder;
    this.remote = join(folder, 'remote.git');
    this.#author = join(folder, 'author');
  }

  /** Both branches stand at the first version. */
  static async create(): Promise<ShopProject> {
    const project = new ShopProject(mkdtempSync(join(tmpdir(), 'shop-')));
    await project.#git(project.folder, 'init', '--quiet', '--bare', '--initial-branch=prod', project.remote);
    await project.#git(project.folder, 'clone', '--quiet', project.remote, project.#author);
    cpSync(FIRST_VERSION, project.#author, { recursive: true });
    await project.#git(project.#author, 'switch', '--quiet', '--orphan', 'prod');
    await project.#commit('The shop');
    await project.#git(project.#author, 'branch', 'pre-prod');
    await project.#git(project.#author, 'push', '--quiet', 'origin', 'prod', 'pre-prod');
    return project;
  }

  /** A project as another one's `copyTo` left it in a folder. */
  static async copyOf(folder: string): Promise<ShopProject> {
    const project = new ShopProject(mkdtempSync(join(tmpdir(), 'shop-')));
    copyRepositories(folder, project.folder);
    await project.#git(project.#author, 'remote', 'set-url', 'origin', project.remote);
    return project;
  }

  /** Copies the remote and its author's clone. */
  copyTo(folder: string): void {
    copyRepositories(this.folder, folder);
  }

  /** Brings changes to `pre-prod`, as a merged pull request does. @returns the merge commit */
  async merge(title: string, changes: Changes): Promise<string> {
    await this.#git(this.#author, 'fetch', '--quiet', 'origin');
    await this.#git(this.#author, 'switch', '--quiet', '--force-create', 'change', 'origin/pre-prod');
    for (const [path, change] of Object.entries(changes)) this.#apply(path, change);
    await this.#commit(title);
    await this.#git(this.#author, 'switch', '--quiet', '--force-create', 'pre-prod', 'origin/pre-prod');
    await this.#git(this.#author, 'merge', '--quiet', '--no-ff', '--message', `Merge pull request: ${title}`, 'change');
    await this.#git(this.#author, 'push', '--quiet', 'origin', 'pre-prod');
    return this.tip('pre-prod');
  }

  /** Brings changes to `prod` alone, past `pre-prod`. @returns the commit */
  async hotfix(title: string, changes: Changes): Promise<string> {
    await this.#git(this.#author, 'fetch', '--quiet', 'origin');
    await this.#git(this.#author, 'switch', '--quiet', '--force-create', 'prod', 'origin/prod');
    for (const [path, change] of Object.entries(changes)) this.#apply(path, change);
    await this.#commit(title);
    await this.#git(this.#author, 'push', '--quiet', 'origin', 'prod');
    return this.tip('prod');
  }

  /** Brings what `prod` has to `pre-prod`, as whoever made a hotfix does afterwards. */
  async mergeProduction(): Promise<void> {
    await this.#git(this.#author, 'fetch', '--quiet', 'origin');
    await this.#git(this.#author, 'switch', '--quiet', '--force-create', 'pre-prod', 'origin/pre-prod');
    await this.#git(this.#author, 'merge', '--quiet', '--no-ff', '--no-edit', 'origin/prod');
    await this.#git(this.#author, 'push', '--quiet', 'origin', 'pre-prod');
  }

  /** How many clones `checkOut` has made; the last is `checkout-<this>`. */
  get checkouts(): number {
    return this.#checkouts;
  }

  /** Puts a ref of the remote on a commit, as a push would; unlike git's front doors it takes names that begin with a dash. */
  async putRef(ref: string, commit: string): Promise<void> {
    await this.#git(this.remote, 'update-ref', ref, commit);
  }

  /** Full sha of a branch of the remote. */
  tip(branch: string): Promise<string> {
    return this.#git(this.remote, 'rev-parse', `refs/heads/${branch}`);
  }

  /**
   * A fresh clone with a detached HEAD, as actions/checkout leaves it.
   * @param depth commits of each branch, as `fetch-depth`; default all
   * @returns its folder
   */
  async checkOut(ref = 'origin/pre-prod', depth = 0): Promise<string> {
    this.#checkouts += 1;
    const folder = join(this.folder, `checkout-${this.#checkouts}`);
    const limit = depth === 0 ? [] : [`--depth=${String(depth)}`, '--no-single-branch'];
    // A path alone would be copied whole.
    await this.#git(this.folder, 'clone', '--quiet', '--no-checkout', ...limit, `file://${this.remote}`, folder);
    await this.#git(folder, 'checkout', '--quiet', '--detach', ref);
    return folder;
  }

  /**
   * The schedule: runs dbt at the tip of `prod` into production. The parsed project is kept from run to run.
   * @throws Error with what dbt wrote when it fails
   */
  async schedule(warehouse: ShopWarehouse, args: readonly string[] = ['run']): Promise<void> {
    const profiles = join(this.folder, 'profiles');
    mkdirSync(profiles, { recursive: true });
    writeFileSync(join(profiles, 'profiles.yml'), JSON.stringify(profileOf(warehouse)));
    const folder = await this.checkOut('origin/prod');
    const dbt = join(SCHEDULED_PROGRAMS, 'dbt');
    const places = [
      '--profiles-dir',
      profiles,
      '--target-path',
      join(this.folder, 'target'),
      '--log-path',
      this.folder,
    ];
    await runProgram(dbt, [...args, ...places], {
      cwd: folder,
      env: { HOME: this.folder, DBT_SEND_ANONYMOUS_USAGE_STATS: 'false', SNOWFLAKE_DISABLE_PLATFORM_DETECTION: 'true' },
    });
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #apply(path: string, change: NonNullable<Changes[string]> | null): void {
    const file = join(this.#author, path);
    if (change === null) {
      rmSync(file);
      return;
    }
    const before = typeof change === 'string' ? '' : readFileSync(file, 'utf8');
    const after = typeof change === 'string' ? change : change(before);
    if (after === before) throw new Error(`The change of ${path} changes nothing.`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, after);
  }

  async #commit(title: string): Promise<void> {
    await this.#git(this.#author, 'add', '--all');
    await this.#git(this.#author, 'commit', '--quiet', '--message', title);
  }

  #git(cwd: string, ...args: readonly string[]): Promise<string> {
    const person = { NAME: 'Shop', EMAIL: 'shop@example.invalid' };
    const roles = ['AUTHOR', 'COMMITTER'].flatMap((role) =>
      Object.entries(person).map(([key, value]): [string, string] => [`GIT_${role}_${key}`, value]),
    );
    return runProgram('git', args, {
      cwd,
      env: { HOME: this.folder, GIT_CONFIG_NOSYSTEM: '1', ...Object.fromEntries(roles) },
    });
  }
}

function copyRepositories(from: string, to: string): void {
  for (const part of ['remote.git', 'author']) cpSync(join(from, part), join(to, part), { recursive: true });
}

/** profiles.yml (JSON is YAML) of the schedule: production's own target. */
function profileOf(warehouse: ShopWarehouse): unknown {
  const { hostname, port } = new URL(warehouse.server.url);
  const prod = {
    type: 'snowflake',
    account: 'local',
    host: hostname,
    port: Number(port),
    protocol: 'http',
    user: warehouse.deployUser,
    private_key: warehouse.privateKey,
    role: warehouse.deployRole,
    warehouse: 'SHOP_WAREHOUSE',
    database: warehouse.database,
    schema: 'PUBLIC',
    threads: 4,
  };
  return { shop: { target: 'prod', outputs: { prod } } };
}
