import type { Parsed } from "./parse.js";
import { saysSomething, tooLong } from "./reason.js";

/** Characters. It is kept with the lock, told with everything that the lock holds, and in the audit. */
const lockReasonMax = 300;

/** `lock <cluster|environment> <reason>` and `unlock <cluster|environment>`. */
export function parseLock(name: "lock" | "unlock", words: readonly string[], reason: string): Parsed {
  const [place, ...rest] = words;
  if (place === undefined) return { problem: `"${name}" needs a cluster or an environment.` };
  if (place.startsWith("-")) return { problem: `"${name}" knows no option ${place}.` };
  if (name === "unlock") {
    if (rest.length > 0) return { problem: `"unlock" takes one place.`, didYouMean: `unlock ${place}` };
    return { command: { name, place } };
  }
  if (!saysSomething(reason)) return { problem: `"lock" needs a reason: lock ${place} <reason>.` };
  const long = tooLong(reason, lockReasonMax);
  if (long !== undefined) return { problem: long };
  return { command: { name, place, reason } };
}

/**
 * What Slack makes of @somebody in a command (`should_escape` in manifest.yml): "<@U0123|name>"; pasted from an answer of
 * ours, Slack escapes that once more.
 */
const escapedUser = /^(?:<|&lt;)@([UW][A-Z0-9]+)(?:\|[^>&]*)?(?:>|&gt;)$/;
const idOf = (word: string): string | undefined => escapedUser.exec(word)?.[1];

/** `history [cluster|environment|run] [--user @somebody]`, in either order. */
export function parseHistory(words: readonly string[]): Parsed {
  const places: string[] = [];
  const people: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    const [typed = "", ...inline] = word.split("=");
    if (typed.toLowerCase() === "--user") {
      people.push((inline.length > 0 ? inline.join("=") : words[++i]) ?? "");
    } else if (word.startsWith("-")) {
      return { problem: `"history" knows no option ${typed}.` };
    } else places.push(word);
  }
  return historyOf(places, people);
}

/** `people`: what stood behind each --user. */
function historyOf(places: readonly string[], people: readonly string[]): Parsed {
  const strays = places.filter((place) => idOf(place) !== undefined);
  if (people.length + strays.length > 1) return { problem: "I read more than one person: say one." };
  const [who] = people;
  const user = who === undefined ? undefined : idOf(who);
  if (who !== undefined && user === undefined) {
    return { problem: "--user needs a person, as Slack completes one after you typed @: --user @somebody." };
  }
  const [stray] = strays;
  const [cluster, ...more] = places.filter((place) => place !== stray);
  const person = who ?? stray;
  const words = [...(cluster ? [cluster] : []), ...(person === undefined ? [] : ["--user", person])];
  const meant = ["history", ...words].join(" ");
  if (stray !== undefined) return { problem: "A person goes after --user.", didYouMean: meant };
  if (more.length > 0) return { problem: '"history" takes one cluster at most.', didYouMean: meant };
  return { command: { name: "history", ...(cluster && { cluster }), ...(user && { user }) } };
}

/** What `start` lets people choose, also on a phone: lost in a reason, something else would be started at once. */
const choice = /(?:^|\s)(?:--|[–—―])(to|ami)(?=[\s=]|$)/iu;

/** `break-glass <run>|<cluster>[/<node-group>] <reason>` */
export function parseBreakGlass([what]: readonly string[], reason: string): Parsed {
  if (what === undefined || what.startsWith("-") || !saysSomething(reason)) {
    return {
      problem:
        '"break-glass" needs what to start and why: break-glass <run>|<cluster>[/<node-group>] <reason>.',
    };
  }
  const option = choice.exec(reason)?.[1]?.toLowerCase();
  if (option !== undefined) {
    return {
      problem: `"break-glass" knows no option --${option}: it goes to the newest release. For another one ask with start --${option} …, and then: break-glass <run> <reason>.`,
    };
  }
  const long = tooLong(reason);
  if (long !== undefined) return { problem: long };
  return { command: { name: "break-glass", what, reason } };
}
