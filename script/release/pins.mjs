/**
 * The commits that examples and reusable workflows pin of this repository itself. No commit can name itself, so they name an
 * earlier one that holds the same action, or the same reusable workflow.
 *
 *   node script/release/pins.mjs --check               are they what this checkout holds, and is their version package.json's?
 *   node script/release/pins.mjs --write               names the present commit wherever that is not so
 *   node script/release/pins.mjs --write OWNER/NAME    and this as the place where the repository is published
 *
 * Examples name reusable workflows, and these the action: after --write has changed the latter, commit and run it again.
 */
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const top = fileURLToPath(new URL('../../', import.meta.url));
process.chdir(top);
const { name, version } = JSON.parse(readFileSync('package.json', 'utf8'));
const [mode, repository] = process.argv.slice(2);

const PIN = new RegExp(
  String.raw`(?<=uses: )(?<repository>[\w.-]+/${name})(?<workflow>/\.github/workflows/[\w-]+\.yml)?@(?<commit>\S+)(?: # (?<version>\S+))?`,
  'g',
);
const files = [...globSync('.github/workflows/reusable-*.yml'), ...globSync('examples/workflows/**/*.yml')].sort();

/** Whether the files are the same at the commit and in this checkout (`against` undefined), or at another commit. */
function isSame(commit, against, ...paths) {
  try {
    execFileSync(
      'git',
      ['diff', '--quiet', '--end-of-options', commit, ...(against ? [against] : []), '--', ...paths],
      { stdio: 'ignore' },
    );
    return true;
  } catch {
    return false;
  }
}

/** What a pin stands for: the files that a caller of it gets. */
function pathsOf({ workflow }) {
  return workflow === undefined ? ['action.yml', 'dist'] : [workflow.slice(1)];
}

function fault(pin) {
  if (pin.version !== `v${version}`)
    return `its version is ${pin.version ?? 'not told'}, and package.json says ${version}`;
  if (!isSame(pin.commit, undefined, ...pathsOf(pin)))
    return `${pathsOf(pin).join(' or ')} differs at that commit, or the commit is unknown here`;
  return undefined;
}

function check(file, pin) {
  const found = fault(pin);
  if (found !== undefined)
    process.stdout.write(`${file}: ${pin.repository}${pin.workflow ?? ''}@${pin.commit}: ${found}.\n`);
  return found === undefined;
}

const head = execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' }).trim();

function renewed(file, pin) {
  const place = `${repository ?? pin.repository}${pin.workflow ?? ''}`;
  if (fault(pin) === undefined) return `${place}@${pin.commit} # ${pin.version}`;
  if (!isSame(head, undefined, ...pathsOf(pin)))
    process.stdout.write(`${file}: commit ${pathsOf(pin).join(' and ')}, then run this again.\n`);
  return `${place}@${head} # v${version}`;
}

let sound = true;
let count = 0;
for (const file of files) {
  const text = readFileSync(file, 'utf8');
  const written = text.replaceAll(PIN, (...found) => {
    const pin = found.at(-1);
    count += 1;
    if (mode === '--write') return renewed(file, pin);
    sound = check(file, pin) && sound;
    return found[0];
  });
  if (written !== text) writeFileSync(file, written);
}
if (!['--check', '--write'].includes(mode) || count === 0) {
  process.stderr.write(
    count === 0 ? 'release: no pin was found; see PIN in this file.\n' : 'release: --check or --write is wanted.\n',
  );
  process.exit(2);
}
process.stdout.write(
  `release: ${count} pins of this repository ${mode === '--write' ? 'written' : sound ? 'hold what is here' : 'looked at'}.\n`,
);
process.exitCode = sound ? 0 : 1;
