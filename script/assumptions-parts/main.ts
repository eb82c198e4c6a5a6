/** Tries the assumptions of docs/assumptions.md on the account that the environment names. Started by script/assumptions. */
import { readConnection } from '../../src/connection-inputs.js';
import { messageOf } from '../../src/errors.js';
import type { Connection } from '../../src/snowflake/connection.js';
import { SnowflakeError } from '../../src/snowflake/warehouse.js';
import { NotTried } from './assumption.js';
import type { Assumption } from './assumption.js';
import { Bench } from './bench.js';
import { CLONES } from './checks/clones.js';
import { FUNCTIONS } from './checks/functions.js';
import { SESSIONS } from './checks/sessions.js';
import { SWITCHING } from './checks/switching.js';
import { fromEnvironment } from './environment.js';

const HELP = `script/assumptions [number]...

Tries each assumption of docs/assumptions.md (or those of the given numbers) on the Snowflake account of SNOWFLAKE_ACCOUNT,
SNOWFLAKE_USER, SNOWFLAKE_PRIVATE_KEY or SNOWFLAKE_TOKEN (with SNOWFLAKE_AUTHENTICATOR), SNOWFLAKE_DATABASE,
SNOWFLAKE_WAREHOUSE and SNOWFLAKE_ROLE, and says of each: holds, does not hold, or could not be tried.

The role needs CREATE SCHEMA on the database and the warehouse; some checks also CREATE ROLE and MANAGE GRANTS. All that is made
are schemas and roles named ASSUMPTION_…, which are dropped again. The exit code is 1 when one does not hold.
`;

const ALL: readonly Assumption[] = [...SWITCHING, ...CLONES, ...SESSIONS, ...FUNCTIONS].sort(
  (a, b) => a.number - b.number,
);

type Answer = 'holds' | 'does not hold' | 'could not be tried';

async function answerOf(connection: Connection, { check }: Assumption): Promise<readonly [Answer, string]> {
  const bench = await Bench.open(connection);
  try {
    const { holds, seen } = await check(bench);
    return [holds ? 'holds' : 'does not hold', seen];
  } catch (error) {
    if (error instanceof NotTried) return ['could not be tried', error.message];
    if (error instanceof SnowflakeError)
      return ['could not be tried', `Snowflake refused ${error.statement.sql.slice(0, 80)}…: ${error.message}`];
    throw error;
  } finally {
    await bench.close();
  }
}

async function run(numbers: readonly number[]): Promise<void> {
  const connection = readConnection(fromEnvironment());
  const counts: Record<Answer, number> = { holds: 0, 'does not hold': 0, 'could not be tried': 0 };
  for (const assumption of ALL) {
    if (numbers.length > 0 && !numbers.includes(assumption.number)) continue;
    const [answer, why] = await answerOf(connection, assumption);
    counts[answer] += 1;
    process.stdout.write(`${assumption.number}. ${assumption.name}: ${answer} (${why.replaceAll(/\s+/g, ' ')})\n`);
  }
  process.stdout.write(
    `${Object.entries(counts)
      .map(([answer, count]) => `${count} ${answer}`)
      .join(', ')}\n`,
  );
  if (counts['does not hold'] > 0) process.exitCode = 1;
}

const given = process.argv.slice(2);
const known = given.every((text) => ALL.some(({ number }) => String(number) === text));
if (given.includes('--help') || !known) {
  process.stdout.write(HELP);
  if (!given.includes('--help')) process.exitCode = 2;
} else {
  try {
    await run(given.map(Number));
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exitCode = 2;
  }
}
