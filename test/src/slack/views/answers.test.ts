import { describe, expect, it } from "vitest";
import { minute } from "../../../../src/core/instant.js";
import type { Run } from "../../../../src/core/run.js";
import { violations } from "../../../../src/slack/limits.js";
import { say, sections } from "../../../../src/slack/text.js";
import {
  type HelpOptions,
  helpAnswer,
  problemAnswer,
  problemsAnswer,
  refusal,
} from "../../../../src/slack/views/answers.js";
import {
  cancelledAnswer,
  refusedCancel,
  refusedPause,
  refusedResume,
  resumedAnswer,
} from "../../../../src/slack/views/orders.js";
import { planView } from "../../../../src/slack/views/plan.js";
import {
  alreadyAskedAnswer,
  askedAnswer,
  nothingToWatch,
  openRunsAnswer,
  retryAnswer,
  statusAnswer,
  watchingAnswer,
  withOpenRuns,
} from "../../../../src/slack/views/status.js";
import {
  aBlocker,
  aPlan,
  aRun,
  aRunningRun,
  aStep,
  oldNodes,
  someProgress,
  start,
} from "../../../builders.js";
import { aRoll } from "../../../rolls.js";

const commands = [
  { usage: "list [cluster]", what: "Shows clusters and their node groups." },
  { usage: "plan <cluster>[/<node-group>]", what: "Shows what an upgrade would do." },
];
const commandLines =
  "• `/eks-upgrade list [cluster]` Shows clusters and their node groups.\n• `/eks-upgrade plan &lt;cluster&gt;[/&lt;node-group&gt;]` Shows what an upgrade would do.";

describe("help", () => {
  it.each<[string, HelpOptions, string]>([
    ["lists the commands", {}, "*What I can do*"],
    [
      "says what was not understood, and what was meant",
      { problem: 'I do not know "lsit".', nearest: "list" },
      'I do not know "lsit". Did you mean `/eks-upgrade list`?',
    ],
    ["makes no guess where there is none", { problem: "What is <!channel>?" }, "What is &lt;!channel&gt;?"],
  ])("%s", (_, options, opening) => {
    expect(helpAnswer(commands, options).text).toBe(`${opening}\n${commandLines}`);
  });
});

describe("a refusal", () => {
  it.each([
    [
      "says why, and whom to ask",
      {
        what: "You may not start this",
        why: "Only the operators of prod may plan and start upgrades",
        ask: { groups: ["S0OPS"], users: ["U0LEAD"] },
      },
      "You may not start this. Only the operators of prod may plan and start upgrades. Ask <!subteam^S0OPS> or <@U0LEAD>.",
    ],
    [
      "says what to do instead",
      {
        what: "I do not know that cluster.",
        why: "fleet.yaml does not name it.",
        next: "See /eks-upgrade list",
      },
      "I do not know that cluster. fleet.yaml does not name it. See /eks-upgrade list.",
    ],
    [
      "sends nobody to nobody",
      { what: "No.", why: "Foreign workspace", ask: { groups: [], users: [] } },
      "No. Foreign workspace.",
    ],
  ])("%s", (_, words, text) => {
    expect(refusal(words).text).toBe(text);
  });
});

it("tells a problem with its next step", () => {
  const problem = { code: "X", what: "Could not describe cluster <a>", next: "Allow eks:DescribeCluster." };
  expect(problemAnswer(problem).text).toBe(
    ":warning: Could not describe cluster &lt;a&gt;. Allow eks:DescribeCluster.",
  );
  expect(problemsAnswer("Not started:", [problem, problem]).text.split("\n")).toHaveLength(3);
});

const asked = "<!date^1784538000^{date_short_pretty} {time}|2026-07-20 09:00 UTC>";
const expires = "<!date^1784624400^{date_short_pretty} {time}|2026-07-21 09:00 UTC>";
const link = "https://playground.slack.com/archives/C0PROD/p1";
const running = aRunningRun({
  steps: [someProgress(["active"], { nodes: oldNodes() })],
  wait: { for: "EKS to prepare the launch template", until: start },
});

