/** Sends the statement it is given, says so, and waits to be killed: see checks/sessions.ts. */
import { readConnection } from '../../src/connection-inputs.js';
import { silentLog } from '../../src/log.js';
import { createWarehouse } from '../../src/snowflake/client.js';
import { fromEnvironment } from './environment.js';

const [sql = ''] = process.argv.slice(2);
const warehouse = await createWarehouse(readConnection(fromEnvironment()), {
  queryTag: 'assumptions: abandoned',
  log: silentLog,
  concurrency: 1,
});
const running = warehouse.execute({ name: 'assumption', sql });
process.stdout.write('sent\n');
await running;
