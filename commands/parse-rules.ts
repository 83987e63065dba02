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

/** What Slack makes of @somebody in a command (`should_escape` in manifest.yml): "<@U0123|name>". */
const escapedUser = /^<@([UW][A-Z0-9]+)(?:\|[^>]*)?>$/;

/** `history [cluster] [--user @somebody]`, in either order. */
export function parseHistory(words: readonly string[]): Parsed {
  const at = words.indexOf("--user");
  const [who] = at < 0 ? [] : words.slice(at + 1);
  const user = escapedUser.exec(who ?? "")?.[1];
  if (at >= 0 && user === undefined) {
    return { problem: "--user needs a person, as Slack completes one after you typed @: --user @somebody." };
  }
  const rest = at < 0 ? words : [...words.slice(0, at), ...words.slice(at + 2)];
  const [cluster, ...more] = rest;
  if (cluster?.startsWith("-")) return { problem: `"history" knows no option ${cluster}.` };
  if (more.length > 0)
    return { problem: '"history" takes one cluster at most.', didYouMean: `history ${cluster}` };
  return { command: { name: "history", ...(cluster && { cluster }), ...(user && { user }) } };
}

/** `break-glass <run>|<cluster>[/<node-group>] <reason>` */
export function parseBreakGlass([what]: readonly string[], reason: string): Parsed {
  if (what === undefined || what.startsWith("-") || !saysSomething(reason)) {
    return {
      problem:
        '"break-glass" needs what to start and why: break-glass <run>|<cluster>[/<node-group>] <reason>.',
    };
  }
  const long = tooLong(reason);
  if (long !== undefined) return { problem: long };
  return { command: { name: "break-glass", what, reason } };
}