describe("status", () => {
  it.each<[string, Run, string]>([
    [
      "of a run under way",
      running,
      [
        "*eks-workshop/default*  1.34.7-20260301 → 1.34.9-20260714, 3 nodes",
        "Running: setup, 0 %, about 23 min left.",
        "New nodes ready: 0 of 3  ·  Old nodes left: 3 of 3",
        "Waiting for EKS to prepare the launch template.",
      ].join("\n"),
    ],
    [
      "of a request",
      aRun(),
      `*eks-workshop/default*  1.34.7-20260301 → 1.34.9-20260714, 3 nodes\nWaits for approval until ${expires}.`,
    ],
    [
      "of a request of which one of two is given",
      aRun({ approvalsRequired: 2, approvals: [{ by: "U0APPROVER", at: start }] }),
      `*eks-workshop/default*  1.34.7-20260301 → 1.34.9-20260714, 3 nodes\nWaits for approval until ${expires}. 1 of 2 approvals: <@U0APPROVER>. Still needed: 1 more.`,
    ],
    [
      "of a failure",
      aRunningRun({
        state: "failed",
        endedAt: start + 5 * minute,
        failure: { code: "X", what: "EKS gave up", next: "Look." },
      }),
      "*eks-workshop/default*  1.34.7-20260301 → 1.34.9-20260714, 3 nodes\n:x: Failed after 5 min.\nWhat happened: EKS gave up. Look.\n*Retry*, on the live message: the same plan once more; an approval that has grown too old is asked for again. Nodes already replaced are spared.",
    ],
  ])("%s", (_, run, lines) => {
    expect(statusAnswer({ run, link }, start + 2 * minute).text).toBe(
      `${lines}\nAsked by <@U0OPERATOR> ${asked}  ·  Run \`calm-heron-42\`  ·  <${link}|Open>`,
    );
  });

  it.each<[string, Run, number, string[]]>([
    [
      "of a drain that is blocked",
      aRunningRun({
        steps: [someProgress(["done", "done", "active"], { nodes: oldNodes(), blockers: [aBlocker()] })],
      }),
      14,
      [
        ":warning: Blocked: upgrade, 25 %.",
        ":no_entry: *Blocked:* Pod orders/orders-6d5f7-x2x4z (Deployment orders) cannot leave node ip-10-0-1-7.us-west-2.compute.internal: disruption budget orders needs 2 healthy pods and has 2, so it never lets one go. Scale deployment orders up by one, or loosen budget orders. Waiting does not help.",
        "Since <!date^1784542320^{time}|2026-07-20 10:12 UTC> (2 min)  ·  EKS gives up at <!date^1784543220^{time}|2026-07-20 10:27 UTC> (in 13 min)",
        "New nodes ready: 0 of 3  ·  Old nodes left: 3 of 3",
      ],
    ],
    [
      "of a run that nobody looks at",
      { ...running, wait: { for: "EKS", until: start } },
      20,
      [
        ":warning: Unseen since <!date^1784541600^{time}|2026-07-20 10:00 UTC>: setup, 0 %.",
        ":warning: *No look for 20 min:* the bot's workers seem to be down, and whoever runs the bot must start them. EKS goes on by itself.",
        "New nodes ready: 0 of 3  ·  Old nodes left: 3 of 3",
      ],
    ],
    [
      "of a run that was called off",
      aRun({ state: "cancelled", cancelledBy: "U0APPROVER" }),
      20,
      ["Called off by <@U0APPROVER>. Nothing was changed."],
    ],
  ])("%s", (_, run, minutes, expected) => {
    const lines = statusAnswer({ run }, start + minutes * minute).text.split("\n");
    expect(lines.slice(1, -1)).toEqual(expected);
  });

  it("of an update that was started elsewhere says for whom it is followed", () => {
    const run = { ...running, adoptedBy: "U0OPERATOR" };
    expect(statusAnswer({ run }, start).text.split("\n").at(-1)).toBe(
      `Started outside Slack, followed for <@U0OPERATOR> ${asked}  ·  Run \`calm-heron-42\``,
    );
  });

  it("of everything that is open", () => {
    expect(openRunsAnswer([{ run: running, link }, { run: aRun({ id: "odd-owl-7" }) }], start).text).toBe(
      [
        "2 open runs:",
        `• \`calm-heron-42\`  *eks-workshop/default*  Running: setup, 0 %, about 23 min left.  ·  <${link}|Open>`,
        `• \`odd-owl-7\`  *eks-workshop/default*  Waits for approval until ${expires}.`,
      ].join("\n"),
    );
  });

  it("says what to do when nothing is open", () => {
    expect(openRunsAnswer([], start).text).toBe(
      "Nothing is open. See what could be upgraded: `/eks-upgrade list`",
    );
  });

  it("makes no link of what is none", () => {
    expect(statusAnswer({ run: aRun(), link: "javascript:alert(1)" }, start).text).not.toContain("Open");
  });
});

