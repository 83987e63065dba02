import { describe, expect, it } from "vitest";
import { clusterShown } from "../../../playground/page/cluster-shown.js";
import type { NodeGroupShown } from "../../../playground/page/protocol.js";
import { latest, minute, type Stage, stage, workshop } from "../world/stage.js";

function shown({ world, cluster }: Stage): NodeGroupShown {
  const [group] = clusterShown(world, cluster).nodeGroups;
  if (!group) throw new Error("The node group is not shown.");
  return group;
}

const minimal = workshop({ group: { updateConfig: { maxUnavailable: 1, updateStrategy: "MINIMAL" } } });
/** EKS gives up after 15 minutes. */
const stuck = workshop({
  scenario: { launchFaults: [{ zone: "us-west-2a", fault: { kind: "never joins" } }] },
});

describe("the phases of an update", () => {
  it.each([
    ["setup", undefined, ["running", "pending", "pending", "pending"]],
    ["scale up", undefined, ["done", "running", "pending", "pending"]],
    ["upgrade", undefined, ["done", "done", "running", "pending"]],
    ["scale down", undefined, ["done", "done", "done", "running"]],
    ["the end", undefined, ["done", "done", "done", "done"]],
    ["setup", minimal, ["running", "skipped", "pending", "skipped"]],
    ["the end", minimal, ["done", "skipped", "done", "skipped"]],
    ["the end", stuck, ["done", "failed", "pending", "pending"]],
  ])("at %s", async (moment, scenario, states) => {
    const here = await stage(scenario);
    const update = here.start();
    await here.until(() =>
      moment === "the end"
        ? update.status !== "InProgress"
        : here.changes("phase").some(({ what }) => what === moment),
    );
    expect(shown(here).update?.phases.map(({ state }) => state)).toEqual(states);
  });

  it("are those of the last update, and none where there was none", async () => {
    const here = await stage(stuck);
    expect(shown(here).update).toBeUndefined();
    const first = here.start();
    await here.until(() => first.status === "Failed");
    expect(shown(here).update?.errors).toEqual([expect.stringMatching(/^NodeCreationFailure: /)]);
    here.world.launchFault = () => undefined;
    await here.until(() => here.group.status === "ACTIVE");
    here.start();
    expect(shown(here).update).toMatchObject({ status: "InProgress", target: latest, errors: [] });
    expect(shown(here).update?.phases.map(({ state }) => state)).toEqual(Array(4).fill("pending"));
  });
});

describe("nodes and pods", () => {
  it("go through every state in the course of an update", async () => {
    const here = await stage();
    const update = here.start();
    const seen = { old: new Set<string>(), fresh: new Set<string>(), pods: new Set<string>() };
    await here.until(
      () => update.status !== "InProgress",
      () => {
        for (const node of shown(here).nodes) {
          seen[node.isNew ? "fresh" : "old"].add(node.state);
          expect(node.isNew).toBe(node.release === latest);
          for (const pod of node.pods) seen.pods.add(pod.state);
        }
      },
    );
    expect([...seen.old]).toEqual(["ready", "cordoned", "draining", "terminating"]);
    expect(seen.fresh).toEqual(new Set(["launching", "joining", "ready", "draining", "terminating"]));
    expect(seen.pods).toEqual(new Set(["running", "pending", "terminating"]));
    expect(shown(here).nodes.map(({ zone, state }) => [zone, state])).toEqual([
      ["us-west-2a", "ready"],
      ["us-west-2b", "ready"],
      ["us-west-2c", "ready"],
    ]);
  });

  it("show a kubelet that fell silent, and a node that somebody cordoned", async () => {
    const here = await stage();
    const [one, two, three] = shown(here).nodes;
    const { kubernetes } = here.cluster;
    kubernetes.setNodeReady(one?.name ?? "", "Unknown");
    kubernetes.changeNode(two?.name ?? "", { unschedulable: true });
    expect(shown(here).nodes.map(({ name, state }) => [name, state])).toEqual([
      [one?.name, "not ready"],
      [two?.name, "cordoned"],
      [three?.name, "ready"],
    ]);
  });

  it("tell pods of DaemonSets from others, and list those without a node apart", async () => {
    const here = await stage();
    const { kubernetes } = here.cluster;
    const [node] = shown(here).nodes;
    expect(node?.pods.filter(({ daemon }) => daemon).map(({ name }) => name.replace(/-\w+$/, ""))).toEqual([
      "aws-node",
      "kube-proxy",
    ]);
    for (const name of kubernetes.nodeNames()) kubernetes.changeNode(name, { unschedulable: true });
    for (const pod of kubernetes.podsToEvict(node?.name ?? "").slice(0, 1)) kubernetes.deletePod(pod);
    await here.clock.advance(minute);
    expect(clusterShown(here.world, here.cluster).waiting).toEqual([
      expect.objectContaining({ state: "pending", daemon: false }),
    ]);
  });
});
