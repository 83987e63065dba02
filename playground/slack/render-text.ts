import { formatDate } from "./render-date.js";
import type { Channel, Group, User } from "./types.js";

/** What the renderer must know besides the message. */
export interface RenderOptions {
  /** Who and what the ids in mentions stand for; a Workspace will do. */
  readonly names: {
    readonly users: ReadonlyMap<string, Pick<User, "name" | "realName">>;
    readonly groups: ReadonlyMap<string, Pick<Group, "handle">>;
    readonly channels: ReadonlyMap<string, Pick<Channel, "name">>;
  };
  /** Real time in milliseconds: "5 minutes ago", "today". */
  readonly now: number;
  /** IANA name; UTC unless given. */
  readonly timeZone?: string;
}

const emojis: Readonly<Record<string, string>> = {
  white_check_mark: "✅",
  heavy_check_mark: "✔",
  x: "❌",
  no_entry: "⛔",
  warning: "⚠",
  rotating_light: "🚨",
  hourglass_flowing_sand: "⏳",
  large_blue_circle: "🔵",
  large_green_circle: "🟢",
  large_yellow_circle: "🟡",
  red_circle: "🔴",
  white_circle: "⚪",
  calendar: "📅",
  double_vertical_bar: "⏸",
  fast_forward: "⏩",
  hourglass: "⌛",
  information_source: "ℹ",
  leftwards_arrow_with_hook: "↩",
  lock: "🔒",
  no_entry_sign: "🚫",
  question: "❓",
  snowflake: "❄",
  unlock: "🔓",
};

/** Slack's mrkdwn as plain text: mentions by name, dates in words, no formatting marks. */
export function renderMrkdwn(mrkdwn: string, options: RenderOptions): string {
  const spoken = mrkdwn
    .replace(/```([\s\S]*?)```/g, "$1")
    .replace(/`([^`\n]+)`/g, "$1")
    .replace(/(^|[\s(>])\*([^*\n]+)\*(?=$|[\s).,:;!?·])/gm, "$1$2")
    .replace(/(^|[\s(>])_([^_\n]+)_(?=$|[\s).,:;!?·])/gm, "$1$2")
    .replace(/:([a-z0-9_+-]+):/g, (whole, name: string) => emojis[name] ?? whole);
  return unescaped(
    spoken.replace(/<([^<>]+)>/g, (_whole, inside: string) => renderReference(inside, options)),
  );
}

export function renderEmoji(name: string): string {
  return emojis[name] ?? `:${name}:`;
}

/** What stands between < and >: a mention, a date, a link. */
function renderReference(inside: string, options: RenderOptions): string {
  const [target = "", label] = inside.split("|");
  if (target.startsWith("@")) return mentionUser(target.slice(1), options);
  if (target.startsWith("#")) return mentionChannel(target.slice(1), options);
  if (target.startsWith("!subteam^")) return mentionGroup(target.slice("!subteam^".length), options);
  if (target.startsWith("!date^")) {
    const [, seconds = "", format = ""] = target.split("^");
    return formatDate(Number(seconds), format, options) ?? label ?? "";
  }
  if (target.startsWith("!")) return `@${target.slice(1)}`;
  return label || target;
}

export function mentionUser(id: string, { names }: RenderOptions): string {
  return `@${names.users.get(id)?.name ?? id}`;
}

export function mentionGroup(id: string, { names }: RenderOptions): string {
  return `@${names.groups.get(id)?.handle ?? id}`;
}

export function mentionChannel(id: string, { names }: RenderOptions): string {
  return `#${names.channels.get(id)?.name ?? id}`;
}

function unescaped(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
