import type { Fleet } from "../fleet.js";
import type { ChannelSeen, PersonSeen, SlackInspection } from "../slack/inspection.js";
import { isSlackTrouble } from "../slack/trouble.js";
import { attempt } from "./attempt.js";
import { type Finding, failed, lacking, ok, untried } from "./finding.js";
import { type ChannelUses, channelsIn, idsIn } from "./named.js";

/** Each channel can be written to. */
export async function channels(slack: SlackInspection, fleet: Fleet, bot: string): Promise<Finding[]> {
  const invite = `Type "/invite @${bot}" in the channel.`;
  const tried = channelsIn(fleet).map(({ id, by, ...uses }) =>
    attempt(() => slack.channel(id), {
      title: `channel ${id} (${by})`,
      found: (channel) => channelFinding(channel, uses, invite),
      failed: (error) => channelTrouble(error, invite),
    }),
  );
  return (await Promise.all(tried)).flatMap(({ findings }) => findings);
}

function channelFinding(
  { name, archived, member, shared }: ChannelSeen,
  { orders, posts }: ChannelUses,
  invite: string,
): Finding {
  if (archived) return failed(`#${name} is archived`, "Restore it, or name another in fleet.yaml.");
  if (!member && posts) return failed(`the bot is not in #${name}`, invite);
  const own = "Name a channel of your own in fleet.yaml.";
  const why = `#${name} is shared with another organisation`;
  if (shared && orders) return failed(`${why}, and orders are refused there`, own);
  if (shared) return lacking(`${why}, which reads along`, own);
  return ok(member ? `#${name}, and the bot is in it` : `#${name}`);
}

function channelTrouble(error: unknown, invite: string): Finding | undefined {
  if (!isSlackTrouble(error)) return undefined;
  if (error.code === "channel_not_found") {
    const next = `If it is private: ${invite} Else correct the id in fleet.yaml (channel details, at the bottom).`;
    return failed("the bot sees no such channel", next);
  }
  if (error.code !== "missing_scope") return undefined;
  return lacking(
    "not looked at, without scope channels:read (for a private channel groups:read)",
    `Grant the scope, and see that the bot is in it. ${invite}`,
  );
}

/** People who are named by id are still there, and may act. */
export async function people(slack: SlackInspection, fleet: Fleet): Promise<Finding[]> {
  const tried = idsIn(fleet, "users").map(({ id, by, acts }) =>
    attempt(() => slack.person(id), {
      title: `person ${id} (${by})`,
      found: (person) => personFinding(person, acts),
      failed: personTrouble,
    }),
  );
  return (await Promise.all(tried)).flatMap(({ findings }) => findings);
}

function personFinding({ name, deactivated, guest, bot }: PersonSeen, acts: boolean): Finding {
  const replace = "Name somebody else in fleet.yaml.";
  if (deactivated) return failed(`@${name} is deactivated`, replace);
  if (bot) return failed(`@${name} is a bot, which presses no buttons`, replace);
  if (!guest) return ok(`@${name}`);
  if (acts) return failed(`@${name} is a guest, whom the bot refuses`, replace);
  return lacking(`@${name} is a guest`, "Make sure that this is meant.");
}

const unknown = new Set(["user_not_found", "users_not_found"]);
const place = "profile → ⋮ → Copy member ID";

function personTrouble(error: unknown): Finding | undefined {
  if (!isSlackTrouble(error)) return undefined;
  if (error.code === "missing_scope") {
    return lacking("not looked at, without scope users:read", "Grant the scope.");
  }
  if (!isSlackTrouble(error, "refused")) return undefined;
  if (unknown.has(error.code)) {
    return failed(`Slack knows no such person (${error.code})`, `Correct the id in fleet.yaml (${place}).`);
  }
  const next = `The bot refuses whom Slack tells nothing of. See for yourself that the id is right (${place}).`;
  return untried(`Slack does not tell (${error.code})`, next);
}
