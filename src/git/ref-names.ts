/** What no part of a ref name may hold: https://git-scm.com/docs/git-check-ref-format, rules 1 to 10. */
// eslint-disable-next-line no-control-regex -- rule 4 forbids exactly these
const forbidden = /[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|^\/|\/$|\.$/;

/**
 * Whether `name` can be the name of a branch or tag, e.g. `pre-prod` or `release/2026-11`.
 *
 * Stricter than git in one point: a leading `-` is refused anywhere, because such a name could be taken for an option.
 */
export function isRefName(name: string): boolean {
  if (name === '' || name === '@' || name === 'HEAD' || forbidden.test(name)) {
    return false;
  }
  return name.split('/').every((part) => part !== '' && !/^[.-]/.test(part) && !part.endsWith('.lock'));
}

/** Whether `text` is a whole object name, SHA-1 or SHA-256. */
export function isFullSha(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

/** Whether `text` may be the beginning of an object name; such text may also be a branch's name. */
export function isShortSha(text: string): boolean {
  return /^[0-9a-f]{7,63}$/.test(text);
}