describe("after a start, whoever asked is told", () => {
  const what = "eks-workshop/default, 1.34.7-20260301 → 1.34.9-20260714, 3 nodes";
  const asking = `Asked for approval of ${what}: <!subteam^S0APPROVERS> can approve until ${expires}.`;
  it.each<[string, Run, string]>([
    ["who has to approve it", aRun(), asking],
    [
      "when it would start, outside the hours",
      aRun({ startAt: start - 60 * minute }),
      `${asking} Once approved, it starts ${asked}.`,
    ],
    [
      "that nobody has to",
      aRunningRun({ approvalsRequired: 0, approvals: [] }),
      `Started upgrading ${what}: prod asks for no approval.`,
    ],
    [
      "that it was started without",
      aRunningRun({ approvals: [], breakGlass: { by: "U0CHIEF", at: start, reason: "CVE" } }),
      `:rotating_light: Started ${what} without approval. The approvers are called, everybody reads why, and it is recorded.`,
    ],
    [
      "that it was started whatever its hours say",
      aRunningRun({
        approvalsRequired: 0,
        approvals: [],
        breakGlass: { by: "U0CHIEF", at: start, reason: "CVE" },
      }),
      `:rotating_light: Started ${what} before its hour. The approvers are called, everybody reads why, and it is recorded.`,
    ],
  ])("%s", (_, run, said) => {
    expect(askedAnswer({ run, link }).text).toBe(`${said} Run \`calm-heron-42\`  ·  <${link}|Open>`);
  });

  it("when it begins by itself", () => {
    const run = aRun({ state: "scheduled", approvalsRequired: 0, startAt: start - 60 * minute });
    expect(askedAnswer({ run, link }).text).toMatch(
      /^Scheduled upgrading .*: prod asks for no approval\. Starts <!date\^1784538000/,
    );
  });
});

it("shows a second asker the first request", () => {
  expect(alreadyAskedAnswer({ run: aRun(), link }, start).text).toBe(
    `eks-workshop/default has an open run already, asked by <@U0OPERATOR>. Waits for approval until ${expires}. Run \`calm-heron-42\`  ·  <${link}|Open>`,
  );
});

