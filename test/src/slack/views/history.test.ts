import { describe, expect, it } from "vitest";
import type { AuditEntry, AuditLine } from "../../../../src/core/audit/entry.js";
import { gatherer } from "../../../../src/core/audit/gather.js";
import { historyLine } from "../../../../src/slack/views/history-words.js";
import { start } from "../../../builders.js";

const of = { on: "eks-workshop/default", run: "calm-heron-42", environment: "prod" };
const upgrade = "the upgrade of *eks-workshop/default* (`calm-heron-42`)";

function told(more: Partial<AuditEntry>, about: Partial<AuditEntry> = of): string {
  const line: AuditLine = {
    ...{ at: start, kind: "event", who: "bot", what: "", outcome: "done", ...about },
    ...{ seq: 1, prev: "", hash: "" },
    ...more,
  };
  const { take, all } = gatherer();
  take(line);
  const [item] = all();
  return item
    ? historyLine(item)
        .replace(/<!date[^>]*>/g, "then")
        .replace(/^then {2}/, "")
    : "";
}

describe("a line of the history", () => {
  it.each<[what: string, entry: Partial<AuditEntry>, words: string]>([
    [
      "a request",
      { who: "U1", what: "RunRequested", why: "patching" },
      `<@U1> asked for ${upgrade}: patching`,
    ],
    [
      "an approval as a deputy, by link",
      { who: "U2", what: "RunApproved", more: { deputyOf: "U3", byLink: true } },
      `<@U2> approved ${upgrade} as deputy of <@U3>, by link`,
    ],
    ["a rejection", { who: "U2", what: "RunRejected", why: "not now" }, `<@U2> rejected ${upgrade}: not now`],
    [
      "broken glass",
      { who: "U1", what: "GlassBroken", why: "fire", breakGlass: true },
      `:rotating_light: <@U1> broke the glass for ${upgrade}: fire`,
    ],
    ["a schedule", { what: "RunScheduled", more: { startAt: start } }, `Put off: ${upgrade}, until then`],
    [
      "a hold",
      { what: "RunHeld", why: "incident", more: { why: "lock" } },
      `Held (lock): ${upgrade}: incident`,
    ],
    ["its end by itself", { what: "RunReleased" }, `Goes on: ${upgrade}`],
    [
      "its end by a person",
      { what: "RunReleased", who: "U1", kind: "order" },
      `<@U1> had ${upgrade} go on outside its window`,
    ],
    [
      "an answer",
      { who: "U1", what: "Answered", more: { choice: "force", about: "orders" } },
      `<@U1> answered “force” in ${upgrade}, about orders`,
    ],
    ["an end", { what: "RunSucceeded" }, `Done: ${upgrade}`],
    [
      "a failure",
      { what: "RunFailed", outcome: "failed", why: "no nodes came" },
      `Failed: ${upgrade}: no nodes came`,
    ],
    [
      "a refusal, with its rule",
      {
        kind: "refusal",
        who: "U9",
        what: "start eks-workshop/default",
        outcome: "refused",
        rule: "role",
        why: "Only operators may",
      },
      ":no_entry: <@U9> was refused *start eks-workshop/default* (role: Only operators may)",
    ],
    [
      "many that nobody from Slack sent",
      {
        ...{ kind: "refusal", who: "nobody", what: "request", outcome: "refused" },
        ...{ rule: "signature", why: "it is not signed", more: { count: 970 } },
      },
      ":no_entry: Somebody who is not from Slack was refused *request eks-workshop/default*, 970 more times (signature: it is not signed)",
    ],
    [
      "a snooze of a day",
      { kind: "order", who: "U1", what: "snooze", more: { days: 1 } },
      "<@U1> snoozed eks-workshop/default for 1 day",
    ],
    [
      "a longer snooze",
      { kind: "order", who: "U1", what: "snooze", more: { days: 7 } },
      "<@U1> snoozed eks-workshop/default for 7 days",
    ],
    [
      "a cancel that came too late",
      { kind: "order", who: "U1", what: "StopTooLate", outcome: "failed", why: "EKS had begun" },
      `<@U1> came too late to call off ${upgrade} (failed: EKS had begun)`,
    ],
    [
      "an order that failed",
      { kind: "order", who: "U1", what: "unlock", on: "prod", outcome: "failed", why: "no answer" },
      "<@U1> unlocked *prod* (failed: no answer)",
    ],
    [
      "a start of the bot",
      { kind: "configuration", what: "configuration loaded", more: { environments: "prod, test" } },
      "The bot started, with the environments prod, test",
    ],
    [
      "a single write",
      { kind: "write", who: "U1", what: "eks:UpdateNodegroupVersion" },
      "<@U1>: `eks:UpdateNodegroupVersion eks-workshop/default` in `calm-heron-42`",
    ],
    ["an event of its nodes", { what: "NodeGone" }, "1 event of `calm-heron-42`"],
    [
      "what a newer bot knows",
      { what: "MoonRose", on: "the sea" },
      "The bot: `MoonRose the sea` in `calm-heron-42`",
    ],
    [
      "foreign text, which does nothing",
      { who: "<!channel>", what: "RunRequested", on: "<!here>*", why: "`<@U1>` & more" },
      "&lt;!channel&gt; asked for the upgrade of *&lt;!here&gt;** (`calm-heron-42`): '&lt;@U1&gt;' &amp; more",
    ],
  ])("tells %s", (_, entry, words) => {
    expect(told(entry)).toBe(words);
  });

  it("tells of which run a refusal was, where nothing else does, and whom a proxy named", () => {
    const { run } = of;
    const why = "it was opened by somebody else than U3";
    const entry = { kind: "refusal", who: "nobody", what: "approve", outcome: "refused" } as const;
    const more = { signedInAs: "mallory@example.com" };
    expect(told({ ...entry, rule: "link", why, more }, { run })).toBe(
      ":no_entry: Somebody who is not from Slack, signed in as mallory@example.com, was refused *approve* in `calm-heron-42` (link: it was opened by somebody else than U3)",
    );
  });
});
