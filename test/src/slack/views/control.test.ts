import type { ActionsBlock } from "@slack/types";
import { describe, expect, it } from "vitest";
import { minute } from "../../../../src/core/instant.js";
import type { Run } from "../../../../src/core/run.js";
import { controlButtons, controlLines, parseRunValue } from "../../../../src/slack/views/control.js";
import { liveView } from "../../../../src/slack/views/live.js";
import { aNode, aRun, aRunningRun, someProgress, start } from "../../../builders.js";
import { aLedger, aQuestion, aRoll, aRollProgress, putBackLater } from "../../../rolls.js";

const by = { by: "U0ANN", at: start + 5 * minute };
const now = start + 15 * minute;
const five = "<!date^1784541900^{time}|2026-07-20 10:05 UTC>";
const plain = (text: string) => ({ type: "plain_text", text });
const leaving = { a: aNode({ state: "terminating" }), b: aNode({ state: "draining" }), c: aNode() };
const locked = { since: by.at, why: "lock", place: "prod", by: "U0ANN", reason: "sale." } as const;
const isLocked = `:lock: *Locked* by <@U0ANN>: sale; held since ${five} (for 10 min).`;
const unlock = "when the lock is taken off: `/eks-upgrade unlock prod`";
const goOn = "an approver presses *Go on now* on its live message, or somebody calls it off.";
const onItsWay = { "ip-1": { uid: "u1", instance: "i-1" } };
const question = "EC2 has no m5.large left in us-west-2a. Wait, or allow another instance type.";

const asked = aRunningRun({
  steps: [someProgress(["active"], { intent: { token: "t", savedAt: start } })],
});

const cancel = {
  type: "button",
  action_id: "eks-upgrade:cancel",
  style: "danger",
  text: plain("Cancel"),
  value: "calm-heron-42",
  confirm: {
    title: plain("Call this upgrade off?"),
    text: plain(
      "No further node is replaced, and what I changed on the group is put back. Nodes that are new already stay; starting again goes on from there.",
    ),
    confirm: plain("Call it off"),
    deny: plain("Go back"),
    style: "danger",
  },
};

it.each<[string, Run, string, object]>([
  [
    "goes can be held",
    aRoll(),
    "control-calm-heron-42-goes",
    { type: "button", action_id: "eks-upgrade:pause", text: plain("Pause"), value: "calm-heron-42" },
  ],
  [
    "is held can go on",
    aRoll({ paused: by }),
    "control-calm-heron-42-held",
    {
      type: "button",
      action_id: "eks-upgrade:resume",
      style: "primary",
      text: plain("Resume"),
      value: "calm-heron-42",
    },
  ],
])("a roll of ours that %s, and be called off", (_, run, block_id, hold) => {
  expect(controlButtons(run)).toEqual([{ type: "actions", block_id, elements: [hold, cancel] }]);
  const shown = liveView(run, now, { plan: true }).blocks.filter(
    (each): each is ActionsBlock => each.type === "actions",
  );
  expect(shown.map((each) => each.block_id)).toEqual([block_id]);
});

it("a run that EKS is to be asked for, and that is held, can be called off, and says what that is worth", () => {
  const [actions] = controlButtons({ ...asked, held: locked });
  expect(actions?.elements).toEqual([
    {
      ...cancel,
      confirm: {
        ...cancel.confirm,
        text: plain(
          "EKS is asked for nothing any more. Should it have begun all the same, the update goes on, for EKS can neither cancel nor pause one.",
        ),
      },
    },
  ]);
  expect(controlButtons({ ...asked, stopping: by })).toEqual([]);
});

it.each<[string, Run]>([
  ["EKS drives", aRunningRun()],
  ["waits for approval", aRun()],
  ["is being ended", aRoll({ stopping: by })],
  ["is over", aRoll({ state: "failed" })],
])("a run that %s has no such buttons", (_, run) => {
  expect(controlButtons(run)).toEqual([]);
});

