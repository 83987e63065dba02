import type { Arguments } from "../arguments.js";
import type { Interactions } from "../interactions.js";
import type { JsonObject } from "../json.js";
import type { Rate, RateLimiter } from "../rates.js";
import { Refusal } from "../refusal.js";
import type { Channel, User } from "../types.js";
import type { Workspace } from "../workspace.js";

/** What stands behind every method: the workspace and who the app is in it. */
export interface Backstage {
  readonly workspace: Workspace;
  readonly interactions: Interactions;
  readonly limiter: RateLimiter;
  /** What the bot token may do. */
  readonly scopes: ReadonlySet<string>;
  readonly appId: string;
  readonly botId: string;
  readonly botUser: string;
  /** A fresh address for one Socket Mode connection. */
  connectionUrl(): string;
}

/** One method of the Web API. */
export interface Method {
  readonly name: string;
  readonly token: "bot" | "app";
  /** Any one of these opens the method; none is needed where the list is empty. */
  readonly scopes: readonly string[];
  readonly rates: readonly Rate[];
  /** The answer without `ok: true`. @throws Refusal */
  answer(args: Arguments, backstage: Backstage): JsonObject;
}

export function requireScope(backstage: Backstage, ...anyOf: readonly string[]): void {
  if (anyOf.length === 0 || anyOf.some((scope) => backstage.scopes.has(scope))) return;
  throw new Refusal("missing_scope", { needed: anyOf.join(","), provided: [...backstage.scopes].join(",") });
}

/** A channel the app may know of: a private one is invisible to those outside. */
export function channelOf(args: Arguments, backstage: Backstage): Channel {
  const channel = backstage.workspace.channels.get(args.required("channel"));
  const hidden = channel?.kind !== "public" && !channel?.members.includes(backstage.botUser);
  if (!channel || hidden) throw new Refusal("channel_not_found");
  return channel;
}

/** Where the app may write. A user's id stands for the direct conversation with that user. */
export function writableChannel(args: Arguments, backstage: Backstage): Channel {
  const { workspace, botUser } = backstage;
  const user = workspace.users.get(args.required("channel"));
  const channel = user ? workspace.directChannel(user, botUser) : channelOf(args, backstage);
  if (channel.archived) throw new Refusal("is_archived");
  const uninvited = channel.kind === "public" && backstage.scopes.has("chat:write.public");
  if (!channel.members.includes(botUser) && !uninvited) throw new Refusal("not_in_channel");
  return channel;
}

export function userOf(args: Arguments, backstage: Backstage): User {
  const user = backstage.workspace.users.get(args.required("user"));
  if (!user) throw new Refusal("user_not_found");
  return user;
}
