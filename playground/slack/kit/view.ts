import { z } from "zod";
import { isList, isObject, type Json, type JsonObject, objectsOf } from "../json.js";
import { Refusal, refusalWithReasons } from "../refusal.js";
import { faultsOf } from "./check.js";
import { plain } from "./text.js";

/** What surrounds the blocks of a view (Slack docs: modals). */
const common = {
  blocks: z.array(z.unknown()),
  private_metadata: z.string().max(3000).optional(),
  callback_id: z.string().max(255).optional(),
  external_id: z.string().max(255).optional(),
};

const frame = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("modal"),
    ...common,
    title: plain(24),
    submit: plain(24).optional(),
    close: plain(24).optional(),
    clear_on_close: z.boolean().optional(),
    notify_on_close: z.boolean().optional(),
    submit_disabled: z.boolean().optional(),
  }),
  z.strictObject({ type: z.literal("home"), ...common }),
]);

/** Of the view as JSON (Slack docs: views.open, views.publish). */
const mostBytes = 250_000;

/**
 * The view, once it passes Slack's checks.
 *
 * @throws Refusal `invalid_arguments` with a reason for every fault, or `view_too_large`
 */
export function checkedView(value: Json | undefined, type: "modal" | "home"): JsonObject {
  const reasons = isObject(value) ? faultsOfView(value, type) : ["must provide an object: view"];
  if (!isObject(value) || reasons.length > 0) throw refusalWithReasons("invalid_arguments", reasons);
  if (Buffer.byteLength(JSON.stringify(value)) > mostBytes) throw new Refusal("view_too_large");
  return value;
}

function faultsOfView(view: JsonObject, type: "modal" | "home"): string[] {
  const reasons: string[] = [];
  if (view.type !== type) reasons.push(`must be ${type} [json-pointer:/view/type]`);
  for (const issue of frame.safeParse(view).error?.issues ?? []) {
    reasons.push(`${issue.message} [json-pointer:/view/${issue.path.join("/")}]`);
  }
  if (isList(view.blocks)) reasons.push(...faultsOf(view.blocks, type, "/view/blocks"));
  const asks = objectsOf(view.blocks).some((block) => block.type === "input");
  if (type === "modal" && asks && !view.submit) {
    reasons.push("missing required field: submit [json-pointer:/view]");
  }
  return reasons;
}
