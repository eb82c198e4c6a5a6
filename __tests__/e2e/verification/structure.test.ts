/** What metadata tells: each case makes production, baseline and blue as Snowflake would leave them, and reads the findings. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ModelVerdict } from '../../../src/verification/verdict.js';
import { model } from '../../verification/support/manifest.js';
import { ADMIN } from '../support/local-snowflake.js';
import { QUERY_TAG, TwoSchemas } from './support/two-schemas.js';

const KEYED = { config: { unique_key: 'id' } };

let sides: TwoSchemas;
beforeAll(async () => {
  sides = await TwoSchemas.start('STRUCTURE');
}, 60_000);
afterAll(() => sides.stop());

/** Production is the baseline here: which schema it stands in plays no part in what metadata tells. */
function verify(name: string, materialized = 'incremental'): Promise<ModelVerdict> {
  const meta = { blue_green: { key: 'id' } };
  const node = model(name, materialized === 'view' ? { materialized, meta } : KEYED);
  return sides.verify(node, { planned: { production: sides.baseline(name.toUpperCase()) } });
}

async function findings(name: string, materialized?: string): Promise<readonly string[]> {
  return (await verify(name, materialized)).findings.map(({ severity, text }) => `${severity}: ${text}`);
}

/** A statement in which {side} stands for each of the two schemas in turn. */
async function makeBoth(base: string, blue: string): Promise<void> {
  await sides.run(base.replaceAll('{side}', 'STRUCTURE.BASE'), blue.replaceAll('{side}', 'STRUCTURE.BLUE'));
}

const ROW = 'AS SELECT 1 AS ID, 2 AS V';

describe('columns', () => {
  test('that may be NULL now warn, those that may not any more are shown', async () => {
    await sides.table('BASE', 'NULLS', 'ID NUMBER NOT NULL, A NUMBER NOT NULL, B NUMBER', ['1, 1, 1']);
    await sides.table('BLUE', 'NULLS', 'ID NUMBER NOT NULL, A NUMBER, B NUMBER NOT NULL', ['1, 1, 1']);
    expect(await verify('nulls')).toMatchObject({
      status: 'warned',
      schema: { nullability: ['A: NOT NULL -> nullable', 'B: nullable -> NOT NULL'], retyped: [] },
    });
    expect(await findings('nulls')).toEqual([
      'warn: NOT NULL is gone: A: NOT NULL -> nullable.',
      'info: NULLs are refused now: B: nullable -> NOT NULL.',
    ]);
  });

  test('in another order and with another comment are shown and pass', async () => {
    await sides.table('BASE', 'ORDERED', `ID NUMBER, A NUMBER COMMENT 'net', B NUMBER`, ['1, 2, 3']);
    await sides.table('BLUE', 'ORDERED', `ID NUMBER, B NUMBER, A NUMBER COMMENT 'gross'`, ['1, 3, 2']);
    expect((await verify('ordered')).status).toBe('passed');
    expect(await findings('ordered')).toEqual([
      'info: 1 column comment changed: A.',
      'info: columns stand in another order; who reads by position will notice.',
    ]);
  });
});

