import type { KnownBlock, RichTextBlock } from "@slack/types";
import { describe, expect, it } from "vitest";
import { minute } from "../../../../src/core/instant.js";
import type { Run } from "../../../../src/core/run.js";
import { liveView } from "../../../../src/slack/views/live.js";
import {
  aNode,
  aPlan,
  aRunningRun,
  aStep,
  newNodes,
  oldNodes,
  someProgress,
  start,
} from "../../../builders.js";

const mrkdwn = (text: string): KnownBlock => ({
  type: "section",
  text: { type: "mrkdwn", text, verbatim: true },
});
const context = (text: string): KnownBlock => ({
  type: "context",
  elements: [{ type: "mrkdwn", text, verbatim: true }],
});
const output = (text: string): RichTextBlock => ({
  type: "rich_text",
  elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }],
});
const details = (...lines: string[]): RichTextBlock => ({
  type: "rich_text",
  elements: [
    {
      type: "rich_text_list",
      style: "bullet",
      elements: lines.map((text) => ({ type: "rich_text_section", elements: [{ type: "text", text }] })),
    },
  ],
});

const draining = aNode({ state: "draining", podsLeft: 3, since: start + 12 * minute });
const upgradeNodes = {
  ...oldNodes({ state: "unschedulable" }),
  "ip-10-0-1-7.us-west-2.compute.internal": draining,
  "ip-10-0-2-7.us-west-2.compute.internal": aNode({ state: "gone", zone: "us-west-2b" }),
  ...newNodes(6),
};
const upgrading = aRunningRun({
  steps: [someProgress(["done", "done", "active"], { nodes: upgradeNodes })],
  wait: { for: "old nodes to be drained and replaced", until: start + 15 * minute },
});
const blocked: Run = {
  ...upgrading,
  trouble: {
    code: "EvictionBlocked",
    what: "Pod carts/carts-0 cannot be evicted: budget carts/carts allows no disruption",
    next: "Scale carts up, or relax the budget.",
  },
};
const failed: Run = {
  ...upgrading,
  state: "failed",
  steps: [someProgress(["done", "done", "failed"], { nodes: upgradeNodes })],
  failure: {
    code: "PodEvictionFailure",
    what: "EKS could not evict every pod, and gave up",
    next: "Make room for it.",
  },
  endedAt: start + 28 * minute,
};
const succeeded = aRunningRun({
  state: "succeeded",
  steps: [
    someProgress(["done", "done", "done", "done"], {
      nodes: { ...oldNodes({ state: "gone" }), ...newNodes(3) },
    }),
  ],
  endedAt: start + 28 * minute,
});

const title = "*Upgrade eks-workshop/default*  1.34.7-20260301 → 1.34.9-20260714, 3 nodes";
const people = "Asked by <@U0OPERATOR>, approved by <@U0APPROVER>  ·  Run `calm-heron-42`";
const lastLook = (time: string, at: number) =>
  context(`${people}  ·  Last look <!date^${at}^{time}|2026-07-20 ${time} UTC>`);

const drainLine = "ip-10-0-1-7.us-west-2.compute.internal (us-west-2a) draining for 2 min, 3 pods left";
const upgradePlan: KnownBlock = {
  type: "plan",
  title: "Upgrade eks-workshop/default",
  tasks: [
    { type: "task_card", task_id: "0-setup", title: "Setup", status: "complete", output: output("5 min") },
    {
      type: "task_card",
      task_id: "0-scale-up",
      title: "Scale up",
      status: "complete",
      output: output("5 min"),
    },
    {
      type: "task_card",
      task_id: "0-upgrade",
      title: "Upgrade · 1 of 3 old nodes gone",
      status: "in_progress",
      details: details(drainLine),
    },
    { type: "task_card", task_id: "0-scale-down", title: "Scale down", status: "pending" },
  ],
};

