/** Who may do what in the production schema of a shop: what each role gets when it tries, and what SHOW GRANTS lists. */
import type { Session } from '../../support/local-snowflake.js';
import type { Shop } from '../../support/shop.js';

/** A user of one role, with a session of its own. */
export interface Person {
  readonly role: string;
  readonly session: Session;
}

const PASSWORD = 'knows';

/** Makes a role that may use nothing but the database, and a user of it. */
export async function newPerson(shop: Shop, name: string): Promise<Person> {
  const { database } = shop.warehouse;
  const role = `${name}_${database}`;
  await shop.admin.run(
    `create role ${role}`,
    `grant usage on database ${database} to role ${role}`,
    `grant usage on warehouse SHOP_WAREHOUSE to role ${role}`,
    `create user ${role} password = '${PASSWORD}' default_role = ${role}`,
    `grant role ${role} to user ${role}`,
  );
  const session = await shop.server.connect({ username: role, password: PASSWORD, role, warehouse: 'SHOP_WAREHOUSE' });
  return { role, session };
}

/** For each person and object, whether a read succeeds: `MARKETING reads ORDERS` or `MARKETING may not read ORDERS`. */
export async function readsOf(
  shop: Shop,
  people: readonly Person[],
  relations: readonly string[],
): Promise<readonly string[]> {
  const told: string[] = [];
  for (const { role, session } of people) {
    for (const relation of relations) {
      const read = session.query(`select * from ${shop.warehouse.database}.PUBLIC.${relation} limit 1`);
      const outcome = await read.then(
        () => 'reads',
        () => 'may not read',
      );
      told.push(`${role} ${outcome} ${relation}`);
    }
  }
  return told;
}

/** Everything that SHOW GRANTS lists on the production schema, on what stands in it, and on what will; without who granted it. */
export async function grantsOf(shop: Shop, relations: Readonly<Record<string, 'table' | 'view'>>): Promise<string[]> {
  const schema = `${shop.warehouse.database}.PUBLIC`;
  const lists = [
    ['', `show grants on schema ${schema}`],
    ['future', `show future grants in schema ${schema}`],
    ...Object.entries(relations).map(([name, kind]) => [name, `show grants on ${kind} ${schema}.${name}`]),
  ] as const;
  const told = await Promise.all(
    lists.map(async ([on = '', statement = '']) => {
      const rows = await shop.admin.query(statement);
      return rows.map((row) => {
        const to = row['granted_to'] ?? row['grant_to'];
        const option = String(row['grant_option']) === 'true' ? ' with grant option' : '';
        const what = on === 'future' ? `future ${String(row['grant_on'])}` : on === '' ? 'the schema' : on;
        return `${String(row['privilege'])} on ${what} to ${String(to)} ${String(row['grantee_name'])}${option}`;
      });
    }),
  );
  return told.flat().sort();
}
