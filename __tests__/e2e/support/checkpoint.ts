/** States that cost a minute to reach and a second to copy: tests of what comes next start from a copy each. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ADMIN, OwnLocalSnowflake } from './local-snowflake.js';
import { LoopbackGitHub } from './loopback-github.js';
import { Shop } from './shop.js';
import { ShopProject } from './shop-project.js';
import { ShopWarehouse } from './shop-warehouse.js';

/** A shop like that of `Shop.open`, on a server of its own whose databases lie on disk: of such a one a checkpoint can be taken. */
export async function openOnDisk(rows: number): Promise<Shop> {
  const server = await OwnLocalSnowflake.start({ db: mkdtempSync(join(tmpdir(), 'shop-db-')) });
  return Shop.open(rows, {}, server);
}

interface Kept {
  readonly database: string;
  /** `owner/name` on GitHub. */
  readonly repository: string;
  readonly pulls: Shop['pulls'];
  readonly runs: number;
}

/** Warehouse, dbt repository and pull requests of a shop at one moment. */
export class Checkpoint {
  readonly #folder: string;
  readonly #kept: Kept;

  private constructor(folder: string, kept: Kept) {
    this.#folder = folder;
    this.#kept = kept;
  }

  /** Ends the shop: go on with a copy. */
  static async take(shop: Shop): Promise<Checkpoint> {
    const { server, pulls, runs, warehouse, github } = shop;
    if (!(server instanceof OwnLocalSnowflake) || server.db === undefined) {
      throw new Error('A checkpoint is taken of a shop that openOnDisk or a checkpoint opened.');
    }
    const folder = mkdtempSync(join(tmpdir(), 'checkpoint-'));
    await shop.close(folder);
    const { database } = warehouse;
    const { repository } = github;
    return new Checkpoint(folder, { database, repository, pulls, runs });
  }

  /** A shop of its own that stands where the other stood; the caller closes it. */
  async open(): Promise<Shop> {
    const { database, repository, pulls, runs } = this.#kept;
    const db = mkdtempSync(join(tmpdir(), 'shop-db-'));
    cpSync(join(this.#folder, 'db'), db, { recursive: true });
    const server = await OwnLocalSnowflake.start({ db });
    const admin = await server.connect(ADMIN);
    const project = await ShopProject.copyOf(this.#folder);
    const github = await LoopbackGitHub.start({ repository, gitDir: project.remote });
    const warehouse = ShopWarehouse.of(server, database, admin);
    return Shop.of({ server, admin, warehouse, project, github, pulls, runs });
  }

  dispose(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
