/** Where the parts of this repository lie that the benchmarks run. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repositoryRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const pythonPrograms = join(repositoryRoot, '.venv', 'bin');
export const python = join(pythonPrograms, 'python');
export const dbt = join(pythonPrograms, 'dbt');
export const node = join(repositoryRoot, 'node_modules', '.bin', 'node');
