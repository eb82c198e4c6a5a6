/** Looks for secrets wherever a run may have written them. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Where one of the secrets shows, in any form that it may have taken: as it is, with `\n` written out as in JSON, in base64, or
 * in a URL.
 *
 * @param texts what was written, by where
 * @param folders whose files are read, whatever they are called
 */
export function whereSecretsShow(
  secrets: readonly string[],
  texts: Readonly<Record<string, string>>,
  folders: readonly string[],
): readonly string[] {
  const forms = secrets.filter((secret) => secret !== '').flatMap(formsOf);
  const shows = (text: string): boolean => forms.some((form) => text.includes(form));
  const inTexts = Object.entries(texts).flatMap(([where, text]) => (shows(text) ? [where] : []));
  const inFiles = folders.flatMap(filesUnder).filter((file) => shows(readFileSync(file, 'latin1')));
  return [...inTexts, ...inFiles];
}

function formsOf(secret: string): readonly string[] {
  const base64 = Buffer.from(secret).toString('base64');
  return [secret, JSON.stringify(secret).slice(1, -1), base64, encodeURIComponent(secret)];
}

/** Regular files, also in hidden folders; links are not followed. */
function filesUnder(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
