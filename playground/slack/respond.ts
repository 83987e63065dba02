import { Arguments } from "./arguments.js";
import type { ResponseUrl } from "./interactions.js";
import type { JsonObject } from "./json.js";
import { draftOf } from "./methods/chat.js";
import type { Backstage } from "./methods/method.js";
import { postingRate } from "./rates.js";
import { Refusal } from "./refusal.js";
import type { Message } from "./types.js";

/**
 * A post to a response URL: ephemeral unless it says otherwise, and free of the channel's membership rules
 * (Slack docs: handling user interaction). @throws Refusal
 */
export function respond(urlId: string, args: Arguments, backstage: Backstage): void {
  const target = backstage.interactions.redeemResponseUrl(urlId);
  const original = target.original && backstage.workspace.find(target.channel, target.original);
  if (args.flag("delete_original")) {
    if (original) backstage.workspace.delete(original);
    return;
  }
  write(target, original || undefined, args, backstage);
}

function write(
  { channel, user }: ResponseUrl,
  original: Message | undefined,
  args: Arguments,
  backstage: Backstage,
): void {
  const { workspace, botUser, limiter } = backstage;
  const draft = draftOf(args);
  if (!draft.text && !draft.blocks?.length && !draft.attachments?.length) throw new Refusal("no_text");
  if (args.flag("replace_original") && original) {
    workspace.edit(original, { ...draft, blocks: draft.blocks ?? [] });
    return;
  }
  const threadTs = args.text("thread_ts");
  const placed = { ...draft, ...(threadTs && { threadTs }) };
  if (args.text("response_type") !== "in_channel") {
    workspace.post(channel, botUser, placed, user);
    return;
  }
  const wait = limiter.take("chat.postMessage", postingRate, new Arguments({ channel }));
  if (wait > 0) throw new Refusal("ratelimited", { retry_after: wait });
  workspace.post(channel, botUser, placed);
}

/** What the app put into its acknowledgement of a command, shown as Slack would. */
export function showAck(payload: JsonObject, target: ResponseUrl, backstage: Backstage): void {
  if (Object.keys(payload).length === 0) return;
  try {
    write(target, undefined, new Arguments(payload), backstage);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    backstage.workspace.warn(target.channel, target.user, `invalid_command_response (${error.code})`);
  }
}