describe("calling off", () => {
  const begun = aRunningRun({
    steps: [someProgress(["active"], { updateId: "upd-1", blockers: [] })],
  });
  const asked = aRunningRun({
    steps: [someProgress(["active"], { intent: { token: "t", savedAt: start } })],
  });
  const what = "eks-workshop/default cannot be called off any more.";
  const why = `${what} EKS has begun, and it can neither cancel nor pause a node group update. It ends when every node is replaced; or it fails when pods cannot be evicted for 15 minutes; then old and new nodes are left side by side.`;
  const stopping = { by: "U0ANN", at: start };

  it.each<[string, string, string]>([
    [
      "in time says that nothing was changed",
      cancelledAnswer(aRun({ state: "cancelled" })).text,
      "Called off upgrading eks-workshop/default. Nothing was changed. Run `calm-heron-42`.",
    ],
    [
      "a retry says how things were left",
      cancelledAnswer(aRunningRun({ state: "cancelled", steps: [someProgress([], { attempt: 2 })] })).text,
      "Called off upgrading eks-workshop/default. Nothing more was changed: its nodes are as the failed attempt left them. Run `calm-heron-42`.",
    ],
    [
      "too late says why EKS cannot, and what to expect",
      refusedCancel("begun", begun).text,
      `${why} Let it go on: the live message tells when something blocks it.`,
    ],
    [
      "too late, under force, says what becomes of pods that stay",
      refusedCancel("begun", { ...begun, plan: aPlan({ steps: [aStep({ force: true })] }) }).text,
      `${what} EKS has begun, and it can neither cancel nor pause a node group update. It ends when every node is replaced; pods that have not left a node after 15 minutes are deleted. Let it go on: the live message tells when something blocks it.`,
    ],
    [
      "while nobody knows whether EKS has begun says that it is looked for",
      cancelledAnswer({ ...asked, stopping }).text,
      "Calling off upgrading eks-workshop/default: EKS may have been asked already. I ask it for nothing any more, and am looking whether it has begun. If not, that is the end of it; if so, the update goes on, for EKS can neither cancel nor pause one. The thread tells which. Run `calm-heron-42`.",
    ],
    [
      "that once more says that it is looked for already",
      refusedCancel("stopping", { ...asked, stopping }).text,
      "eks-workshop/default is being called off already. EKS is asked for nothing any more, and I am looking whether it has begun before. The thread tells what came of it.",
    ],
    [
      "too late, with something in the way, says what helps",
      refusedCancel("begun", {
        ...begun,
        steps: [someProgress(["done", "done", "active"], { updateId: "upd-1", blockers: [aBlocker()] })],
      }).text,
      `${why} What helps is to let it finish. Scale deployment orders up by one, or loosen budget orders. Waiting does not help.`,
    ],
  ])("%s", (_, text, expected) => {
    expect(text).toBe(expected);
  });

  it.each([
    ["succeeded", "it succeeded."],
    ["failed", "it failed. Its live message says what can be done."],
    ["cancelled", "somebody called it off already."],
    ["rejected", "it was rejected."],
    ["expired", "nobody approved it in time."],
  ] as const)("what is over (%s) says what became of it", (state, words) => {
    expect(refusedCancel("over", aRun({ state })).text).toBe(
      `There is nothing to call off. Run calm-heron-42 is over: ${words} /eks-upgrade status shows what is open.`,
    );
  });
});

describe("pausing and resuming", () => {
  const lock = { since: start, why: "lock", place: "prod", by: "U0ANA", reason: "sale" } as const;
  const locked =
    ":lock: *Locked* by <@U0ANA>: sale; held since <!date^1784541600^{time}|2026-07-20 10:00 UTC>.";
  const unlock = "when the lock is taken off: `/eks-upgrade unlock prod`";
  const stands = `${locked} It stands at a safe point; no further node is replaced. It goes on ${unlock}`;
  const notBegun = aRunningRun({ steps: [someProgress()] });
  const callOff = "To call it off: /eks-upgrade cancel calm-heron-42.";

  it.each<[string, string, string]>([
    [
      "what goes on is told so",
      resumedAnswer(aRoll()).text,
      "Upgrading eks-workshop/workers goes on; its live message shows it. Run `calm-heron-42`.",
    ],
    [
      "what a lock holds, too, does not go on",
      resumedAnswer(aRoll({ held: lock })).text,
      `Upgrading eks-workshop/workers is paused no longer. Run \`calm-heron-42\`.\n${stands}`,
    ],
    [
      "what is not paused, but locked, is not resumed, and how it goes on is told",
      refusedResume("not paused", aRoll({ held: lock })).text,
      `There is nothing to resume: run \`calm-heron-42\` is not paused.\n${stands}`,
    ],
    [
      "what goes on is not resumed",
      refusedResume("not paused", aRoll()).text,
      "There is nothing to resume. Run calm-heron-42 is not paused. /eks-upgrade status shows what is open.",
    ],
    [
      "what EKS is yet to be asked for is not paused under a lock",
      refusedPause("managed", { ...notBegun, held: lock }).text,
      `There is nothing to pause. eks-workshop/default is held by a lock: nothing has begun. ${callOff}`,
    ],
    [
      "what its window holds is not paused either",
      refusedPause("managed", { ...notBegun, held: { since: start, why: "window" } }).text,
      `There is nothing to pause. eks-workshop/default is held: nothing has begun. ${callOff}`,
    ],
    [
      "an attempt that is about to begin is not paused",
      refusedPause("managed", { ...notBegun, steps: [someProgress([], { attempt: 2 })] }).text,
      `There is nothing to pause. eks-workshop/default is about to begin: this attempt has begun nothing. ${callOff}`,
    ],
    [
      "what is scheduled is not paused",
      refusedPause("not approved", aRun({ state: "scheduled" })).text,
      `There is nothing to pause. eks-workshop/default is scheduled: nothing has begun. ${callOff}`,
    ],
    [
      "what EKS has begun goes on",
      refusedPause("managed", aRunningRun({ steps: [someProgress(["active"], { updateId: "upd-1" })] })).text,
      "eks-workshop/default cannot be paused. EKS replaces the nodes of a managed node group itself, and it can neither pause nor cancel an update. Let it go on: the live message tells when something blocks it.",
    ],
  ])("%s", (_, text, expected) => {
    expect(text).toBe(expected);
  });
});

