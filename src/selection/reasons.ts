/** Words for what changed, and the order of effects. */
import type { Effect, Reason } from './plan.js';

const STRENGTH: Readonly<Record<Effect, number>> = { metadata: 0, 'future loads': 1, rebuild: 2 };

export function weaker(a: Effect, b: Effect): Effect {
  return STRENGTH[a] <= STRENGTH[b] ? a : b;
}

/** The strongest effect of all reasons; `metadata` when there is none. */
export function strongest(reasons: readonly Reason[]): Effect {
  return reasons.reduce<Effect>((most, { effect }) => (STRENGTH[effect] > STRENGTH[most] ? effect : most), 'metadata');
}

/** One reason for each text, with the strongest effect it was given; the strongest reasons first. */
export function distinctReasons(reasons: readonly Reason[]): readonly Reason[] {
  const byText = new Map<string, Reason>();
  for (const reason of reasons) {
    const known = byText.get(reason.text);
    if (known === undefined || STRENGTH[reason.effect] > STRENGTH[known.effect]) byText.set(reason.text, reason);
  }
  return [...byText.values()].sort((a, b) => STRENGTH[b.effect] - STRENGTH[a.effect]);
}

/** A configuration value in a sentence, cut to one short line. */
export function shownValue(value: unknown): string {
  const text =
    value === undefined || value === null ? 'none' : typeof value === 'string' ? value : JSON.stringify(value);
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}

/** `a`, `a and b`, `a, b and c`; beyond `most` the rest is counted. */
export function listed(names: readonly string[], most = 3): string {
  const shown = names.length > most ? [...names.slice(0, most), `${String(names.length - most)} more`] : names;
  if (shown.length < 2) return shown.join('');
  return `${shown.slice(0, -1).join(', ')} and ${shown.at(-1) ?? ''}`;
}
