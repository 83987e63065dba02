import { describe, expect, it } from "vitest";
import type { Fact } from "../../../src/core/events.js";
import { minute } from "../../../src/core/instant.js";
import type { Run } from "../../../src/core/run.js";
import { messagesOf } from "../../../src/slack/messages.js";
import { events, start } from "../../builders.js";
import { aQuestion, aRoll, aRollBlocker } from "../../rolls.js";

/** Facts are a minute apart, from 10:00 on. */
const at = (minutes: number) => {
  const moment = start + minutes * minute;
  return `<!date^${moment / 1_000}^{time}|${new Date(moment).toISOString().slice(0, 16).replace("T", " ")} UTC>`;
};
const told = (run: Run, facts: readonly Fact[]) =>
  messagesOf(run, events(...facts), start + 60 * minute, { plan: true })
    .filter(({ slot }) => !["card", "live", "nodes/0"].includes(slot))
    .map(({ slot, urgent, broadcast, text }) => ({
      slot: [slot, urgent && "urgent", broadcast && "broadcast"].filter(Boolean).join(" "),
      text,
    }));

const ann = "U0ANN";
const blocker = aRollBlocker();
const owner = "Deployment orders/orders";
const gone: Fact = { type: "NodeGone", step: 0, node: "ip-1", zone: "us-west-2a" };
const blocked: Fact = { type: "DrainBlocked", step: 0, blocker };
const force: Fact = { type: "Answered", step: 0, about: blocker.id, choice: "force", by: ann };
const confirmed: Fact = { type: "ForceConfirmed", step: 0, about: blocker.id, by: "U0CHIEF" };
const cleared: Fact = { type: "DrainUnblocked", step: 0, id: blocker.id };
const stop: Fact = { type: "StopRequested", by: ann };
const problem = { code: "X", what: "It broke", next: "Look." };
const deleted: Fact = {
  ...{ type: "PodsDeleted", step: 0, node: "ip-1", about: blocker.id },
  pods: ["orders/orders-1", "orders/orders-2"],
};
const notBack: Fact = { type: "NotPutBack", step: 0, what: "the template of workers", next: "Look at it." };
const putBack: Fact = { type: "PutBack", step: 0, what: "resumes AZRebalance of workers" };

describe("the thread tells, in one reply each,", () => {
  it.each<[string, Fact[], string, string]>([
    [
      "how others move the sizes, however often",
      [
        { type: "SizesMoved", step: 0, from: 9, to: 12 },
        { type: "SizesMoved", step: 0, from: 12, to: 11 },
      ],
      "sizes/0",
      `Somebody else moved the desired size of \`workers\` from 9 to 11, in 2 moves (last ${at(1)}). The difference is theirs, and I keep it.`,
    ],
    [
      "that a node was put off",
      [{ type: "NodeSkipped", step: 0, node: "ip-1", by: ann }],
      "note/0",
      `<@U0ANN> put node \`ip-1\` off ${at(0)}: it comes back last.`,
    ],
    [
      "that it came back",
      [{ type: "NodeSkipped", step: 0, node: "ip-1", by: ann }, gone],
      "note/0",
      `<@U0ANN> put node \`ip-1\` off ${at(0)}: it came back last, and left ${at(1)}.`,
    ],
    [
      "that an owner was restarted",
      [{ type: "OwnerRestarted", step: 0, owner }],
      "note/0",
      `Restarted \`${owner}\` ${at(0)}, as \`kubectl rollout restart\` does it.`,
    ],
    [
      "that an owner was surged",
      [{ type: "OwnerSurged", step: 0, owner }],
      "note/0",
      `Gave \`${owner}\` one replica more ${at(0)}, until the old nodes are replaced.`,
    ],
    [
      "that its replica was taken back",
      [
        { type: "OwnerSurged", step: 0, owner },
        { type: "OwnerRestored", step: 0, owner },
      ],
      "note/0",
      `Gave \`${owner}\` one replica more ${at(0)}, and took it back ${at(1)}.`,
    ],
    [
      "that it is held",
      [{ type: "RunPaused", by: ann }],
      "hold/0 urgent",
      `:double_vertical_bar: *Paused* by <@U0ANN> ${at(0)}: nothing new is begun.`,
    ],
    [
      "that it goes on",
      [
        { type: "RunPaused", by: ann },
        { type: "RunResumed", by: "U0BEN" },
      ],
      "hold/0 urgent",
      "Paused by <@U0ANN> for 1 min, then <@U0BEN> let it go on.",
    ],
  ])("%s", (_, facts, slot, text) => {
    expect(told(aRoll(), facts)).toEqual([{ slot, text }]);
  });

  it("what setup changed, with the phase itself", () => {
    const facts: Fact[] = [
      { type: "PhaseStarted", step: 0, phase: "setup" },
      { type: "Changed", step: 0, what: "points <workers> at version 8" },
      { type: "Changed", step: 0, what: "suspends AZRebalance" },
      { type: "PhaseFinished", step: 0, phase: "setup" },
      { type: "PhaseStarted", step: 0, phase: "scale up" },
      { type: "Changed", step: 0, what: "sets the sizes" },
    ];
    expect(told(aRoll(), facts).map(({ text }) => text)).toEqual([
      "*Setup* done in 3 min.\n• points &lt;workers&gt; at version 8\n• suspends AZRebalance",
      `*Scale up* started ${at(4)}. I add up to 6 nodes on the new release and wait until they are Ready.`,
    ]);
  });
});