it.each<[string, string, string]>([
  [
    "what is followed, and where",
    watchingAnswer({ run: aRunningRun({ adoptedBy: "U0OPERATOR" }), link }).text,
    `Following the update of eks-workshop/default that was started outside Slack, 1.34.7-20260301 → 1.34.9-20260714, 3 nodes. The live message is in <#C0PROD>. Run \`calm-heron-42\`  ·  <${link}|Open>`,
  ],
  [
    "that there is nothing to follow, and what else to do",
    nothingToWatch("eks-workshop/default").text,
    "There is nothing to watch at eks-workshop/default. EKS shows no version update of it in progress. To upgrade it: /eks-upgrade start eks-workshop/default.",
  ],
  [
    "which attempt begins",
    retryAnswer(aRunningRun({ steps: [someProgress([], { attempt: 2 })] })).text,
    "Attempt 2 of upgrading eks-workshop/default is asked for: it begins as soon as locks and hours let it. Its live message shows it. Run `calm-heron-42`.",
  ],
])("says %s", (_, text, expected) => {
  expect(text).toBe(expected);
});

describe("the plan", () => {
  const blocker = (code: string) => [
    { code, what: "Node group default runs it already", next: "Nothing to do." },
  ];

  it("says how to start it", () => {
    expect(planView(aPlan(), start, 1).text).toBe(
      "Plan for eks-workshop/default: 1.34.7-20260301 → 1.34.9-20260714, 3 nodes.\nStart it with `/eks-upgrade start eks-workshop/default`. Nothing happens before it is approved.",
    );
  });

  it("of clusters names what is open there, ten of them at most", () => {
    const runs = Array.from({ length: 12 }, (_, at) => aRun({ id: `calm-heron-${at + 1}` }));
    const shown = withOpenRuns(say(["1 cluster."]), runs, start);
    expect(shown.text).toMatch(/^1 cluster\.\n\*12 open runs\*/);
    expect(shown.text).toContain("`calm-heron-10`");
    expect(shown.text).not.toContain("`calm-heron-11`");
    expect(shown.text).toContain("… and 2 more.");
    expect(violations(shown)).toEqual([]);
    expect(withOpenRuns(say(["1 cluster."]), [], start)).toEqual(say(["1 cluster."]));
    const full = {
      text: "60 clusters.",
      blocks: sections(Array.from({ length: 200 }, () => "x".repeat(99))),
    };
    expect(violations(withOpenRuns(full, runs, start))).toEqual([]);
    expect(JSON.stringify(withOpenRuns(full, runs, start).blocks)).toContain("*12 open runs*");
  });

  it("promises no approval where nobody has to approve", () => {
    expect(planView(aPlan(), start, 0).text).toMatch(
      /start eks-workshop\/default`\. Nobody has to approve it\.$/,
    );
  });

  it("that is blocked says so, and promises nothing of what EKS would do", () => {
    const view = planView(aPlan({ blockers: blocker("NodeGroupNotActive") }), start, 1);
    expect(view.text).toContain("It cannot start yet: see what stands in the way.");
    expect(JSON.stringify(view.blocks)).not.toContain("What EKS will do");
  });

  it("with nothing to do says just that", () => {
    const view = planView(aPlan({ blockers: blocker("AlreadyAtTarget") }), start, 1);
    expect(view.text).toBe("Plan for eks-workshop/default.\nNothing to upgrade.");
    expect(view.blocks).toHaveLength(2);
  });

  it("of several groups tells the procedure once", () => {
    const view = planView(aPlan({ steps: [aStep(), aStep({ nodeGroup: "gpu" })] }), start, 1);
    expect(JSON.stringify(view.blocks).match(/What EKS will do/g)).toHaveLength(1);
    expect(JSON.stringify(view.blocks)).toContain("one node group after the other");
  });
});
