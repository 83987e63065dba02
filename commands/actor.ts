import type { BlockAction, BlockSuggestion, SlashCommand } from "@slack/bolt";
import type { Actor, Entry } from "../src/authority.js";
import {
  digestUpgradeAction,
  snoozeActions,
  snoozeAllActions,
  wakeAction,
  wakeAllAction,
} from "../src/slack/views/digest-actions.js";

/** Who it was, and where, as Slack's request says it. */

/** What every request but a command says of who sent it. An app of a whole organisation may be told no team. */
interface Sent {
  readonly user: { readonly id: string; readonly team_id?: string | undefined };
  readonly team: { readonly id: string } | null;
}

export function whoTyped({ user_id: user, team_id: team, channel_id: channel }: SlashCommand): Actor {
  return { user, team, entry: "command", channel };
}

/** A click. One in a message whose channel is not told came from nowhere that orders are taken. */
export function whoClicked(body: BlockAction, action: string): Actor {
  const who = personOf(body);
  if (body.view) return { ...who, entry: body.view.type === "home" ? "home" : "form" };
  const channel = body.channel?.id ?? body.container?.channel_id;
  const entry: Entry = digestActions.has(action) ? "digest" : "button";
  return { ...who, entry, channel: typeof channel === "string" ? channel : "" };
}

export function whoSent(body: Sent): Actor {
  return { ...personOf(body), entry: "form" };
}

/** Where a form is opened, for it to remember: nothing else tells when it is sent. None for Home. */
export function placeOf({ channel }: Pick<Actor, "channel">): { channel?: string } {
  return channel === undefined ? {} : { channel };
}

/** Where a form was opened, as it remembers it. */
export function openedIn({ private_metadata: channel }: { readonly private_metadata: string }): {
  channel?: string;
} {
  return channel === "" ? {} : { channel };
}

/** What a menu asks with every letter. */
export function whoSearches(body: Pick<BlockSuggestion, "user" | "team" | "channel">): Actor {
  return { ...personOf(body), entry: "menu", ...(body.channel && { channel: body.channel.id }) };
}

const digestActions: ReadonlySet<string> = new Set([
  ...[digestUpgradeAction, wakeAction, wakeAllAction],
  ...[...snoozeActions, ...snoozeAllActions].map(([action]) => action),
]);

/** People of shared channels belong to another team than the one the app is installed in. */
function personOf({ user, team }: Sent): Pick<Actor, "user" | "team"> {
  return { user: user.id, team: user.team_id ?? team?.id ?? "" };
}
