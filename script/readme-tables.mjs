/**
 * Writes the tables of inputs and outputs into README.md from action.yml, between their markers.
 *   node script/readme-tables.mjs           writes
 *   node script/readme-tables.mjs --check   exits with 1 when README.md does not say what action.yml says
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { parse } from 'yaml';

const README = new URL('../README.md', import.meta.url);
const ACTION = new URL('../action.yml', import.meta.url);

function cell(text) {
  return String(text).replaceAll('|', '\\|').replaceAll(/\s+/g, ' ').trim();
}

function defaultOf(input) {
  if (input.required === true) return '**required**';
  if (input.default === undefined || input.default === '') return '';
  return `\`${input.default}\``;
}

function inputsTable(inputs) {
  const rows = Object.entries(inputs).map(
    ([name, input]) => `| \`${name}\` | ${cell(input.description)} | ${cell(defaultOf(input))} |`,
  );
  return ['| Input | What it is | Default |', '| --- | --- | --- |', ...rows].join('\n');
}

function outputsTable(outputs) {
  const rows = Object.entries(outputs).map(([name, output]) => `| \`${name}\` | ${cell(output.description)} |`);
  return ['| Output | What it is |', '| --- | --- |', ...rows].join('\n');
}

function replaceBetween(text, marker, content) {
  const [open, close] = [`<!-- ${marker}: generated from action.yml -->`, `<!-- end of ${marker} -->`];
  const [start, end] = [text.indexOf(open), text.indexOf(close)];
  if (start < 0 || end < start) throw new Error(`README.md lacks the markers "${open}" and "${close}", in this order.`);
  return `${text.slice(0, start + open.length)}\n\n${content}\n\n${text.slice(end)}`;
}

const action = parse(readFileSync(ACTION, 'utf8'));
const present = readFileSync(README, 'utf8');
const withInputs = replaceBetween(present, 'inputs', inputsTable(action.inputs));
const replaced = replaceBetween(withInputs, 'outputs', outputsTable(action.outputs));
const wanted = await format(replaced, { ...(await resolveConfig(README)), parser: 'markdown' });

if (!process.argv.includes('--check')) {
  writeFileSync(README, wanted);
} else if (present !== wanted) {
  console.error('README.md does not say what action.yml says. Run: node script/readme-tables.mjs');
  process.exitCode = 1;
}