describe('a table as a whole', () => {
  test('that lost its clustering key or became transient warns; the other way round is shown', async () => {
    await makeBoth(
      `CREATE OR REPLACE TABLE {side}.LOST CLUSTER BY (ID) ${ROW}`,
      `CREATE OR REPLACE TRANSIENT TABLE {side}.LOST ${ROW}`,
    );
    expect(await findings('lost')).toEqual([
      'warn: it is transient now: no Fail-safe, and at most one day of Time Travel.',
      expect.stringMatching(/^warn: clustering key: LINEAR\(ID\) -> none\.$/i),
    ]);
    await makeBoth(
      `CREATE OR REPLACE TRANSIENT TABLE {side}.WON ${ROW}`,
      `CREATE OR REPLACE TABLE {side}.WON CLUSTER BY (ID) ${ROW}`,
    );
    expect(await verify('won')).toMatchObject({
      status: 'passed',
      properties: [{ property: 'kind' }, { property: 'clustering' }],
    });
  });

  test('with another owner warns, with another comment does not', async () => {
    await makeBoth(
      `CREATE OR REPLACE TABLE {side}.OWNED COMMENT = 'old' ${ROW}`,
      `CREATE OR REPLACE TABLE {side}.OWNED ${ROW}`,
    );
    const admin = await sides.server.connect(ADMIN);
    try {
      await admin.run(
        'CREATE ROLE IF NOT EXISTS STRUCTURE_SCHEDULE',
        'GRANT SELECT ON TABLE STRUCTURE.BASE.OWNED TO ROLE STRUCTURE_OWNER',
        'GRANT OWNERSHIP ON TABLE STRUCTURE.BASE.OWNED TO ROLE STRUCTURE_SCHEDULE COPY CURRENT GRANTS',
      );
    } finally {
      await admin.close();
    }
    expect(await findings('owned')).toEqual([
      expect.stringMatching(/^warn: owner: STRUCTURE_SCHEDULE -> STRUCTURE_OWNER\. .*schedule/),
      'info: its comment is gone.',
    ]);
  });

  test('that is not in production any more is compared with its baseline alone', async () => {
    await sides.table('BASE', 'ALONE', 'ID NUMBER', ['1']);
    await sides.table('BLUE', 'ALONE', 'ID NUMBER', ['1']);
    const gone = { production: sides.baseline('NOWHERE') };
    expect(await sides.verify(model('alone', KEYED), { planned: gone })).toMatchObject({
      status: 'passed',
      findings: [],
    });
  });
});

describe('a view', () => {
  beforeAll(() =>
    makeBoth(`CREATE OR REPLACE TABLE {side}.SEEN_ROWS ${ROW}`, `CREATE OR REPLACE TABLE {side}.SEEN_ROWS ${ROW}`),
  );

  test('that is not secure any more fails', async () => {
    const select = 'AS SELECT * FROM {side}.SEEN_ROWS';
    await makeBoth(
      `CREATE OR REPLACE SECURE VIEW {side}.SEEN ${select}`,
      `CREATE OR REPLACE VIEW {side}.SEEN ${select}`,
    );
    expect(await verify('seen', 'view')).toMatchObject({ status: 'failed', properties: [{ property: 'secure' }] });
    await makeBoth(
      `CREATE OR REPLACE VIEW {side}.SEEN ${select}`,
      `CREATE OR REPLACE SECURE VIEW {side}.SEEN ${select}`,
    );
    expect(await findings('seen', 'view')).toEqual(['info: the view is secure now.']);
  });

  test('that is a table now is told, and nothing else of it', async () => {
    await makeBoth(
      'CREATE OR REPLACE VIEW {side}.BUILT AS SELECT * FROM {side}.SEEN_ROWS',
      `CREATE OR REPLACE TRANSIENT TABLE {side}.BUILT CLUSTER BY (ID) ${ROW}`,
    );
    expect(await findings('built')).toEqual(['info: it is a transient table now, not a view.']);
  });
});

test('SHOW is asked once for each schema, however many models there are', async () => {
  const names = Array.from({ length: 12 }, (_, index) => `MANY_${index}`);
  for (const name of names) {
    await sides.table('BASE', name, 'ID NUMBER', ['1']);
    await sides.table('BLUE', name, 'ID NUMBER', ['1']);
  }
  const position = await sides.server.logPosition();
  const verdicts = await sides.verifyAll(names.map((name) => model(name.toLowerCase(), KEYED)));
  expect(verdicts.map(({ status }) => status)).toEqual(names.map(() => 'passed'));
  const shows = (await sides.server.log(position)).filter(
    ({ text, query_tag }) => query_tag === QUERY_TAG && /^show/i.test(text),
  );
  expect(shows.map(({ text }) => text.split(' ', 2).join(' ')).sort()).toEqual([
    'SHOW COLUMNS',
    'SHOW COLUMNS',
    'SHOW TABLES',
    'SHOW TABLES',
  ]);
});
