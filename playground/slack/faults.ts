import type { JsonObject } from "./json.js";
import type { Call } from "./types.js";

/** Something that goes wrong with one request. */
export interface Fault {
  /** `instead`: the method is not carried out. `after`: it is, yet the app learns something else. */
  readonly when: "instead" | "after";
  /** What the app gets; without it the connection is cut and the answer lost. */
  readonly answer?: {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: JsonObject;
  };
}

export const rateLimited = (retryAfter: number): Fault => ({
  when: "instead",
  answer: {
    status: 429,
    headers: { "retry-after": String(retryAfter) },
    body: { ok: false, error: "ratelimited" },
  },
});

export const brokenServer: Fault = { when: "instead", answer: { status: 500 } };
export const lostRequest: Fault = { when: "instead" };
export const lostAnswer: Fault = { when: "after" };

/** Decides for each request whether something goes wrong with it. */
export class Faults {
  readonly #rules = new Set<(call: Call) => Fault | undefined>();

  /** The first rule that names a fault wins. Returns how to take the rule away. */
  add(rule: (call: Call) => Fault | undefined): () => void {
    this.#rules.add(rule);
    return () => this.#rules.delete(rule);
  }

  /** The next `times` requests of the method meet the fault. */
  next(method: string, fault: Fault, times = 1): void {
    let left = times;
    const remove = this.add((call) => {
      if (call.method !== method) return undefined;
      left -= 1;
      if (left <= 0) remove();
      return fault;
    });
  }

  of(call: Call): Fault | undefined {
    for (const rule of this.#rules) {
      const fault = rule(call);
      if (fault) return fault;
    }
    return undefined;
  }
}
