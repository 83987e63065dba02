import type { Snooze } from "../../core/scan/digest.js";
import type { View } from "../limits.js";
import { capital, code, mentionChannel, moment, plural, say } from "../text.js";
import { refusal } from "./answers.js";
import { parseRowKey } from "./digest-actions.js";

/** Answers to the buttons that put off being told of something. */

export function snoozedAnswer(snoozes: readonly Snooze[]): View {
  const [first] = snoozes;
  if (!first) return wokenAnswer([]);
  return say([
    `Snoozed ${named(snoozes.map(({ key }) => key))} until ${moment(first.until)}. The digest shows it; *Wake* there takes it back.`,
  ]);
}

export function wokenAnswer(keys: readonly string[]): View {
  if (keys.length === 0) return say(["Nothing is snoozed there."]);
  return say([`${capital(named(keys))} ${keys.length === 1 ? "is" : "are"} told of again.`]);
}

/** A button of a digest that has been followed by another. */
export function formerDigest(channel: string): View {
  return refusal({
    what: "Nothing was changed: there is a newer digest.",
    why: "This one says what was so then.",
    next: `Use the buttons of the latest digest in ${mentionChannel(channel)}.`,
  });
}

function named(keys: readonly string[]): string {
  const [only, ...more] = keys;
  if (only === undefined || more.length > 0) return plural(keys.length, "row");
  const { cluster, group } = parseRowKey(only) ?? {};
  if (cluster === undefined) return code(only);
  return group ? code(`${cluster}/${group.name}`) : `the control plane of ${code(cluster)}`;
}