describe("force", () => {
  const wanted = (facts: Fact[]) => told(aRoll(), [blocked, ...facts]).slice(1);

  it("calls a second person, for an edited card calls nobody", () => {
    expect(wanted([force])).toEqual([
      {
        slot: "note/0 urgent",
        text: ":rotating_light: <!subteam^S0APPROVERS>: <@U0ANN> wants 1 pod of `deployment orders` *deleted against budgets* to go on with eks-workshop/workers. Please look, and confirm it on the card above, or leave it: without a second person nothing is deleted.",
      },
    ]);
  });

  it.each<[string, Fact[]]>([
    ["the drain goes on", [force, cleared]],
    ["it is called off", [force, stop]],
    ["it fails", [force, { type: "RunFailed", problem }]],
  ])("takes the call back when %s first", (_, facts) => {
    expect(wanted(facts)[0]?.text).toBe(
      `<@U0ANN> wanted 1 pod of \`deployment orders\` deleted ${at(1)}; it was over before anybody confirmed it.`,
    );
  });

  it("is told loudly when pods are deleted, with who said so", () => {
    expect(wanted([force, confirmed, cleared, deleted])).toEqual([
      {
        slot: "note/0 urgent",
        text: "<@U0ANN> and <@U0CHIEF> decided to have 1 pod of `deployment orders` deleted.",
      },
      {
        slot: "note/1 urgent",
        text: `:rotating_light: <@U0OPERATOR> *Deleted 2 pods of node ip-1 against budgets* ${at(4)}, as <@U0ANN> and <@U0CHIEF> decided: \`orders/orders-1\` and \`orders/orders-2\`. See that what they belong to comes up again.`,
      },
    ]);
  });
});

describe("a question that comes back", () => {
  const asked: Fact = { type: "QuestionAsked", step: 0, question: aQuestion() };
  const closed: Fact = { type: "QuestionClosed", step: 0, id: "scale up", answered: true };
  it("is another one", () => {
    const slots = told(aRoll(), [asked, closed, asked]).map(({ slot }) => slot);
    expect(slots).toEqual(["question/0 urgent", "question/1 urgent"]);
  });
});

it("a drain that lasts is asked about again, each time in a reply of its own", () => {
  const lasts: Fact = { type: "DrainBlockLasts", step: 0, id: blocker.id };
  const replies = told(aRoll(), [blocked, lasts, lasts]);
  expect(replies.map(({ slot }) => slot)).toEqual([
    "blocked/0 urgent",
    "blocked/0/call urgent",
    "blocked/0/call/2 urgent",
  ]);
  expect(replies[1]?.text).toBe(`It lasted: I asked again ${at(2)}.`);
  expect(replies[2]?.text).toContain("<@U0OPERATOR> *eks-workshop/workers is blocked:*");
});

