import { isDirect, unseen, unsure, wrongWith } from "./at-the-door.js";
import { type Facts, told } from "./facts.js";
import { nobody, type Objection, type Ordering } from "./question.js";
import type { Right } from "./rights.js";

/** What begins an upgrade is told in the environment's own channel: not where others read along, or nobody does. */
const toldThere: ReadonlySet<Right> = new Set<Right>(["start", "force", "approve", "break glass"]);

/** The environment's own channel is fit for what it would be told. */
export function fitHome({ right, place }: Ordering, facts: Facts): Objection | undefined {
  if (!toldThere.has(right)) return undefined;
  const home = told(facts.channels, place.channel);
  const places = [place.channel];
  if ("doubt" in home) {
    const { doubt } = home;
    if (doubt.code !== unseen) return { ...unsure(`what the channel of ${place.name} is`, doubt), places };
    const why = `I cannot see the channel of ${place.name}: invite me to it`;
    return { rule: "unsure", why, ask: nobody, places, doubt };
  }
  const wrong = wrongWith(home.known);
  if (wrong === undefined) return undefined;
  const why = `The channel of ${place.name} ${wrong}: fleet.yaml has to name another`;
  return { rule: "channel", why, ask: nobody };
}

/** Where fleet.yaml says in which channels. A direct message shows, and changes nothing. */
export function oneOfItsChannels({ caller, right, place }: Ordering): Objection | undefined {
  const { channel } = caller;
  if (channel === undefined || place.channels.length === 0) return undefined;
  const places = [...new Set([place.channel, ...place.channels])];
  const own = right === "snooze" && place.digest ? [...places, place.digest.channel] : places;
  if (own.includes(channel)) return undefined;
  if (!isDirect(channel)) {
    const why = `Orders for ${place.name} are not given in this channel`;
    return { rule: "channel", why, ask: nobody, places };
  }
  if (right === "plan") return undefined;
  const why = `In a direct message upgrades of ${place.name} can be planned, and no more`;
  return { rule: "channel", why, ask: nobody, places };
}

/** Which channels have to be known. */
export function channelsOf({ caller, right, place }: Ordering): string[] {
  const here = caller.channel === undefined || isDirect(caller.channel) ? [] : [caller.channel];
  return [...new Set(toldThere.has(right) ? [...here, place.channel] : here)];
}
