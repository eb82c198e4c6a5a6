/** The known name that a misspelt one is nearest to; undefined when none is near. */
export function nearestName(written: string, known: readonly string[]): string | undefined {
  const normal = written.toLowerCase().replaceAll(/[-\s]/g, '_');
  const candidates = known.map((name) => ({ name, distance: editDistance(normal, name) }));
  const best = candidates.toSorted((a, b) => a.distance - b.distance)[0];
  // Three letters wrong in a name of four is another word.
  return best !== undefined && best.distance <= Math.min(3, best.name.length / 2) ? best.name : undefined;
}

/** Levenshtein distance, one row of its table at a time. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replace = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(replace, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
