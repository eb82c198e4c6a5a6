import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../clock.js';
import { systemClock } from '../clock.js';
import { ActionableError, messageOf } from '../errors.js';
import type { Log } from '../log.js';
import type { Connection } from '../snowflake/connection.js';
import type { Dbt, DbtCommand, DbtCriteria, DbtListing, DbtNodeRef, DbtOutcome, DbtScope } from './dbt.js';
import { dbtEnvironment } from './environment.js';
import { parseEvent } from './events.js';
import type { DbtEvent } from './events.js';
import { Listing } from './listing.js';
import type { Manifest } from './manifest.js';
import { readCompiledCode, readManifest } from './manifest-reader.js';
import { outcomeOf } from './outcome.js';
import { DbtOutput } from './output.js';
import type { ProcessEnd, ProcessRequest } from './process.js';
import { copyPackages } from './packages.js';
import { prepareProfile } from './profile.js';
import type { ProfileSettings } from './profile.js';
import { Progress } from './progress.js';
import { lacksPackages } from './project-file.js';
import { readRunResults } from './run-results.js';
import { criteriaArguments, selectionArguments } from './selection-arguments.js';
import { DbtStart } from './start.js';
import { cannotStart, readVersion, supportedVersion } from './version.js';

export interface DbtSettings {
  /** Name on PATH or path of the user's dbt. */
  readonly executable: string;
  readonly connection: Connection;
  readonly profile: ProfileSettings;
  /** dbt variables for every command, as `--vars` takes them. */
  readonly vars: Readonly<Record<string, unknown>>;
  /** A private folder; profiles are written into it, each for the time of one command. */
  readonly tempDir: string;
  readonly log: Log;
  /** The job's environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock?: Clock;
  /** Stops commands that take no signal of their own. */
  readonly signal?: AbortSignal;
}

/** A dbt that leaves nothing behind once disposed of. */
export interface DisposableDbt extends Dbt {
  /** For whoever knows early that projects will be parsed: what dbt does before it looks at a project begins now. */
  warmUp(): void;
  /** Removes the profiles of commands that were cut short, and ends what `warmUp` began. */
  dispose(): Promise<void>;
}

/** dbt 2.x may take a relation over from elsewhere instead of building it. */
const BUILD_EVERYTHING = ['--no-manage-state'];

export function createDbt(settings: DbtSettings): DisposableDbt {
  return new DbtProcess(settings);
}

/** Commands that write nothing outside their artifacts, say little before they end, and come several at a time. */
const READS_THE_PROJECT: ReadonlySet<string | undefined> = new Set(['parse', 'ls']);

/** One finished dbt process with all that it said. */
interface Finished {
  readonly end: ProcessEnd;
  readonly output: DbtOutput;
}

/** Whoever wants a command's events as they come. */
interface EventReader {
  take(event: DbtEvent): void;
}

interface Invocation {
  readonly args: readonly string[];
  readonly signal: AbortSignal | undefined;
  readonly queryTag?: string;
  readonly reader?: EventReader;
  /** Whether another parse validates this code's configurations. */
  readonly isChecked?: boolean;
}

/** A process of dbt to be started; its `env` is ours alone, which the job's is put beneath. */
type Start = Omit<ProcessRequest, 'executable'> & Pick<Invocation, 'isChecked'>;

class DbtProcess implements DisposableDbt {
  readonly #settings: DbtSettings;
  readonly #profilesDir: string;
  readonly #start: DbtStart;
  /** Folder of the newest parse state by project and schema; dbt itself decides whether it still fits. */
  readonly #parsed = new Map<string, string>();
  #version: Promise<string> | undefined;

  constructor(settings: DbtSettings) {
    this.#settings = settings;
    this.#profilesDir = join(settings.tempDir, 'dbt-profiles');
    const { executable, env, tempDir, log } = settings;
    this.#start = new DbtStart({ executable, env: dbtEnvironment(env, {}), tempDir, log });
  }

  warmUp(): void {
    this.#start.warmUp();
  }

