import type { JsonObject } from "./json.js";

/** How the app answered a command, a click or a submission. */
export type Delivery =
  | { readonly outcome: "acked"; readonly payload: JsonObject }
  /** No answer within 3 s. */
  | { readonly outcome: "operation_timeout" }
  /** Nobody was there, or (HTTP mode) what was there did not say 200. */
  | { readonly outcome: "dispatch_failed"; readonly status?: number };

export type EnvelopeType = "slash_commands" | "interactive" | "events_api";

/** A way from Slack to the app: Socket Mode or HTTP. */
export interface Courier {
  /** @param acceptsPayload whether the app may answer in its acknowledgement */
  deliver(type: EnvelopeType, payload: JsonObject, acceptsPayload: boolean): Promise<Delivery>;
}
