import { describe, expect, it } from "vitest";
import { Trouble } from "../../../src/core/problems.js";
import { beforeTag, marksAnnotation, type RollNodeSeen, runTag } from "../../../src/core/roll/seen.js";
import type { Run } from "../../../src/core/run.js";
import type { AutoScalingGroupSeen } from "../../../src/core/seen.js";
import { leftoversAnswer } from "../../../src/slack/views/leftovers.js";
import { findLeftovers } from "../../../src/upgrades/leftovers.js";
import { aPlan, aRunningRun, start } from "../../builders.js";
import { aRoll, aRollStep } from "../../rolls.js";
import { aCluster, aScalingGroup, rollNode } from "../../seen.js";

const cluster = { name: "eks-workshop", region: "us-west-2" };
const dead = (id: string, over: Partial<Run> = {}) => aRoll({ id, state: "failed", endedAt: start, ...over });
const marked = (name: string, note: string, over: Partial<RollNodeSeen> = {}) =>
  rollNode(name, { annotations: { [marksAnnotation]: note }, unschedulable: true, ...over });
const tagged = (name: string, run: string) =>
  aScalingGroup({ name, tags: { [runTag]: run, [beforeTag]: "min 3, desired 3, max 6" } });

/** What is out there, and which runs there are. */
function found(
  runs: readonly Run[],
  nodes: readonly RollNodeSeen[] | Trouble = [],
  groups: readonly AutoScalingGroupSeen[] = [],
) {
  return findLeftovers(
    {
      runs: {
        recent: async () => runs.map(({ id }) => id),
        load: async (id) => {
          const run = runs.find((each) => each.id === id);
          return run && { run, revision: 1 };
        },
      },
      outside: {
        region: () => ({
          eks: { cluster: async () => aCluster() },
          autoScaling: {
            groups: async (names) => groups.filter(({ name }) => names.includes(name)),
            groupsOf: async () => new Map(groups.map(({ name }, index) => [`i-${index}`, name])),
          },
        }),
        kubernetes: () => ({
          async allNodes() {
            if (nodes instanceof Trouble) throw nodes;
            return [...nodes];
          },
        }),
      },
    },
    cluster,
  );
}

describe("left behind are", () => {
  it("runs that are over and did not put everything back, of this cluster", async () => {
    const elsewhere = aPlan({ cluster: "other", steps: [aRollStep()] });
    const runs = [
      dead("failed-1"),
      dead("cancelled-1", { state: "cancelled" }),
      aRoll({ id: "running-1" }),
      dead("elsewhere-1", { plan: elsewhere }),
      aRunningRun({ id: "managed-1", state: "failed" }),
    ];
    const left = await found(runs);
    expect(left.runs.map(({ id }) => id)).toEqual(["failed-1", "cancelled-1"]);
    expect(left).toMatchObject({ nodes: [], groups: [] });
  });

  it("nodes and groups that name a run which neither goes on nor can be repaired", async () => {
    const runs = [aRoll({ id: "running-1" }), dead("failed-1"), aRoll({ id: "done-1", state: "succeeded" })];
    const nodes = [
      marked("ip-1", "forgotten-1 cordon,taint"),
      marked("ip-2", "done-1 cordon"),
      marked("ip-3", "running-1 cordon"),
      marked("ip-4", "failed-1 cordon"),
      rollNode("ip-5"),
    ];
    const groups = [
      tagged("workers", "forgotten-1"),
      tagged("batch", "running-1"),
      aScalingGroup({ name: "web" }),
    ];
    const left = await found(runs, nodes, groups);
    expect(left.nodes).toEqual([
      { name: "ip-1", run: "forgotten-1", marks: ["cordon"] },
      { name: "ip-2", run: "done-1", marks: ["cordon"] },
    ]);
    expect(left.groups).toEqual([{ name: "workers", run: "forgotten-1", before: "min 3, desired 3, max 6" }]);
  });

  it("what records know, even where the cluster does not answer", async () => {
    const away = new Trouble("unreachable", "list the nodes", "ECONNREFUSED", "Check the way.");
    expect(await found([dead("failed-1")], away)).toMatchObject({
      runs: [{ id: "failed-1" }],
      problem: { code: "ECONNREFUSED" },
    });
  });
});

describe("the answer to repair", () => {
  const nothing = { runs: [], nodes: [], groups: [] };
  it.each([
    ["nothing is left", nothing, "Nothing of mine is left behind in eks-workshop."],
    [
      "records know of nothing, and the cluster did not answer",
      { ...nothing, problem: { code: "X", what: "Could not list the nodes", next: "Check the way." } },
      "My records know of nothing left behind in eks-workshop.\n:warning: Nodes and groups could not be looked at: Could not list the nodes. Check the way.",
    ],
  ])("%s", (_, left, text) => {
    expect(leftoversAnswer("eks-workshop", left).text).toBe(text);
  });

  it("shows what each run left, with a button for it", () => {
    const { text, blocks } = leftoversAnswer("eks-workshop", { ...nothing, runs: [dead("failed-1")] });
    expect(text).toContain("*eks-workshop/workers*, run `failed-1`, failed <!date^1784541600");
    expect(text).toContain("• `workers`: AZRebalance suspended");
    expect(blocks.at(-1)).toMatchObject({
      block_id: "repair-failed-1",
      elements: [
        {
          action_id: "eks-upgrade:repair",
          value: "failed-1",
          confirm: { title: { text: "Put these back?" } },
        },
      ],
    });
  });

  it("says what to type where no record says how it was", () => {
    const left = {
      ...nothing,
      nodes: [{ name: "ip-1", run: "old-1", marks: ["taint", "load balancers", "keep", "cordon"] as const }],
      groups: [{ name: "workers", run: "old-1", before: "min 3" }],
    };
    expect(leftoversAnswer("eks-workshop", left).text.split("\n").slice(1)).toEqual([
      "*No record says how these were before, so a person has to look and put them back:*",
      "• node `ip-1`, marked by run `old-1`:",
      "      `kubectl taint node ip-1 eks.amazonaws.com/nodegroup=unschedulable:NoSchedule-`",
      "      `kubectl label node ip-1 node.kubernetes.io/exclude-from-external-load-balancers-`",
      "      `kubectl annotate node ip-1 cluster-autoscaler.kubernetes.io/scale-down-disabled-`",
      "      `kubectl uncordon ip-1`",
      "      `kubectl annotate node ip-1 eks-upgrade-bot/marks-`",
      "• Auto Scaling group `workers`, changed by run `old-1`. Before: `min 3`",
      "      `aws autoscaling describe-auto-scaling-groups --auto-scaling-group-names workers` shows how it is; when it is as it was:",
      "      `aws autoscaling delete-tags --tags ResourceId=workers,ResourceType=auto-scaling-group,Key=eks-upgrade-bot:run ResourceId=workers,ResourceType=auto-scaling-group,Key=eks-upgrade-bot:before`",
    ]);
  });
});