describe("the live message", () => {
  const now = start + 14 * minute + 30_000;

  it("shows a run under way, whole", () => {
    expect(liveView(upgrading, now, { plan: true })).toEqual({
      text: [
        "eks-workshop/default: 1.34.7-20260301 → 1.34.9-20260714, 3 nodes. Running: upgrade, 53 %, about 14 min left.",
        "New nodes ready: 3 of 3 (and 3 extra for the move)  ·  Old nodes left: 2 of 3",
        "Waiting for old nodes to be drained and replaced.",
        "Asked by <@U0OPERATOR>, approved by <@U0APPROVER>",
      ].join("\n"),
      blocks: [
        mrkdwn(
          `${title}\nRunning: upgrade, 53 %  ·  about 14 min left\n\`███████████░░░░░░░░░\`\nNew nodes ready: 3 of 3 (and 3 extra for the move)  ·  Old nodes left: 2 of 3`,
        ),
        upgradePlan,
        mrkdwn("Waiting for old nodes to be drained and replaced."),
        lastLook("10:14", 1784542440),
      ],
    });
  });

  it("says the same in classic blocks", () => {
    const { blocks, text } = liveView(upgrading, now, { plan: false });
    expect(text).toBe(liveView(upgrading, now, { plan: true }).text);
    expect(blocks[1]).toEqual(
      mrkdwn(
        [
          "Setup: :white_check_mark: done (5 min)",
          "Scale up: :white_check_mark: done (5 min)",
          "Upgrade · 1 of 3 old nodes gone: :large_blue_circle: under way",
          `      • ${drainLine}`,
          "Scale down: :white_circle: to do",
        ].join("\n"),
      ),
    );
  });

  it("names what stands in the way, and makes no promise of time", () => {
    const { text, blocks } = liveView(blocked, now, { plan: true });
    const words =
      ":warning: *In the way:* Pod carts/carts-0 cannot be evicted: budget carts/carts allows no disruption. Scale carts up, or relax the budget.";
    expect(text).toContain(":warning: Blocked: upgrade, 53 %.\n");
    expect(text).toContain(words);
    expect(blocks).toContainEqual(mrkdwn(words));
    expect(text).not.toContain("left.");
  });

  it("calls a trouble that passes by itself no blockage", () => {
    const passing = { ...upgrading, trouble: { code: "Busy", what: "AWS is slow to answer", next: "" } };
    expect(liveView(passing, now, { plan: true }).text).toContain("Running: upgrade, 53 %.");
  });

  it("ends with failure, whole", () => {
    const happened = "*What happened:* EKS could not evict every pod, and gave up. Make room for it.";
    const counts = "New nodes ready: 3 of 3 (and 3 extra for the move)  ·  Old nodes left: 2 of 3";
    expect(liveView(failed, start + 40 * minute, { plan: true })).toEqual({
      text: `eks-workshop/default: 1.34.7-20260301 → 1.34.9-20260714, 3 nodes. :x: Failed after 28 min.\n${counts}\n${happened}\nAsked by <@U0OPERATOR>, approved by <@U0APPROVER>`,
      blocks: [
        mrkdwn(`${title}\n:x: Failed after 28 min\n\`███████████░░░░░░░░░\`\n${counts}`),
        {
          type: "plan",
          title: "Upgrade eks-workshop/default",
          tasks: [
            {
              type: "task_card",
              task_id: "0-setup",
              title: "Setup",
              status: "complete",
              output: output("5 min"),
            },
            {
              type: "task_card",
              task_id: "0-scale-up",
              title: "Scale up",
              status: "complete",
              output: output("5 min"),
            },
            {
              type: "task_card",
              task_id: "0-upgrade",
              title: "Upgrade · 1 of 3 old nodes gone",
              status: "error",
              output: output("EKS could not evict every pod, and gave up"),
            },
            { type: "task_card", task_id: "0-scale-down", title: "Scale down", status: "pending" },
          ],
        },
        mrkdwn(happened),
        context(`${people}  ·  Ended <!date^1784543280^{time}|2026-07-20 10:28 UTC>`),
      ],
    });
  });

  it("ends with success, whole", () => {
    const counts = "New nodes ready: 3 of 3  ·  Old nodes left: 0 of 3";
    expect(liveView(succeeded, start + 40 * minute, { plan: true })).toEqual({
      text: `eks-workshop/default: 1.34.7-20260301 → 1.34.9-20260714, 3 nodes. :white_check_mark: Done in 28 min.\n${counts}\nAsked by <@U0OPERATOR>, approved by <@U0APPROVER>`,
      blocks: [
        mrkdwn(`${title}\n:white_check_mark: Done in 28 min\n\`████████████████████\`\n${counts}`),
        {
          type: "plan",
          title: "Upgrade eks-workshop/default",
          tasks: [
            {
              type: "task_card",
              task_id: "0-setup",
              title: "Setup",
              status: "complete",
              output: output("5 min"),
            },
            {
              type: "task_card",
              task_id: "0-scale-up",
              title: "Scale up",
              status: "complete",
              output: output("5 min"),
            },
            {
              type: "task_card",
              task_id: "0-upgrade",
              title: "Upgrade · 3 of 3 old nodes gone",
              status: "complete",
              output: output("5 min"),
            },
            {
              type: "task_card",
              task_id: "0-scale-down",
              title: "Scale down",
              status: "complete",
              output: output("5 min"),
            },
          ],
        },
        context(`${people}  ·  Ended <!date^1784543280^{time}|2026-07-20 10:28 UTC>`),
      ],
    });
  });

  it("changes by the minute at most while nothing happens", () => {
    const at = (seconds: number) => liveView(blocked, start + 20 * minute + seconds * 1_000, { plan: true });
    expect(at(59)).toEqual(at(0));
    expect(at(60)).not.toEqual(at(0));
  });

  it("does not change any more when it is over", () => {
    const at = (minutes: number) => liveView(succeeded, start + minutes * minute, { plan: true });
    expect(at(500)).toEqual(at(40));
  });
});

