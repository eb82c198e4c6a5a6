/** Sessions, roles and what goes on without its client. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { quoteLiteral, quoteName, quoteRelation, quoteSchema } from '../../../src/snowflake/identifiers.js';
import { rolesInSession } from '../../../src/snowflake/statements/checks.js';
import { cancelAllOfSession, identifySession, listRunning } from '../../../src/snowflake/statements/sessions.js';
import { showTables } from '../../../src/snowflake/statements/objects.js';
import { SnowflakeError } from '../../../src/snowflake/warehouse.js';
import type { Row } from '../../../src/snowflake/warehouse.js';
import { NotTried, finding } from '../assumption.js';
import type { Assumption, Finding } from '../assumption.js';
import type { Bench } from '../bench.js';

const CLIENT = fileURLToPath(new URL('../abandoned-client.ts', import.meta.url));
const RESOLVER = fileURLToPath(new URL('../../demo-parts/resolve-typescript.mjs', import.meta.url));
const PATIENCE_MS = 60_000;

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

async function blockOutlivesItsClient(bench: Bench): Promise<Finding> {
  const source = await bench.schema('SOURCE', 1);
  const slow = await bench.slowSelect(source);
  const made = { ...source, name: 'MADE_AFTERWARDS' };
  const block = `BEGIN\n${slow};\n${slow};\nCREATE TABLE ${quoteRelation(made)} ("x" NUMBER(38, 0));\nEND;`;
  const isThere = async (): Promise<boolean> =>
    (await bench.execute(showTables(source))).some((row) => row['name'] === made.name);
  await sendAndDie(`EXECUTE IMMEDIATE ${quoteLiteral(block)}`);
  if (await isThere()) throw new NotTried('The block was over before its client could be ended.');
  const until = Date.now() + PATIENCE_MS;
  while (Date.now() < until) {
    if (await isThere()) return finding(true, 'its last statement was done after its client was killed');
    await wait(500);
  }
  return finding(false, `its last statement was not done ${PATIENCE_MS / 1000} s after its client was killed`);
}

/** Sends a statement from a program of its own, and kills the program a moment later. */
async function sendAndDie(sql: string): Promise<void> {
  const client = spawn(process.execPath, ['--import', RESOLVER, CLIENT, sql], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => client.once('exit', () => resolve()));
  const sent = new Promise<void>((resolve) => client.stdout.once('data', () => resolve()));
  await Promise.race([sent, ended]);
  if (client.exitCode !== null) throw new NotTried('The program that was to send the block ended by itself.');
  await wait(700);
  client.kill('SIGKILL');
  await ended;
}

async function inheritedRolesCount(bench: Bench): Promise<Finding> {
  const child = await bench.newRole('INHERITED');
  await bench.run(`REVOKE ROLE ${quoteName(child)} FROM USER ${quoteName(bench.user)}`);
  await bench.run(`GRANT ROLE ${quoteName(child)} TO ROLE ${quoteName(bench.role)}`);
  const session = await bench.session();
  const [row] = await session.execute(rolesInSession([child, bench.role]));
  return finding(
    row?.['r0']?.toUpperCase() === 'TRUE' && row['r1']?.toUpperCase() === 'TRUE',
    `inherited: ${row?.['r0'] ?? ''}, own: ${row?.['r1'] ?? ''}`,
  );
}

function lostReplies(): Promise<Finding> {
  throw new NotTried(
    'It needs a connection that breaks between request and answer; tests do that to the local Snowflake.',
  );
}

async function severalParameters(bench: Bench): Promise<Finding> {
  const session = await bench.session();
  const run = (sql: string): Promise<readonly Row[]> => session.execute({ name: 'assumption', sql });
  await run("ALTER SESSION SET TIMESTAMP_NTZ_OUTPUT_FORMAT = 'YYYY' TIMESTAMP_TZ_OUTPUT_FORMAT = 'DD'");
  const at = "'2026-11-22 12:00:00'";
  const [row] = await run(`SELECT ${at}::TIMESTAMP_NTZ AS "ntz", ${at}::TIMESTAMP_TZ AS "tz"`);
  const shown = `${row?.['ntz'] ?? ''} and ${row?.['tz'] ?? ''}`;
  return finding(shown === '2026 and 22', `with a format for each of two types, a moment is shown as ${shown}`);
}

async function runningAreListedAndCancelled(bench: Bench): Promise<Finding> {
  const source = await bench.schema('SOURCE', 1);
  const slow = await bench.slowSelect(source);
  const tag = `assumption ${quoteSchema(source)}`;
  const runner = await bench.session({}, tag);
  const id = (await runner.execute(identifySession()))[0]?.['id'] ?? '';
  const running = runner.execute({ name: 'assumption', sql: `${slow}\nUNION ALL\n${slow}\nUNION ALL\n${slow}` }).then(
    () => 'it ran to its end',
    (error: unknown) => (error instanceof SnowflakeError ? `it ended with ${error.code}` : String(error)),
  );
  await wait(500);
  const listed = await bench.execute(listRunning(bench.database, tag));
  await bench.execute(cancelAllOfSession(id));
  const ended = await running;
  return finding(
    listed.length === 1 && ended === 'it ended with 000604',
    `${listed.length} listed under its tag while it ran; cancelled from another session ${ended}`,
  );
}

export const SESSIONS: readonly Assumption[] = [
  { number: 6, name: 'a block goes on when its client is gone', check: blockOutlivesItsClient },
  { number: 16, name: 'IS_ROLE_IN_SESSION counts inherited roles', check: inheritedRolesCount },
  { number: 17, name: 'a lost reply is found by its request id', check: lostReplies },
  { number: 19, name: 'one ALTER SESSION sets several parameters', check: severalParameters },
  { number: 20, name: 'running statements are listed and can be cancelled', check: runningAreListedAndCancelled },
];
