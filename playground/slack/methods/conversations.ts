import type { Arguments } from "../arguments.js";
import type { JsonObject } from "../json.js";
import { messageJson } from "../payloads.js";
import { tier } from "../rates.js";
import { Refusal } from "../refusal.js";
import type { Channel, Message } from "../types.js";
import { type Backstage, channelOf, type Method, requireScope } from "./method.js";

const reading = ["channels:read", "groups:read", "im:read"];
const history = ["channels:history", "groups:history", "im:history"];

export const conversationMethods: readonly Method[] = [
  { name: "conversations.info", token: "bot", scopes: reading, rates: tier(3), answer: info },
  { name: "conversations.history", token: "bot", scopes: history, rates: tier(3), answer: messages },
  { name: "conversations.replies", token: "bot", scopes: history, rates: tier(3), answer: replies },
];

const scopePrefix: Readonly<Record<Channel["kind"], string>> = {
  public: "channels",
  private: "groups",
  direct: "im",
};

function info(args: Arguments, backstage: Backstage): JsonObject {
  const channel = channelOf(args, backstage);
  requireScope(backstage, `${scopePrefix[channel.kind]}:read`);
  return { channel: channelJson(channel, backstage) };
}

/** Newest first, without replies that stay in their threads. */
function messages(args: Arguments, backstage: Backstage): JsonObject {
  const channel = readableChannel(args, backstage);
  const found = backstage.workspace.messages(channel.id).filter(within(args)).reverse();
  return page(found, args, backstage);
}

/** The parent, then its replies, oldest first. */
function replies(args: Arguments, backstage: Backstage): JsonObject {
  const channel = readableChannel(args, backstage);
  const thread = backstage.workspace.thread(channel.id, args.required("ts"));
  if (thread.length === 0) throw new Refusal("thread_not_found");
  return page(thread.filter(within(args)), args, backstage);
}

function readableChannel(args: Arguments, backstage: Backstage): Channel {
  const channel = channelOf(args, backstage);
  requireScope(backstage, `${scopePrefix[channel.kind]}:history`);
  if (!channel.members.includes(backstage.botUser)) throw new Refusal("not_in_channel");
  return channel;
}

/** Between `oldest` and `latest`; the ends themselves only when `inclusive`. */
function within(args: Arguments): (message: Message) => boolean {
  const oldest = args.number("oldest", 0);
  const latest = args.number("latest", Number.MAX_SAFE_INTEGER);
  const inclusive = args.flag("inclusive");
  return ({ ts }) => {
    const at = Number(ts);
    return inclusive ? at >= oldest && at <= latest : at > oldest && at < latest;
  };
}

function page(found: readonly Message[], args: Arguments, backstage: Backstage): JsonObject {
  const limit = Math.min(args.number("limit", 100), 999);
  const from = args.number("cursor", 0);
  const end = from + limit;
  const withMetadata = args.flag("include_all_metadata");
  return {
    messages: found.slice(from, end).map((message) => messageJson(message, backstage, withMetadata)),
    has_more: found.length > end,
    response_metadata: { next_cursor: found.length > end ? String(end) : "" },
  };
}

function channelJson(channel: Channel, { workspace, botUser }: Backstage): JsonObject {
  const { id, name, kind, archived, members, shared } = channel;
  if (kind === "direct") {
    const user = members.find((member) => member !== botUser) ?? botUser;
    return {
      id,
      is_im: true,
      is_archived: false,
      is_org_shared: false,
      user,
      context_team_id: workspace.team.id,
    };
  }
  return {
    id,
    name,
    is_channel: kind === "public",
    is_group: kind === "private",
    is_im: false,
    is_mpim: false,
    is_private: kind === "private",
    is_archived: archived,
    is_member: members.includes(botUser),
    is_ext_shared: shared === "external",
    is_pending_ext_shared: shared === "pending",
    is_org_shared: shared === "organisation",
    is_shared: shared === "external" || shared === "organisation",
    context_team_id: workspace.team.id,
    num_members: members.length,
  };
}