describe("its tasks", () => {
  const tasksOf = (run: Run) =>
    liveView(run, start, { plan: true }).blocks.flatMap((block) =>
      block.type === "plan" ? (block.tasks ?? []) : [],
    );

  it("are what each phase is at", () => {
    const rows: [Run["steps"][number], string[]][] = [
      [someProgress(), ["pending", "pending", "pending", "pending"]],
      [someProgress(["active"]), ["in_progress", "pending", "pending", "pending"]],
      [someProgress(["done", "active"]), ["complete", "in_progress", "pending", "pending"]],
      [someProgress(["done", "skipped", "active"]), ["complete", "complete", "in_progress", "pending"]],
      [someProgress(["done", "done", "done", "active"]), ["complete", "complete", "complete", "in_progress"]],
      [someProgress(["done", "failed"]), ["complete", "error", "pending", "pending"]],
    ];
    for (const [progress, expected] of rows) {
      expect(tasksOf(aRunningRun({ steps: [progress] })).map((task) => task.status)).toEqual(expected);
    }
  });

  it("say why a phase was skipped", () => {
    const run = aRunningRun({ steps: [someProgress(["done", "skipped", "active"])] });
    expect(tasksOf(run)[1]).toMatchObject({
      title: "Scale up",
      output: output("Skipped: update strategy MINIMAL adds no nodes first"),
    });
  });

  it("name eight busy nodes at most, those nearest their end first", () => {
    const nodes = {
      ...Object.fromEntries(
        Array.from({ length: 9 }, (_, index) => [`ip-${index}`, aNode({ state: "draining", podsLeft: 1 })]),
      ),
      "ip-z": aNode({ state: "terminating" }),
    };
    const [, , upgrade] = tasksOf(
      aRunningRun({ steps: [someProgress(["done", "done", "active"], { nodes })] }),
    );
    const busy = [0, 1, 2, 3, 4, 5].map((index) => `ip-${index} (us-west-2a) draining, 1 pod left`);
    expect(upgrade).toMatchObject({
      details: details("ip-z (us-west-2a) terminating", ...busy, "and 3 more nodes"),
    });
  });

  it("are four for each of a few node groups", () => {
    const steps = ["a", "b"].map((nodeGroup) => aStep({ nodeGroup }));
    const run = aRunningRun({
      plan: aPlan({ steps }),
      steps: [someProgress(["done", "done", "done", "done"]), someProgress(["active"])],
    });
    expect(tasksOf(run).map((task) => task.title)).toEqual([
      "a: Setup",
      "a: Scale up",
      "a: Upgrade · 0 of 3 old nodes gone",
      "a: Scale down",
      "b: Setup",
      "b: Scale up",
      "b: Upgrade",
      "b: Scale down",
    ]);
  });

  it("are one for each of many node groups, but four for the one under way", () => {
    const steps = Array.from({ length: 20 }, (_, index) => aStep({ nodeGroup: `group-${index}` }));
    const run = aRunningRun({
      plan: aPlan({ steps }),
      steps: steps.map((_, index) =>
        someProgress(index === 0 ? ["done", "done", "done", "done"] : index === 1 ? ["active"] : []),
      ),
    });
    const tasks = tasksOf(run);
    expect(tasks).toHaveLength(19 + 4);
    expect(tasks.slice(0, 3).map(({ title, status }) => `${title}: ${status}`)).toEqual([
      "group-0 · 3 nodes: complete",
      "group-1: Setup: in_progress",
      "group-1: Scale up: pending",
    ]);
  });
});
