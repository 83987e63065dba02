import { type Channel, type Doubt, type Facts, type Person, type Told, told } from "./facts.js";
import { type Entering, nobody, type Objection } from "./question.js";

/** What holds for everything that anybody may want. Objections, or nothing where there is none. */

/** By what the request itself says: of people of other workspaces nothing is asked. */
export function ownWorkspace({ caller, team }: Entering): Objection | undefined {
  if (caller.team === "") {
    return { rule: "unsure", why: "Slack does not tell me which workspace you belong to", ask: nobody };
  }
  return caller.team === team ? undefined : foreigner;
}

const foreigner: Objection = {
  rule: "workspace",
  why: "You belong to another workspace than this bot",
  ask: nobody,
};

/** A member of the workspace, who is there. */
export function activeMember({ caller, team }: Entering, facts: Facts): Objection | undefined {
  return objectionTo(told(facts.people, caller.user), team);
}

export function objectionTo(person: Told<Person>, team: string): Objection | undefined {
  if ("doubt" in person) return unsure("who you are", person.doubt);
  const { deactivated, bot, guest, stranger, team: home } = person.known;
  if (home === undefined) {
    return { rule: "unsure", why: "Slack does not tell me which workspace you are at home in", ask: nobody };
  }
  if (stranger || home !== team) return foreigner;
  if (deactivated) return { rule: "person", why: "Your Slack account is deactivated", ask: nobody };
  if (bot) return { rule: "person", why: "I take no orders from bots", ask: nobody };
  if (guest) return { rule: "person", why: "I take no orders from guests of the workspace", ask: nobody };
  return undefined;
}

/** No other organisation reads along there. Nobody does in a direct message, on Home and in a form. */
export function closedChannel({ caller }: Entering, facts: Facts): Objection | undefined {
  const { channel } = caller;
  if (channel === undefined || isDirect(channel)) return undefined;
  const seen = told(facts.channels, channel);
  if ("doubt" in seen) {
    return seen.doubt.code === unseen
      ? {
          ...{ rule: "unsure", ask: nobody, doubt: seen.doubt },
          why: "I cannot see this channel: invite me to it, or ask me in another one",
        }
      : unsure("what this channel is", seen.doubt);
  }
  const wrong = wrongWith(seen.known);
  if (wrong === undefined) return undefined;
  return { rule: "channel", why: `This channel ${wrong}, and I take no orders here`, ask: nobody };
}

/** Slack's word for a private channel that the bot is not in. */
export const unseen = "channel_not_found";

/** A conversation of two, or with the bot alone. */
export function isDirect(channel: string): boolean {
  return channel.startsWith("D");
}

export function wrongWith({ shared, archived }: Channel): string | undefined {
  if (shared) return "is shared with another organisation";
  return archived ? "is archived" : undefined;
}

/** Every doubt is a no, whoever asks: there is nobody to send them to. */
export function unsure(what: string, doubt: Doubt): Objection {
  const next = doubt.next.replace(/\.$/, "") || "Nothing was done. Try again in a minute";
  const why = `Slack does not tell me ${what} (${doubt.code}). ${next}`;
  return { rule: "unsure", why, ask: nobody, doubt };
}
