/**
 * Builds dist/: the action as GitHub runs it, one file and the licences of what it contains.
 *
 *   node script/build.mjs           writes dist/
 *   node script/build.mjs --check   compares dist/ with what the sources give; exit code 1 names what differs
 *
 * The same sources give the same bytes: nothing of the machine, the time or the folder goes in.
 */
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { build } from 'esbuild';

const TOP = fileURLToPath(new URL('..', import.meta.url));
const DIST = path.join(TOP, 'dist');
/** Every job downloads it. */
const MOST_BYTES = 5_000_000;

/**
 * CommonJS, because snowflake-sdk reads `__dirname` at start-up, which ES modules lack. An `import()` of a bundled
 * package still runs only when it is reached, so the driver is loaded by the modes that need it.
 */
async function bundle() {
  const result = await build({
    absWorkingDir: TOP,
    entryPoints: ['src/index.ts'],
    outfile: 'dist/index.cjs',
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    minify: true,
    // Class and function names appear in error messages of the libraries and in stack traces.
    keepNames: true,
    charset: 'utf8',
    legalComments: 'none',
    // A program for the user's Python (src/python-text.d.ts).
    loader: { '.py': 'text' },
    define: { 'process.env.NODE_ENV': '"production"' },
    alias: {
      // fetch-blob's fallback for a Node without web streams, which Node 24 is not: https://github.com/node-fetch/fetch-blob
      'web-streams-polyfill': 'node:stream/web',
      // The driver shows times in the zone of the session, which is UTC for all of ours: zones as they were a century ago are 0.6 MB.
      'moment-timezone': 'moment-timezone/builds/moment-timezone-with-data-1970-2030.js',
    },
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
  const [file] = result.outputFiles;
  return { code: file.contents, packages: packagesOf(Object.keys(result.metafile.inputs)) };
}

/** Folders (`node_modules/a/node_modules/@b/c`) of the packages that gave at least one file. */
function packagesOf(inputs) {
  const folders = inputs.map((input) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1]);
  return [...new Set(folders.filter((folder) => folder !== undefined))].sort();
}

async function licenceOf(folder) {
  const { name, version, license } = JSON.parse(await readFile(path.join(TOP, folder, 'package.json'), 'utf8'));
  const files = (await readdir(path.join(TOP, folder))).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
  const texts = await Promise.all(files.sort().map((file) => readFile(path.join(TOP, folder, file), 'utf8')));
  const terms = texts.length > 0 ? texts.join('\n') : `Licence as its package.json states it: ${license}\n`;
  return `${name} ${version}\n\n${terms.replaceAll('\r\n', '\n').trim()}\n`;
}

/** Most licences ask that their text goes along with a copy: the bundle is one. */
async function licences(packages) {
  const texts = new Set(await Promise.all(packages.map(licenceOf)));
  const line = '-'.repeat(80);
  return Buffer.from(`Packages inside index.cjs, and their licences.\n\n${[...texts].join(`\n${line}\n\n`)}`);
}

async function outputs() {
  const { code, packages } = await bundle();
  if (code.length > MOST_BYTES) throw new Error(`index.cjs has ${code.length} bytes, more than ${MOST_BYTES}.`);
  return new Map([
    ['index.cjs', Buffer.from(code)],
    ['licenses.txt', await licences(packages)],
  ]);
}

async function write(files) {
  await rm(DIST, { recursive: true, force: true });
  await mkdir(DIST);
  for (const [name, content] of files) {
    await writeFile(path.join(DIST, name), content);
    console.log(`dist/${name}  ${(content.length / 1024).toFixed(0)} KiB`);
  }
}

async function check(files) {
  const present = await readdir(DIST).catch(() => []);
  const stray = present.filter((name) => !files.has(name));
  const wrong = [];
  for (const [name, content] of files) {
    const committed = await readFile(path.join(DIST, name)).catch(() => undefined);
    if (committed === undefined || !content.equals(committed)) wrong.push(name);
  }
  if (stray.length + wrong.length === 0) {
    console.log(`dist/ is what the sources give (${[...files.keys()].join(', ')}).`);
    return;
  }
  for (const name of wrong) console.error(`dist/${name} is not what the sources give.`);
  for (const name of stray) console.error(`dist/${name} is not built by anything.`);
  console.error('Run "npm run build" and commit dist/.');
  process.exitCode = 1;
}

const files = await outputs();
if (process.argv.includes('--check')) await check(files);
else await write(files);
