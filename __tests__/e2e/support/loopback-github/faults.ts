/**
 * What a request meets instead of an answer.
 * `cut`: the connection is closed; `cut body`: in the middle of the answer; `silence`: nothing comes.
 */
export type Misfortune =
  | { readonly status: number; readonly message?: string; readonly headers?: Readonly<Record<string, string>> }
  | 'cut'
  | 'cut body'
  | 'silence';

export interface Fault {
  readonly method?: string;
  /** Matched with the path without the API's base, e.g. `/repos/o/r/issues/1/comments`, or `/graphql`. */
  readonly path: RegExp;
  readonly meets: Misfortune;
  /** Requests that meet it; default 1. */
  readonly times?: number;
  /** The request is carried out first, and only its answer is lost. */
  readonly afterwards?: boolean;
}

/** Faults that are waiting for their requests. */
export class FaultTable {
  #waiting: { readonly fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    this.#waiting.push({ fault, left: fault.times ?? 1 });
  }

  clear(): void {
    this.#waiting = [];
  }

  /** The oldest fault for this request, which is used up by it. */
  take(method: string, path: string): Fault | undefined {
    const hit = this.#waiting.find(
      ({ fault, left }) => left > 0 && (fault.method ?? method) === method && fault.path.test(path),
    );
    if (hit !== undefined) {
      hit.left -= 1;
    }
    return hit?.fault;
  }
}
