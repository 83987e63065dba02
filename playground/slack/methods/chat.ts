import type { Arguments } from "../arguments.js";
import { isList, type JsonObject, objectsOf } from "../json.js";
import { checkedBlocks } from "../kit/check.js";
import { messageJson } from "../payloads.js";
import { generous, postingRate, tier } from "../rates.js";
import { Refusal } from "../refusal.js";
import type { Channel, Draft, Message } from "../types.js";
import { type Backstage, channelOf, type Method, userOf, writableChannel } from "./method.js";

/** Longer texts are cut when posted, and refused when updated (Slack docs: chat.postMessage, chat.update). */
const longestPost = 40_000;
const longestUpdate = 4_000;
const mostAttachments = 100;

export const chatMethods: readonly Method[] = [
  { name: "chat.postMessage", token: "bot", scopes: ["chat:write"], rates: postingRate, answer: postMessage },
  { name: "chat.update", token: "bot", scopes: ["chat:write"], rates: tier(3), answer: update },
  { name: "chat.delete", token: "bot", scopes: ["chat:write"], rates: tier(3), answer: remove },
  { name: "chat.postEphemeral", token: "bot", scopes: ["chat:write"], rates: tier(4), answer: postEphemeral },
  { name: "chat.getPermalink", token: "bot", scopes: [], rates: generous, answer: getPermalink },
];

function postMessage(args: Arguments, backstage: Backstage): JsonObject {
  const channel = writableChannel(args, backstage);
  const draft = filledDraft(args);
  const thread = threadOf(args, channel, backstage);
  const message = backstage.workspace.post(channel.id, backstage.botUser, { ...draft, ...thread });
  return { channel: channel.id, ts: message.ts, message: messageJson(message, backstage) };
}

function postEphemeral(args: Arguments, backstage: Backstage): JsonObject {
  const channel = writableChannel(args, backstage);
  const user = userOf(args, backstage);
  if (!channel.members.includes(user.id)) throw new Refusal("user_not_in_channel");
  const thread = threadOf(args, channel, backstage);
  const draft = { ...filledDraft(args), ...thread };
  const message = backstage.workspace.post(channel.id, backstage.botUser, draft, user.id);
  return { message_ts: message.ts };
}

/** Text without blocks takes the blocks away; attachments and metadata stay unless named (Slack docs: chat.update). */
function update(args: Arguments, backstage: Backstage): JsonObject {
  const channel = channelOf(args, backstage);
  if (channel.archived) throw new Refusal("is_inactive");
  const draft = draftOf(args);
  if ((draft.text?.length ?? 0) > longestUpdate) throw new Refusal("msg_too_long");
  const before = ownMessage(args.required("ts"), channel, backstage);
  if (draft.text === undefined && !draft.blocks && !draft.attachments) throw new Refusal("no_text");
  const blocks = draft.blocks ?? (draft.text === undefined ? before.blocks : []);
  const broadcast = args.flag("reply_broadcast") && before.threadTs !== undefined;
  const message = backstage.workspace.edit(before, { ...draft, blocks, broadcast });
  return {
    channel: channel.id,
    ts: message.ts,
    text: message.text,
    message: messageJson(message, backstage),
  };
}

function remove(args: Arguments, backstage: Backstage): JsonObject {
  const channel = channelOf(args, backstage);
  const message = ownMessage(args.required("ts"), channel, backstage, "cant_delete_message");
  backstage.workspace.delete(message);
  return { channel: channel.id, ts: message.ts };
}

function getPermalink(args: Arguments, backstage: Backstage): JsonObject {
  const channel = channelOf(args, backstage);
  const message = publicMessage(args.required("message_ts"), channel, backstage);
  const { domain } = backstage.workspace.team;
  const thread = message.threadTs ? `?thread_ts=${message.threadTs}&cid=${channel.id}` : "";
  const permalink = `https://${domain}.slack.com/archives/${channel.id}/p${message.ts.replace(".", "")}${thread}`;
  return { channel: channel.id, permalink };
}

function publicMessage(ts: string, channel: Channel, { workspace }: Backstage): Message {
  const message = workspace.find(channel.id, ts);
  if (!message || message.onlyFor) throw new Refusal("message_not_found");
  return message;
}

function ownMessage(
  ts: string,
  channel: Channel,
  backstage: Backstage,
  error = "cant_update_message",
): Message {
  const message = publicMessage(ts, channel, backstage);
  if (message.user !== backstage.botUser) throw new Refusal(error);
  return message;
}

/** A reply names its thread's parent; a deleted parent keeps its thread as long as there are replies. */
function threadOf(args: Arguments, channel: Channel, { workspace }: Backstage): Draft {
  const threadTs = args.text("thread_ts");
  if (!threadTs) return {};
  const isReply = workspace.find(channel.id, threadTs)?.threadTs !== undefined;
  if (isReply || workspace.thread(channel.id, threadTs).length === 0) {
    throw new Refusal("cannot_reply_to_message");
  }
  return { threadTs, broadcast: args.flag("reply_broadcast") };
}

function filledDraft(args: Arguments): Draft {
  const draft = draftOf(args);
  if (!draft.text && !draft.blocks?.length && !draft.attachments?.length) throw new Refusal("no_text");
  return { ...draft, text: (draft.text ?? "").slice(0, longestPost) };
}

/** The parts of a message that the request names, checked. */
export function draftOf(args: Arguments): Draft {
  const text = args.text("text");
  const blocks = args.json("blocks");
  const attachments = args.json("attachments");
  const metadata = args.object("metadata", "invalid_metadata_format");
  return {
    ...(text !== undefined && { text }),
    ...(blocks !== undefined && { blocks: checkedBlocks(blocks, "message") }),
    ...(attachments !== undefined && { attachments: checkedAttachments(attachments) }),
    ...(metadata && { metadata }),
  };
}

function checkedAttachments(value: JsonObject[string]): readonly JsonObject[] {
  if (!isList(value)) throw new Refusal("invalid_attachments");
  if (value.length > mostAttachments) throw new Refusal("too_many_attachments");
  const attachments = objectsOf(value);
  for (const [index, { blocks }] of attachments.entries()) {
    if (blocks !== undefined) checkedBlocks(blocks, "message", `/attachments/${index}/blocks`);
  }
  return attachments;
}
