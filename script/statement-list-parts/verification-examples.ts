import * as catalog from '../../src/verification/sql/catalog.js';
import { explainConditions } from '../../src/verification/sql/conditions.js';
import { fingerprintBothSides } from '../../src/verification/sql/fingerprint.js';
import { groupBothSides } from '../../src/verification/sql/group.js';
import { joinBothSides } from '../../src/verification/sql/join.js';
import { compareRowsWithoutKey } from '../../src/verification/sql/keyless.js';
import { compareLateKeys } from '../../src/verification/sql/late-keys.js';
import {
  currentRoleAmong,
  policyReferences,
  showGrantsOnAccount,
  showPolicies,
} from '../../src/verification/sql/policies.js';
import { countRowsOfBothSides } from '../../src/verification/sql/row-counts.js';
import { selectSampleRows } from '../../src/verification/sql/sample-rows.js';
import type { Sides } from '../../src/verification/sql/sides.js';
import { tagReferences } from '../../src/verification/sql/tags.js';
import { beside, besideTable, live, liveTable } from './example.js';
import type { Example, ExampleNames } from './example.js';

const ANY = 'nothing: shows what the role may see';
const SELECT = 'SELECT on both relations; a warehouse';

/** One key column and two value columns, one of them compared by its hash. */
function sides(names: ExampleNames): Sides {
  return {
    baseline: liveTable(names),
    upcoming: besideTable(names),
    key: [{ name: names.column, form: 'plain' }],
    values: [
      { name: 'AMOUNT', form: 'narrow' },
      { name: 'PAGE_URL', form: 'wide' },
    ],
    time: undefined,
    samples: 5,
  };
}

/** The statements by which two versions of a table are compared. */
export const VERIFICATION_EXAMPLES: readonly Example[] = [
  { make: (names) => catalog.showColumnsOfSchema(live(names)), needs: ANY },
  { make: (names) => catalog.showColumnsOfRelation(liveTable(names)), needs: ANY },
  { make: (names) => catalog.showTablesOfSchema(live(names)), needs: ANY },
  { make: (names) => catalog.showPrimaryKeysOfSchema(live(names)), needs: ANY },
  { make: (names) => catalog.showViewsOfSchema(live(names)), needs: ANY },
  { make: () => showPolicies('MASKING'), needs: `${ANY}, that is what it may apply` },
  { make: () => showGrantsOnAccount(), needs: 'nothing: when it is refused, the report says what was not compared' },
  { make: (names) => currentRoleAmong([names.role]), needs: 'nothing' },
  {
    make: (names) => policyReferences([{ ...live(names), name: 'HIDE' }], [live(names), beside(names)]),
    needs: 'APPLY MASKING POLICY or APPLY ROW ACCESS POLICY on the account, or APPLY on the policy; a warehouse',
  },
  { make: (names) => tagReferences([liveTable(names)]), needs: 'any privilege on the table; a warehouse' },
  { make: (names) => explainConditions(besideTable(names), ["STATUS <> 'test'"]), needs: 'SELECT on the relation' },
  { make: (names) => countRowsOfBothSides(liveTable(names), besideTable(names)), needs: SELECT },
  { make: (names) => fingerprintBothSides(sides(names)), needs: SELECT },
  { make: (names) => joinBothSides(sides(names)), needs: SELECT },
  { make: (names) => groupBothSides(sides(names)), needs: SELECT },
  { make: (names) => compareRowsWithoutKey({ ...sides(names), key: [] }), needs: SELECT },
  {
    make: (names) =>
      compareLateKeys({
        production: liveTable(names),
        upcoming: besideTable(names),
        baseline: undefined,
        key: sides(names).key,
        where: undefined,
        mayLack: [],
        samples: 5,
      }),
    needs: SELECT,
  },
  { make: (names) => selectSampleRows(sides(names), [['42']]), needs: SELECT },
];
