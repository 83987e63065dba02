import type { JsonObject } from "./json.js";

/** Slack's way to say no: HTTP 200 with `ok: false` and an error code. */
export class Refusal extends Error {
  override readonly name = "Refusal";

  constructor(
    readonly code: string,
    /** Further fields of the answer: `needed`, `errors`, `response_metadata`. */
    readonly details: JsonObject = {},
  ) {
    super(code);
  }

  get answer(): JsonObject {
    return { ok: false, error: this.code, ...this.details };
  }
}

/** A refusal that explains itself, as Slack does for blocks, views and arguments. */
export function refusalWithReasons(code: string, reasons: readonly string[]): Refusal {
  return new Refusal(code, {
    errors: reasons,
    response_metadata: { messages: reasons.map((reason) => `[ERROR] ${reason}`) },
  });
}
