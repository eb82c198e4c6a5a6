/**
 * Prints the notes of a release, from CHANGELOG.md.
 *
 *   node script/release/notes.mjs v1.2.3
 *
 * Exit code 1, with the reason, when the tag is not the version of package.json or the changelog does not tell of it.
 */
import { readFileSync } from 'node:fs';
import process from 'node:process';

function fail(message) {
  process.stderr.write(`release: ${message}\n`);
  process.exit(1);
}

const top = new URL('../../', import.meta.url);
const { version } = JSON.parse(readFileSync(new URL('package.json', top), 'utf8'));
const tag = process.argv[2] ?? '';
if (tag !== `v${version}`) {
  fail(`the tag is "${tag}", and package.json says "${version}", whose tag is v${version}. Set the one to the other.`);
}

const sections = readFileSync(new URL('CHANGELOG.md', top), 'utf8').split(/^(?=## \[)/m);
const section = sections.find((text) => text.startsWith(`## [${version}]`));
const notes = section?.split('\n').slice(1).join('\n').trim() ?? '';
if (notes === '') {
  fail(
    `CHANGELOG.md has no section "## [${version}]" with a text. Give the one of what is unreleased this name and a date.`,
  );
}
process.stdout.write(`${notes}\n`);