  version(): Promise<string> {
    this.#version ??= this.#readVersion();
    return this.#version;
  }

  async installPackages(projectDir: string, like?: string): Promise<void> {
    if (!(await lacksPackages(projectDir))) return;
    if (like !== undefined && (await copyPackages(like, projectDir))) return;
    const scope = { projectDir, schema: 'UNUSED', targetPath: join(this.#settings.tempDir, 'dbt-deps') };
    const { end, output } = await this.#dbt(scope, { args: ['deps'], signal: this.#settings.signal });
    this.#settings.signal?.throwIfAborted();
    if (end.exitCode === 0) return;
    throw new ActionableError(
      `"dbt deps" failed in ${projectDir}: ${output.reason()} Nothing was changed. ` +
        'Check packages.yml and that this runner may reach the package hub or the Git servers it names.',
    );
  }

  parse(scope: DbtScope): Promise<Manifest> {
    return this.#parse(scope, false);
  }

  parseChecked(scope: DbtScope): Promise<Manifest> {
    return this.#parse(scope, true);
  }

  async #parse(scope: DbtScope, isChecked: boolean): Promise<Manifest> {
    const { signal } = this.#settings;
    const { end, output } = await this.#dbt(scope, { args: ['parse', '--write-json'], signal, isChecked });
    signal?.throwIfAborted();
    if (end.exitCode !== 0) {
      await output.show(this.#settings.log, 'dbt output: parse');
      throw new ActionableError(
        `The dbt project in ${scope.projectDir} does not parse: ${output.reason()} Nothing was changed. Correct the project and run again.`,
      );
    }
    return readManifest(await readJson(join(scope.targetPath, 'manifest.json')));
  }

  async list(scope: DbtScope, criteria: DbtCriteria): Promise<DbtListing> {
    const listing = new Listing();
    const args = ['ls', ...criteriaArguments(criteria), '--output', 'json', '--output-keys', 'unique_id'];
    const { end, output } = await this.#dbt(scope, { args, signal: this.#settings.signal, reader: listing });
    this.#settings.signal?.throwIfAborted();
    if (end.exitCode === 0) return listing;
    throw new ActionableError(
      `dbt refuses the inputs select (${criteria.select.join(' ')}) and exclude (${criteria.exclude.join(' ')}): ${output.reason()} ` +
        "Nothing was changed. Write them as after dbt's own --select and --exclude, and run again.",
    );
  }

  async compile(
    scope: DbtScope,
    nodes: readonly DbtNodeRef[],
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, string>> {
    signal?.throwIfAborted();
    const { end, output } = await this.#dbt(scope, { args: ['compile', ...selectionArguments(nodes)], signal });
    signal?.throwIfAborted();
    if (end.exitCode !== 0) {
      await output.show(this.#settings.log, 'dbt output: compile');
      throw new ActionableError(`dbt could not compile ${nodes.length} nodes: ${output.reason()}`);
    }
    return readCompiledCode(await readJson(join(scope.targetPath, 'manifest.json')));
  }

  async run(command: DbtCommand, signal?: AbortSignal): Promise<DbtOutcome> {
    const { log, clock = systemClock } = this.#settings;
    signal?.throwIfAborted();
    const progress = new Progress(command, log, clock);
    progress.start();
    try {
      const args = [
        command.command,
        ...selectionArguments(command.nodes),
        ...(command.fullRefresh === true ? ['--full-refresh'] : []),
      ];
      const { end, output } = await this.#dbt(command, { args, queryTag: command.queryTag, signal, reader: progress });
      await output.show(log, `dbt output: ${command.title}`);
      signal?.throwIfAborted();
      const results = readRunResults(await readJson(join(command.targetPath, 'run_results.json')));
      return outcomeOf(command, end, results, () => output.reason());
    } finally {
      progress.stop();
    }
  }

  async dispose(): Promise<void> {
    await this.#start.stop();
    await rm(this.#profilesDir, { recursive: true, force: true });
  }

  async #readVersion(): Promise<string> {
    const lines: string[] = [];
    const { executable, tempDir } = this.#settings;
    // `dbt --version` asks the package index for newer ones: seconds where that does not answer.
    const imported = await this.#start.version(this.#settings.signal);
    this.#settings.signal?.throwIfAborted();
    if (imported !== undefined) return supportedVersion(imported);
    await mkdir(tempDir, { recursive: true });
    await this.#run({
      args: ['--version'],
      cwd: tempDir,
      env: {},
      onLine: (line) => lines.push(line),
      signal: this.#settings.signal,
    });
    this.#settings.signal?.throwIfAborted();
    return readVersion(lines.join('\n'), executable);
  }

  /** Runs one dbt command with a profile of its own and fresh artifacts. */
  async #dbt(scope: DbtScope, { args, signal, queryTag, reader, isChecked = false }: Invocation): Promise<Finished> {
    const version = await this.version();
    const { connection, profile: profileSettings } = this.#settings;
    const profile = await prepareProfile(this.#profilesDir, scope, connection, profileSettings, queryTag);
    try {
      // What an earlier command left there would be read as this one's result.
      await mkdir(scope.targetPath, { recursive: true });
      await rm(join(scope.targetPath, 'run_results.json'), { force: true });
      const output = new DbtOutput();
      const onLine = (line: string): void => {
        const event = parseEvent(line);
        output.take(line, event);
        if (event !== undefined) reader?.take(event);
      };
      // It makes no artifacts, and refuses to be told where they go: https://docs.getdbt.com/reference/commands/deps
      const artifacts = args[0] === 'deps' ? [] : this.#artifactArguments(scope, version);
      const all = [...args, ...this.#commonArguments(scope, profile.directory, profile.targetName), ...artifacts];
      const start = { args: all, cwd: scope.projectDir, env: profile.environment, onLine, signal, isChecked };
      const end = await this.#run(start);
      this.#parsed.set(parseKey(scope), scope.targetPath);
      return { end, output };
    } finally {
      await profile.remove();
    }
  }

  #commonArguments(scope: DbtScope, profilesDir: string, targetName: string | undefined): readonly string[] {
    const { vars } = this.#settings;
    return [
      ...['--project-dir', scope.projectDir, '--profiles-dir', profilesDir],
      ...(targetName === undefined ? [] : ['--target', targetName]),
      ...['--log-path', join(scope.targetPath, 'logs')],
      // Events to us; the log file beside the artifacts stays for people.
      ...['--log-format', 'json', '--log-format-file', 'text'],
      ...(Object.keys(vars).length === 0 ? [] : ['--vars', JSON.stringify(vars)]),
    ];
  }

  #artifactArguments(scope: DbtScope, version: string): readonly string[] {
    const state = version.startsWith('1.') ? this.#parseState(scope) : BUILD_EVERYTHING;
    return ['--target-path', scope.targetPath, ...state];
  }

  /** A large project takes a minute to parse, and each step has artifacts of its own. */
  #parseState(scope: DbtScope): readonly string[] {
    const earlier = this.#parsed.get(parseKey(scope));
    const state = earlier === undefined ? undefined : join(earlier, 'partial_parse.msgpack');
    return state === undefined || !existsSync(state) ? [] : ['--partial-parse-file-path', state];
  }

  async #run({ isChecked = false, ...start }: Start): Promise<ProcessEnd> {
    const { executable, env } = this.#settings;
    const request = { ...start, executable, env: dbtEnvironment(env, start.env), isChecked };
    try {
      return await (READS_THE_PROJECT.has(start.args[0]) ? this.#start.runSoon(request) : this.#start.run(request));
    } catch (cause) {
      throw cannotStart(executable, cause);
    }
  }
}

function parseKey(scope: DbtScope): string {
  return JSON.stringify([scope.projectDir, scope.schema]);
}

/** @returns undefined when the file is missing or cut short: dbt was killed before it could write it. */
async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as unknown;
  } catch (error) {
    if (error instanceof RangeError)
      throw new ActionableError(`${path} is too large to be read: ${messageOf(error)}`, { cause: error });
    return undefined;
  }
}
