import type { Example } from './example.js';
import { PLAIN_NAMES } from './example.js';
import type { StatementFunction, StatementSources } from './sources.js';

/** The files that make statements, in the order of the page, under the words that people know them by. */
const CHAPTERS: Readonly<Record<string, string>> = {
  'src/snowflake/statements/sessions.ts': 'Sessions',
  'src/snowflake/statements/schemas.ts': 'Schemas, and the switch',
  'src/snowflake/statements/objects.ts': 'Tables, views and what else stands in a schema',
  'src/snowflake/statements/grants.ts': 'Grants',
  'src/snowflake/statements/policies.ts': 'Policies',
  'src/snowflake/statements/tags.ts': 'Tags',
  'src/snowflake/statements/history.ts': 'The history of deployments',
  'src/snowflake/statements/checks.ts': 'Roles, and checks of the project',
  'src/verification/sql': 'Verification',
};

const INTRODUCTION = `# Every statement that this action issues

Made by \`script/statement-list\` from the functions that make the statements: what each is for is its docstring, the modes are those
that can come to call it, and each example is what the function really gives for plain names. \`deploy\` is \`build\` and \`swap\`. A
statement that is not listed here fails \`script/test\`.

Beside these, dbt sends its own statements under the same role: in the upcoming schema while it builds, and in the production
schema when views are re-pointed and tests run after the switch. Names are always quoted as Snowflake stores them, and values are
bound (\`?\`) or written as escaped literals.
`;

/** What keeps the page from being whole, in words for the person who added a statement; empty when nothing does. */
export function flawsOf(sources: StatementSources, examples: readonly Example[]): readonly string[] {
  const given = examples.map(({ make }) => make(PLAIN_NAMES).name);
  const made = sources.functions.map(({ name }) => name);
  return [
    ...sources.unnamed.map(
      (place) => `${place} makes a statement outside of a function of that name: give it a function of its own.`,
    ),
    ...sources.functions
      .filter(({ name }) => !given.includes(name))
      .map(({ name, file }) => `${name} (${file}) has no example in script/statement-list-parts/examples.ts.`),
    ...sources.functions
      .filter(({ docstring }) => purposeOf(docstring) === '')
      .map(({ name, file }) => `${name} (${file}) has no docstring that says what it is for.`),
    ...sources.functions
      .filter(({ file }) => chapterOf(file) === undefined)
      .map(({ name, file }) => `${name} (${file}) stands in none of the folders for statements.`),
    ...given.filter((name) => !made.includes(name)).map((name) => `The example of ${name} is of no function in src/.`),
    ...given.filter((name, index) => given.indexOf(name) !== index).map((name) => `${name} has two examples.`),
  ];
}

/** The page, before it is laid out by prettier. @throws Error when an example is missing: see `flawsOf` */
export function statementsPage(sources: StatementSources, examples: readonly Example[]): string {
  const chapters = Object.entries(CHAPTERS).map(([folder, title]) => {
    const sections = sources.functions
      .filter(({ file }) => chapterOf(file) === folder)
      .map((statement) => section(statement, exampleOf(statement, examples)));
    return [`## ${title}`, ...sections].join('\n\n');
  });
  return [INTRODUCTION, ...chapters].join('\n');
}

function chapterOf(file: string): string | undefined {
  return Object.keys(CHAPTERS).find((folder) => file === folder || file.startsWith(`${folder}/`));
}

function exampleOf({ name }: StatementFunction, examples: readonly Example[]): Example {
  const found = examples.find(({ make }) => make(PLAIN_NAMES).name === name);
  if (found === undefined) throw new Error(`${name} has no example.`);
  return found;
}

function section(statement: StatementFunction, { make, needs }: Example): string {
  const { sql, binds } = make(PLAIN_NAMES);
  const bound = binds === undefined ? [] : [`- Bound: ${binds.map((value) => `\`${String(value)}\``).join(', ')}`];
  return [
    `### ${statement.name}`,
    `${purposeOf(statement.docstring)}.`,
    [`- Issued by: ${issuedBy(statement)}`, `- Needs: ${needs}`, ...bound].join('\n'),
    `\`\`\`sql\n${sql}\n\`\`\``,
  ].join('\n\n');
}

/** The docstring's first sentence. */
function purposeOf(docstring: string): string {
  const [first = ''] = docstring.split(/(?<=[.?!])\s+(?=[A-Z]|https?:)|\s+(?=https?:)/);
  return first.replace(/\.$/, '').trim();
}

function issuedBy({ modes, outsideModes }: StatementFunction): string {
  if (modes.length === 0) return outsideModes ? 'every run, at its login or when its job is cancelled' : 'nothing yet';
  return modes.map((mode) => `\`${mode}\``).join(', ');
}