it("a run whose environment is gone from fleet.yaml offers nothing that nobody may do", () => {
  const trouble = { code: "EnvironmentUnknown", what: "Could not reach it", next: "Put it back." };
  const hours = { since: start, why: "window", place: "stage", until: now } as const;
  const [buttons] = controlButtons(aRoll({ trouble, held: hours }));
  expect(buttons?.elements.map((each) => "action_id" in each && each.action_id)).toEqual([
    "eks-upgrade:go-on",
  ]);
  const lines = controlLines(aRoll({ trouble, held: hours }), now).join(" ");
  expect(lines).toContain("unless an approver of stage presses *Go on now* on its live message.");
  expect(controlButtons(aRoll({ trouble, held: locked }))).toEqual([]);
});

describe("the live message says", () => {
  it.each<[string, Run, string[]]>([
    ["nothing more of a run that goes on", aRoll(), []],
    [
      "who holds it",
      aRoll({ paused: by }),
      [`:double_vertical_bar: *Paused* by <@U0ANN> since ${five} (10 min): nothing new is begun.`],
    ],
    [
      "who holds it, and what still goes on",
      aRoll({ paused: by, steps: [aRollProgress({ nodes: leaving })] }),
      [
        `:double_vertical_bar: *Paused* by <@U0ANN> since ${five} (10 min): nothing new is begun. 2 nodes are still leaving.`,
      ],
    ],
    [
      "whose lock holds it between two nodes",
      aRoll({ held: locked }),
      [`${isLocked} It stands at a safe point; no further node is replaced. It goes on ${unlock}`],
    ],
    [
      "whose lock holds it, and what still comes to a safe point",
      aRoll({ held: locked, steps: [aRollProgress({ nodes: leaving }, { drains: onItsWay })] }),
      [`${isLocked} What is begun comes to a safe point; no further node is replaced. It goes on ${unlock}`],
    ],
    [
      "whose lock holds a roll of ours that has not begun",
      aRoll({ held: locked, steps: [someProgress()] }),
      [`${isLocked} Nothing was begun. It begins ${unlock}`],
    ],
    [
      "whose lock holds another attempt",
      aRunningRun({ held: locked, steps: [someProgress([], { attempt: 2 })] }),
      [`${isLocked} This attempt has begun nothing. It begins ${unlock}`],
    ],
    [
      "whose lock holds what EKS was asked for and has not answered",
      { ...asked, held: locked },
      [`${isLocked} EKS may have been asked: what it began goes on. Otherwise it begins ${unlock}`],
    ],
    [
      "that a freeze holds it, be it on or about to begin",
      aRoll({ held: { since: by.at, why: "window", freeze: "the sale.", until: now } }),
      [
        `:snowflake: *A freeze of prod has begun* or is about to: the sale; held since ${five} (for 10 min). It stands at a safe point; no further node is replaced. It goes on by itself <!date^1784542500^{date_short_pretty} {time}|2026-07-20 10:15 UTC>, unless ${goOn}`,
      ],
    ],
    [
      "that the hours of another environment hold it",
      aRoll({ held: { since: by.at, why: "window", place: "stage", until: now } }),
      [
        `:clock4: *The window of stage, where \`eks-workshop\` belongs by now, has ended* or is about to; held since ${five} (for 10 min). It stands at a safe point; no further node is replaced. It goes on by itself <!date^1784542500^{date_short_pretty} {time}|2026-07-20 10:15 UTC>, unless ${goOn.replace("approver", "approver of stage")}`,
      ],
    ],
    [
      "that nobody knows when its hours allow it again",
      aRoll({ held: { since: by.at, why: "window" } }),
      [
        `:clock4: *The window of prod has ended* or is about to; held since ${five} (for 10 min). It stands at a safe point; no further node is replaced. When its hours allow it again is not known: an approver may press *Go on now* on its live message, or somebody calls it off.`,
      ],
    ],
    [
      "that Slack does not tell whether it may begin",
      aRunningRun({ steps: [someProgress()], held: { since: by.at, why: "unsure", what: "Slack is away." } }),
      [
        `:warning: *Not begun yet:* Slack is away; waiting since ${five} (for 10 min). I ask again every half minute, and begin when Slack tells.`,
      ],
    ],
    [
      "that it needs an answer",
      aRoll({ steps: [aRollProgress({}, { question: aQuestion() })] }),
      [`:question: *Needs an answer, in the thread:* ${question}`],
    ],
    [
      "who ends it, and what is still to be put back",
      aRoll({ stopping: by }),
      [
        `:leftwards_arrow_with_hook: *Called off* by <@U0ANN> ${five}: I am putting back what I changed. Still out there:`,
        "• `workers`: marks on its nodes (taint, load balancer label, autoscaler annotation, cordon)",
        "• `workers`: 6 nodes more than others want and maximum raised by 3 (before: min 3, desired 3, max 6)",
        "• `workers`: AZRebalance suspended",
        "• `workers` takes version 8 of launch template `workers` (before: version 7 of launch template `workers`)",
        "• `workers`: tags `eks-upgrade-bot:…`",
      ],
    ],
    [
      "who ends it before EKS was seen to begin",
      { ...asked, stopping: by },
      [
        `:leftwards_arrow_with_hook: *Called off* by <@U0ANN> ${five}: EKS is asked for nothing any more, and I am looking whether it has begun. If it has, the update goes on.`,
      ],
    ],
    [
      "who ends it, when all is put back",
      aRoll({ stopping: by, steps: [aRollProgress({}, { ledger: aLedger.map(putBackLater) })] }),
      [`:leftwards_arrow_with_hook: *Called off* by <@U0ANN> ${five}: I am putting back what I changed.`],
    ],
  ])("%s", (_, run, lines) => {
    expect(controlLines(run, now)).toEqual(lines);
    for (const line of lines) expect(liveView(run, now, { plan: true }).text).toContain(line);
  });

  it.each<[string, Run, string]>([
    ["held", aRoll({ paused: by }), ":double_vertical_bar: Paused: upgrade, 25 %"],
    [
      "being ended",
      aRoll({ stopping: by }),
      ":leftwards_arrow_with_hook: Called off, putting back: upgrade, 25 %",
    ],
    [
      "called off before EKS was seen to begin",
      { ...asked, stopping: by },
      ":leftwards_arrow_with_hook: Called off, looking whether EKS has begun: setup, 0 %",
    ],
    [
      "asking",
      aRoll({ steps: [aRollProgress({}, { question: aQuestion() })] }),
      ":question: Needs an answer: upgrade, 25 %",
    ],
  ])("in its first line that it is %s, and how long it may take no more", (_, run, head) => {
    expect(liveView(run, now, { plan: true }).text).toContain(`${head}.`);
  });

  it("of one called off in the middle where it stood, of one called off before nothing", () => {
    const stood = { type: "plan" };
    const cancelled = { state: "cancelled", cancelledBy: "U0ANN", endedAt: now } as const;
    expect(liveView(aRoll(cancelled), now, { plan: true }).blocks).toContainEqual(
      expect.objectContaining(stood),
    );
    expect(liveView(aRunningRun(cancelled), now, { plan: true }).blocks).not.toContainEqual(
      expect.objectContaining(stood),
    );
  });
});

it("a run that is held is not overdue, however long", () => {
  const { text } = liveView(aRoll({ paused: by }), now + 600 * minute, { plan: true });
  expect(text).not.toContain("No look for");
});

it.each([
  ["calm-heron-42", "calm-heron-42"],
  ["Calm", undefined],
  ["a|b", undefined],
  ["", undefined],
])("the value %j of a button is the run %s", (value, id) => {
  expect(parseRunValue(value)).toBe(id);
});
