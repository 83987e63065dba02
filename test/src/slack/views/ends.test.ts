import { describe, expect, it } from "vitest";
import { minute } from "../../../../src/core/instant.js";
import type { Run } from "../../../../src/core/run.js";
import { declinedReply, endReply } from "../../../../src/slack/views/ends.js";
import {
  aNewNode,
  aNode,
  aPlan,
  aRun,
  aRunningRun,
  aStep,
  newNodes,
  oldNodes,
  someProgress,
  start,
} from "../../../builders.js";

/** A reply is one section that says what its notification says. */
function saying(...lines: string[]) {
  const text = lines.join("\n");
  return { text, blocks: [{ type: "section", text: { type: "mrkdwn", text, verbatim: true } }] };
}

describe("the end", () => {
  const failure = {
    code: "PodEvictionFailure",
    what: "EKS could not evict every pod from ip-10-0-1-7, and gave up",
    next: "Make room for it, then start again: nodes already replaced are spared.",
  };
  const mixed = {
    ...oldNodes(),
    "ip-10-0-1-7.us-west-2.compute.internal": aNode({ state: "draining" }),
    "ip-10-0-2-7.us-west-2.compute.internal": aNode({ state: "gone" }),
    ...newNodes(3),
    "ip-late": aNewNode({ state: "joined" }),
  };

  it("of a success tells who asked what runs now", () => {
    const run = aRunningRun({
      state: "succeeded",
      endedAt: start + 28 * minute,
      steps: [
        someProgress(["done", "done", "done", "done"], {
          nodes: { ...oldNodes({ state: "gone" }), ...newNodes(3) },
        }),
      ],
    });
    expect(endReply(run)).toEqual(
      saying(
        "<@U0OPERATOR> :white_check_mark: *Upgraded eks-workshop/default* in 28 min.",
        "3 nodes replaced, 3 ready on the new release.",
        "• `default` runs `1.34.9-20260714`, was `1.34.7-20260301`",
      ),
    );
  });

  it("of a failure tells what happened, how the group stands, and what to do", () => {
    const run = aRunningRun({
      state: "failed",
      failure,
      endedAt: start + 28 * minute,
      steps: [someProgress(["done", "done", "failed"], { nodes: mixed })],
    });
    expect(endReply(run)).toEqual(
      saying(
        "<@U0OPERATOR> :x: *The upgrade of eks-workshop/default failed* after 28 min.",
        "*What happened:* EKS could not evict every pod from ip-10-0-1-7, and gave up.",
        "*default now:* 4 nodes on the new release, 2 on the old; not Ready: `ip-late`; take no new pods: `ip-10-0-1-7.us-west-2.compute.internal`.",
        "*What to do:* Make room for it, then start again: nodes already replaced are spared.",
        "To start again: `/eks-upgrade start eks-workshop/default`",
      ),
    );
  });

  it.each([
    ["before anything began", someProgress(), "No node was changed, as far as was seen."],
    [
      "whose nodes were never seen",
      someProgress(["failed"]),
      "*default now:* its nodes were not seen: look at them first.",
    ],
  ])("of a failure %s claims nothing", (_, progress, words) => {
    const run = aRunningRun({ state: "failed", failure: { ...failure, next: "" }, steps: [progress] });
    const { text } = endReply(run);
    expect(text).toContain(words);
    expect(text).toContain("*What to do:* Look at the node group in the EKS console.");
  });

  it("of a failure in the second of several groups tells of both", () => {
    const plan = aPlan({ steps: [aStep(), aStep({ nodeGroup: "gpu" }), aStep({ nodeGroup: "idle" })] });
    const steps = [
      someProgress(["done", "done", "done", "done"], { nodes: newNodes(3) }),
      someProgress(["done", "failed"], { nodes: mixed }),
      someProgress(),
    ];
    const { text } = endReply(aRunningRun({ state: "failed", plan, steps, failure }));
    expect(text).toContain("*default now:* 3 nodes on the new release, 0 on the old.");
    expect(text).toContain("*gpu now:* 4 nodes on the new release, 2 on the old;");
    expect(text).not.toContain("idle");
  });

  it("names five of many cordoned nodes", () => {
    const nodes = Object.fromEntries(
      Array.from({ length: 9 }, (_, index) => [`ip-${index}`, aNode({ state: "unschedulable" })]),
    );
    const run = aRunningRun({
      state: "failed",
      failure,
      steps: [someProgress(["done", "failed"], { nodes })],
    });
    expect(endReply(run).text).toContain(
      "take no new pods: `ip-0`, `ip-1`, `ip-2`, `ip-3`, `ip-4` and 4 more.",
    );
  });
});

describe("a request that never ran", () => {
  const at = "<!date^1784541600^{date_short_pretty} {time}|2026-07-20 10:00 UTC>";
  it.each<[string, Partial<Run>, string]>([
    [
      "rejected",
      { state: "rejected", rejectedBy: "U0APPROVER" },
      `<@U0OPERATOR> <@U0APPROVER> rejected upgrading eks-workshop/default ${at}. Nothing was changed.`,
    ],
    [
      "expired",
      { state: "expired" },
      `<@U0OPERATOR> nobody decided on upgrading eks-workshop/default before ${at}. Nothing was changed.`,
    ],
  ])("tells who asked that it was %s", (_, over, text) => {
    expect(declinedReply(aRun({ decidedAt: start, ...over }))).toEqual(
      saying(text, "To ask again: `/eks-upgrade start eks-workshop/default`"),
    );
  });
});
