import { reasonMax } from "../src/slack/views/reason-modal.js";

/** Words that a person gave for others to read, at the end of a command: they stay as they were typed. */

/** One word of a command: with what keyboards and pasting add taken off, and as it was typed. */
export interface Word {
  readonly plain: string;
  readonly said: string;
}

/** `--reason` of a `start`, also as a phone writes it. */
function isReasonOption({ plain }: Word): boolean {
  return plain.split("=")[0]?.toLowerCase() === "--reason";
}

/** Where in the words after the command's name the reason begins; their number: there is none. */
export function reasonBegins(command: string, words: readonly Word[]): number {
  if (command === "lock" || command === "break-glass") return Math.min(1, words.length);
  const at = command === "start" ? words.findIndex(isReasonOption) : -1;
  return at < 0 ? words.length : at;
}

/** "" when nothing was said. The whole of it may stand in quotes. */
export function reasonOf(words: readonly Word[]): string {
  const [first, ...rest] = words;
  if (!first) return "";
  const opening = isReasonOption(first) ? first.said.replace(/^[^=]*=?/, "") : first.said;
  const reason = asRead([opening, ...rest.map(({ said }) => said)].join(" ")).trim();
  const quoted = quotes.map((pair) => pair.exec(reason)?.[1]).find((inside) => inside !== undefined);
  return quoted?.trim() ?? reason;
}

/** Without what Slack writes in place of names and links in a command (`should_escape` in manifest.yml). */
function asRead(text: string): string {
  return text
    .replace(/<((?:https?:|mailto:)[^|>\s]+)(?:\|[^>]*)?>/g, "$1")
    .replace(/<[@#]([A-Z0-9]+)(?:\|([^>]*))?>/g, (whole, id: string, name = "") => `${whole[1]}${name || id}`)
    .replace(/<!(?:subteam\^)?([\w-]+)(?:\|@?([^>]*))?>/g, (_, id: string, name = "") => `@${name || id}`)
    .replace(/&(lt|gt|amp);/g, (_, name: string) => ({ lt: "<", gt: ">", amp: "&" })[name] ?? "");
}

/** One pair around the whole, with none of its kind within. */
const quotes = [/^["“„«»]([^"“”„«»]*)["“”«»]$/u, /^['‘‚]([^'‘’‚]*)['‘’]$/u, /^`([^`]*)`$/u, /^\*([^*]*)\*$/u];

/** What is wrong with a reason that is too long for where it is shown; undefined when it fits. */
export function tooLong(reason: string, longest = reasonMax): string | undefined {
  if (reason.length <= longest) return undefined;
  return `The reason has ${reason.length} characters: say it in ${longest} at most.`;
}

/** Whether there is a word in it. */
export function saysSomething(reason: string): boolean {
  return /[\p{L}\p{N}]/u.test(reason);
}
