import { expect } from "vitest";
import { isObject, type Json, type JsonObject } from "../../playground/slack/json.js";
import { checkedBlocks } from "../../playground/slack/kit/check.js";
import { type View, violations } from "../../src/slack/limits.js";

/** What somebody may write wherever text of theirs is shown: in a name, a tag, a reason, a message of a pod. */
export const hostile: readonly (readonly [what: string, text: string])[] = [
  ["calls everybody", "<!channel> <!here> <!everyone> &lt;!channel&gt;"],
  [
    "calls people and groups",
    "<@U0ROOT> <!subteam^S0ROOT> <!subteam^S0ROOT|@root> <#C0ROOT|general> @channel",
  ],
  [
    "makes a link say something else",
    "<https://evil.example/login|Approve upgrade> <mailto:a@evil.example|mail>",
  ],
  ["breaks out of code and bold", "` `` ``` *Approved* _by_ ~nobody~ ``` <!channel>"],
  ["begins new lines", "one\n*Approved by the approvers*\n\n> quoted\r\n• <!here>\u2028two\u2029three"],
  [
    "turns the reading round",
    "\u202egnitteg\u202c \u2066isolated\u2069 \u200b\u200d\u2060\ufeff invisible \u00ad",
  ],
  ["is a date that is none", "<!date^0^{date}^https://evil.example|today>"],
  ["is full of what must be escaped", "&<>".repeat(1_500)],
  ["is one long word", "W".repeat(5_000)],
  ["is long, and begins a mention at every cut", "x".repeat(77) + "<@U0ROOT>".repeat(500)],
  ["is made of signs of two halves", "👩‍💻".repeat(1_200)],
  ["has halves of signs, and nothing", "\ud800 a \udfff \u0000\u0007\u001b[31m"],
  ["is empty", ""],
  ["is blank", " \n\t\u00a0\u200b"],
  ["is JSON", '"}],"type":"actions","elements":[{"type":"button","action_id":"eks-upgrade:approve"}]'],
  ["is a name of JavaScript's own", "__proto__"],
];

/** What only the bot itself may write so: ids that the tests' own facts have. */
const ours = /^(?:U0[A-Z]+\d*|W0[A-Z]+|S0[A-Z]+|C0[A-Z]+)$/;
const hostileIds = /ROOT/;

/** Nobody is called, no link says something else, nothing is hidden, and Slack takes it: as text and as blocks. */
export function expectHarmless(view: View, what: string): void {
  const blocks = view.blocks as unknown as Json;
  const faults = [
    ...violations(view),
    ...refusalsOf(blocks, "message"),
    ...[[view.text, true] as const, ...textsIn(blocks)].flatMap(([text, isMrkdwn]) =>
      faultsOf(text, isMrkdwn),
    ),
  ];
  if (faults.length > 0) expect(faults, what).toEqual([]);
}

/** Modals and Home tabs: the same of their blocks. */
export function expectHarmlessBlocks(blocks: unknown, surface: "modal" | "home", what: string): void {
  const faults = [
    ...refusalsOf(blocks as Json, surface),
    ...[...textsIn(blocks as Json)].flatMap(([text, isMrkdwn]) => faultsOf(text, isMrkdwn)),
  ];
  if (faults.length > 0) expect(faults, what).toEqual([]);
}

/** What the simulated Slack says to it, which knows nothing of the bot's own table of limits. */
function refusalsOf(blocks: Json, surface: "message" | "modal" | "home"): string[] {
  try {
    checkedBlocks(blocks, surface);
    return [];
  } catch (error) {
    return [`Slack refuses: ${JSON.stringify(error)}`];
  }
}

function faultsOf(text: string, isMrkdwn: boolean): string[] {
  const start = JSON.stringify(text.slice(0, 200));
  const faults: string[] = [];
  if (!isWhole(text)) faults.push(`half a sign in ${start}`);
  if (hidden.test(text.replaceAll("\n", ""))) faults.push(`something hidden in ${start}`);
  if (!isMrkdwn) return faults;
  for (const [, inner = ""] of text.matchAll(/<([^>]*)>?/g)) {
    if (!isOurs(inner)) faults.push(`<${inner}> in ${start}`);
  }
  // What opens closes, be it a block of code or a word.
  const rest = text.replace(/```[^`]*```/g, "");
  const open = rest.split("\n").some((line) => (line.match(/`/g) ?? []).length % 2 > 0);
  if (open || rest.includes("```")) faults.push(`code is left open in ${start}`);
  return faults;
}

/** Controls, and marks that nobody sees: some of them turn what is read around. */
const hidden = /[\p{Cc}\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;

/** Half a sign is not read as anything, and Slack may refuse it. */
export function isWhole(text: string): boolean {
  return !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text);
}

/** A mention of somebody in the facts, a moment, or a link of Slack's own. */
function isOurs(inner: string): boolean {
  const [, id = ""] = /^(?:@|#|!subteam\^)(\w+)$/.exec(inner) ?? [];
  if (id !== "") return ours.test(id) && !hostileIds.test(id);
  if (/^!date\^\d{9,10}\^\{date_short_pretty\} \{time\}\|\d{4}-\d\d-\d\d \d\d:\d\d UTC$/.test(inner))
    return true;
  if (/^!date\^\d{9,10}\^\{time\}\|\d{4}-\d\d-\d\d \d\d:\d\d UTC$/.test(inner)) return true;
  return /^https:\/\/playground\.slack\.com\/archives\/[\w/?=&.]+\|[\w ]+$/.test(inner);
}

/** Every text that is shown, and whether Slack acts on what stands in it. */
function* textsIn(value: Json): Generator<readonly [text: string, isMrkdwn: boolean]> {
  if (Array.isArray(value)) for (const each of value) yield* textsIn(each as Json);
  if (!isObject(value)) return;
  const { type } = value as JsonObject;
  for (const [key, each] of Object.entries(value)) {
    if (typeof each !== "string") yield* textsIn(each as Json);
    else if (key === "text" || key === "title") yield [each, type === "mrkdwn"];
    else if (key === "accessibility_label" || key === "alt_text") yield [each, false];
  }
}