describe("a run that is called off in the middle", () => {
  const begun: Fact[] = [
    { type: "PhaseStarted", step: 0, phase: "upgrade" },
    blocked,
    { type: "RunPaused", by: ann },
  ];

  it("ends what was open, and tells what is put back as it is put back", () => {
    const replies = told(aRoll({ stopping: { by: ann, at: start } }), [...begun, stop, notBack, putBack]);
    expect(replies.map(({ text }) => text.split(":").slice(0, 2).join(":"))).toEqual(
      [
        "*Upgrade* stopped after 3 min.",
        ":leftwards_arrow_with_hook",
        "Paused by <@U0ANN> for 1 min, until the upgrade ended.",
        ":leftwards_arrow_with_hook",
      ].map((text) => expect.stringContaining(text)),
    );
    expect(replies.at(-1)).toEqual({
      slot: "stop/0",
      text: [
        `:leftwards_arrow_with_hook: <@U0ANN> called off upgrading eks-workshop/workers ${at(3)}. I am putting back what I changed; no further node is replaced.`,
        ":warning: *Not put back, a person has to:*",
        "• the template of workers: Look at it.",
        "*Put back:*",
        "• resumes AZRebalance of workers",
      ].join("\n"),
    });
  });

  it("says at the end what is back, what is not, and what stays new", () => {
    const over = aRoll({ state: "cancelled", cancelledBy: ann, endedAt: start + 30 * minute });
    const end = told(over, [...begun, stop, notBack, putBack, { type: "RunCancelled", by: ann }]).at(-1);
    expect(end?.slot).toBe("end urgent broadcast");
    expect(end?.text.split("\n")).toEqual([
      "<@U0OPERATOR> :no_entry_sign: *eks-workshop/workers:* <@U0ANN> called the upgrade off after 30 min.",
      "*workers now:* 3 nodes on the new release, 3 on the old.",
      expect.stringMatching(/^• new: /),
      expect.stringMatching(/^• old: /),
      ":warning: *Not put back, a person has to:*",
      "• the template of workers: Look at it.",
      "*Put back:*",
      "• resumes AZRebalance of workers",
      "To go on with it: `/eks-upgrade start eks-workshop/workers`. Nodes that are new already are spared.",
    ]);
  });

  it("names nothing as left that was put back after all", () => {
    const back: Fact = { type: "PutBack", step: 0, what: "the template of workers" };
    const over = aRoll({ state: "cancelled", cancelledBy: ann, endedAt: start + 30 * minute });
    const end = told(over, [stop, notBack, back, { type: "RunCancelled", by: ann }]).at(-1);
    expect(end?.text).not.toContain("Not put back");
  });
});

describe("a run that failed", () => {
  const failed = aRoll({ state: "failed", failure: problem, endedAt: start + 30 * minute });
  const end: Fact = { type: "RunFailed", problem };

  it("says what is left behind, and how to have it put back", () => {
    const lines = told(failed, [end]).at(-1)?.text.split("\n") ?? [];
    expect(lines).toContain("*Left as it is, for a retry:*");
    expect(lines).toContain("• `workers`: AZRebalance suspended");
    expect(lines.at(-1)).toBe(
      "To end here instead, and have put back what I changed: `/eks-upgrade repair eks-workshop`",
    );
  });

  it("and is repaired tells the repair below its end", () => {
    const repairing = aRoll({ stopping: { by: ann, at: start } });
    expect(told(repairing, [end, stop]).map(({ text }) => text.split("\n")[0])).toEqual([
      ":x: *The upgrade of eks-workshop/workers failed* <!date^1784541600^{date_short_pretty} {time}|2026-07-20 10:00 UTC>, and somebody had what it left behind put back.",
      `:leftwards_arrow_with_hook: <@U0ANN> has me put back what this upgrade left behind (${at(1)}). I am putting back what I changed; no further node is replaced.`,
    ]);
  });
});

it("a roll that succeeded names the way back, and what a person has to put back", () => {
  const done = aRoll({ state: "succeeded", endedAt: start + 30 * minute });
  const lines =
    told(done, [notBack, putBack, { type: "RunSucceeded" }])
      .at(-1)
      ?.text.split("\n") ?? [];
  expect(lines.slice(3)).toEqual([
    ":warning: *Not put back, a person has to:*",
    "• the template of workers: Look at it.",
    "Should the new AMI turn out bad, back to the former one: `/eks-upgrade start eks-workshop/workers --ami ami-0fedcba9876543210`",
  ]);
});
