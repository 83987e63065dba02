import { describe, expect, it } from "vitest";
import { minute, second } from "../../../src/core/instant.js";
import type { UpdateLook } from "../../../src/core/judge-update.js";
import type { NodeSeen } from "../../../src/core/seen.js";
import { aStep, start } from "../../builders.js";
import {
  aNodeGroup,
  aScalingGroup,
  aTaint,
  newInstance,
  newNode,
  newTemplate,
  oldNode,
  oldTemplate,
} from "../../seen.js";
import {
  inPhase,
  judge,
  names,
  newNodes,
  replaced,
  said,
  statesOf,
  step,
  success,
  withoutCluster,
} from "./update-looks.js";

describe("EKS reports success: it counts when it is seen", () => {
  const withNodes = (...nodes: NodeSeen[]) => success({ cluster: { nodes, pods: [] } });
  const [a, b, c] = newNodes as [NodeSeen, NodeSeen, NodeSeen];
  const withTemplate = (version: string) =>
    success({
      autoScalingGroups: [
        aScalingGroup({
          ...replaced,
          instances: names.map((name) => ({ ...newInstance(name), launchTemplateVersion: version })),
        }),
      ],
      cluster: { nodes: newNodes.map(({ image: _, ...node }) => node), pods: [] },
    });

  it.each<[string, UpdateLook]>([
    ["every node Ready at the target", success()],
    [
      "a group of no nodes",
      success({
        autoScalingGroups: [aScalingGroup({ sizes: { min: 0, max: 6, desired: 0 } })],
        cluster: { nodes: [], pods: [] },
      }),
    ],
    ["more nodes than wanted, all new: an autoscaler's", withNodes(...newNodes, newNode("d"))],
    ["nodes without an image label, instances of the group's template", withTemplate(newTemplate)],
  ])("seen: %s", (_, seen) => {
    const verdict = judge(seen, inPhase("done", "done", "done", "active"));
    expect(verdict.outcome).toBe("succeeded");
    expect(statesOf(verdict.progress)).toBe("done, done, done, done");
  });

  const release = step.to.release;
  const missing: [string, UpdateLook, string][] = [
    ["a node is not Ready", withNodes(a, b, newNode("c", { ready: "False" })), `c to be Ready at ${release}`],
    [
      "Ready=Unknown is not Ready",
      withNodes(a, b, newNode("c", { ready: "Unknown" })),
      `c to be Ready at ${release}`,
    ],
    [
      "Ready, but not initialised yet",
      withNodes(a, b, newNode("c", { taints: [aTaint("node.cloudprovider.kubernetes.io/uninitialized")] })),
      `c to be Ready at ${release}`,
    ],
    ["a node at the old image", withNodes(a, b, c, oldNode("d")), `d to be Ready at ${release}`],
    [
      "many old nodes: the first three are named",
      withNodes(oldNode("e"), oldNode("f"), oldNode("g"), oldNode("h"), oldNode("i")),
      `e, f, g and 2 more to be Ready at ${release}`,
    ],
    [
      "nodes without an image label, instances of the old template",
      withTemplate(oldTemplate),
      `a, b, c to be Ready at ${release}`,
    ],
    [
      "the group shows its old release",
      success({ nodeGroup: aNodeGroup() }),
      `the group to show release ${release}`,
    ],
    ["one node too few", withNodes(a, b), "1 more node to join (3 wanted)"],
    ["no node at all", withNodes(), "3 more nodes to join (3 wanted)"],
    ["the cluster's API does not answer", withoutCluster(success()), "the cluster's API to answer"],
  ];

  it.each(missing)("not seen yet: %s", (_, seen, what) => {
    const verdict = judge(seen, inPhase("done", "done", "done", "active"));
    expect(verdict).toMatchObject({
      outcome: "wait",
      wait: { for: `${what}, although EKS reports success`, until: start + 15 * second },
      progress: { settlingSince: start },
    });
    expect(statesOf(verdict.progress)).toBe("done, done, done, active");
    expect(said(verdict.facts)).not.toContain("StepSucceeded");
  });

  it.each(missing)("denied after 15 minutes: %s", (_, seen, what) => {
    const before = { ...inPhase("done", "done", "done", "active"), settlingSince: start };
    const justBefore = judge(seen, before, step, start + 15 * minute - 1);
    expect(justBefore).toMatchObject({ outcome: "wait", progress: { settlingSince: start } });
    const verdict = judge(seen, before, step, start + 15 * minute);
    expect(verdict).toMatchObject({
      outcome: "failed",
      problem: {
        code: "SuccessNotSeen",
        what: `EKS reports success, but after 15 minutes still waiting for ${what}`,
      },
    });
    expect(statesOf(verdict.progress)).toBe("done, done, done, failed");
  });

  it("an extra node that still leaves is waited for, but not for ever", () => {
    const instances = [...replaced.instances, newInstance("d", "Terminating:Wait")];
    const seen = success({
      autoScalingGroups: [aScalingGroup({ ...replaced, instances })],
      cluster: { nodes: [...newNodes, newNode("d")], pods: [] },
    });
    const before = inPhase("done", "done", "done", "active");
    const waits = { outcome: "wait", wait: { for: "the last extra node to go" } };
    expect(judge(seen, before)).toMatchObject({ ...waits, progress: { settlingSince: start } });
    const settling = { ...before, settlingSince: start };
    expect(judge(seen, settling, step, start + 15 * minute - 1)).toMatchObject(waits);
    expect(judge(seen, settling, step, start + 15 * minute).outcome).toBe("succeeded");
  });

  it("seen late is seen", () => {
    const before = { ...inPhase("done", "done", "done", "active"), settlingSince: start };
    expect(judge(success(), before, step, start + 14 * minute).outcome).toBe("succeeded");
  });

  it("Bottlerocket: the same release for the next Kubernetes version", () => {
    const next = aStep({ from: { version: "1.34", release }, to: { ...step.to, version: "1.35" } });
    const before = inPhase("done", "done", "done", "active");
    expect(judge(success(), before, next)).toMatchObject({
      outcome: "wait",
      wait: { for: "the group to show Kubernetes 1.35, although EKS reports success" },
    });
    const shown = success({ nodeGroup: aNodeGroup({ release, version: "1.35" }) });
    expect(judge(shown, before, next).outcome).toBe("succeeded");
  });
});

describe("success of a custom AMI, of which EKS knows neither release nor version", () => {
  const template = { id: "lt-0aaa", name: "workers" };
  const own = aStep({
    amiType: "CUSTOM",
    ownTemplate: { kind: "launch template", template: { ...template, version: "7" } },
  });
  const shows = (version: string) =>
    success({
      nodeGroup: aNodeGroup({ release: "", version: "", launchTemplate: { ...template, version } }),
    });
  const before = {
    ...inPhase("done", "done", "done", "active"),
    intent: { token: "t", savedAt: start, templateVersion: "8" },
  };

  it.each<[string, UpdateLook, string]>([
    ["the group shows the version that was made, and every node its AMI", shows("8"), "succeeded"],
    ["the group shows another version", shows("7"), "wait"],
    [
      "a node is on the old AMI",
      { ...shows("8"), cluster: { nodes: [...newNodes.slice(1), oldNode("a")], pods: [] } },
      "wait",
    ],
  ])("%s", (_rule, seen, outcome) => {
    expect(judge(seen, before, own).outcome).toBe(outcome);
  });

  it("is told by the nodes alone where the record does not know the version", () => {
    const { intent: _, ...lost } = before;
    expect(judge(shows("9"), lost, own).outcome).toBe("succeeded");
  });
});
