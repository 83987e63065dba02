import type { Fleet } from "../fleet.js";
import type { ChannelSeen, PersonSeen, SlackInspection } from "../slack/inspection.js";
import { isSlackTrouble } from "../slack/trouble.js";
import { attempt } from "./attempt.js";
import { type Finding, failed, lacking, ok, untried } from "./finding.js";
import { channelsIn, idsIn } from "./named.js";

/** Each channel can be written to. */
export async function channels(slack: SlackInspection, fleet: Fleet, bot: string): Promise<Finding[]> {
  const invite = `Type "/invite @${bot}" in the channel.`;
  const tried = channelsIn(fleet).map(([id, by]) =>
    attempt(() => slack.channel(id), {
      title: `channel ${id} (${by})`,
      found: (channel) => channelFinding(channel, invite),
      failed: (error) => channelTrouble(error, invite),
    }),
  );
  return (await Promise.all(tried)).flatMap(({ findings }) => findings);
}

function channelFinding({ name, archived, member, shared }: ChannelSeen, invite: string): Finding {
  if (archived) return failed(`#${name} is archived`, "Restore it, or name another in fleet.yaml.");
  if (!member) return failed(`the bot is not in #${name}`, invite);
  if (!shared) return ok(`#${name}, and the bot is in it`);
  const why = `#${name} is shared with another organisation, which reads along`;
  return lacking(why, "Name a channel of your own in fleet.yaml.");
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
    `See for yourself that the bot is in it, or grant the scope. ${invite}`,
  );
}

/** People who are named by id are still there. */
export async function people(slack: SlackInspection, fleet: Fleet): Promise<Finding[]> {
  const tried = idsIn(fleet, "users").map(([id, by]) =>
    attempt(() => slack.person(id), {
      title: `person ${id} (${by})`,
      found: personFinding,
      failed: personTrouble,
    }),
  );
  return (await Promise.all(tried)).flatMap(({ findings }) => findings);
}

function personFinding({ name, deactivated, guest, bot }: PersonSeen): Finding {
  const replace = "Name somebody else in fleet.yaml.";
  if (deactivated) return failed(`@${name} is deactivated`, replace);
  if (bot) return failed(`@${name} is a bot, which presses no buttons`, replace);
  return guest ? lacking(`@${name} is a guest`, "Make sure that this is meant.") : ok(`@${name}`);
}

const unknown = new Set(["user_not_found", "users_not_found"]);
const place = "profile → ⋮ → Copy member ID";

function personTrouble(error: unknown): Finding | undefined {
  if (!isSlackTrouble(error)) return undefined;
  if (error.code === "missing_scope") {
    return lacking("not looked at, without scope users:read", "Check the id, or grant the scope.");
  }
  if (!isSlackTrouble(error, "refused")) return undefined;
  if (unknown.has(error.code)) {
    return failed(`Slack knows no such person (${error.code})`, `Correct the id in fleet.yaml (${place}).`);
  }
  // The bot itself compares ids and never asks for a person.
  return untried(`Slack does not tell (${error.code})`, `See for yourself that the id is right (${place}).`);
}
