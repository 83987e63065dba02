import { describe, expect, it } from "vitest";
import { clusterShown } from "../../../playground/page/cluster-shown.js";
import type { NodeGroupShown, NodeShown } from "../../../playground/page/protocol.js";
import { personCordoned } from "../../../playground/scenarios/person-cordoned.js";
import { selfManaged } from "../../../playground/scenarios/self-managed.js";
import { rollByHand } from "../world/own-roll.js";
import { latest, minute, type OwnStage, ownStage } from "../world/stage.js";

const current = "1.34.4-20260224";

function shown({ world, cluster }: OwnStage): NodeGroupShown {
  const [group] = clusterShown(world, cluster).nodeGroups;
  if (!group) throw new Error("The node group is not shown.");
  return group;
}

describe("a self-managed group", () => {
  it("is shown with what it launches and its sizes; without a roll nothing is old or new", async () => {
    const { nodes, ...group } = shown(await ownStage());
    const sizes = { min: 3, desired: 6, max: 8 };
    expect(group).toEqual({
      name: "workers",
      kind: "self-managed",
      release: current,
      template: "workers, version 3",
      sizes: { ...sizes, wanted: sizes },
      suspended: [],
      showsAge: false,
    });
    expect(nodes.map(({ state, release, marks }) => [state, release, marks])).toEqual(
      Array(6).fill(["ready", current, []]),
    );
  });

  it("shows in the middle of a roll what the group launches now, and what was changed about it", async () => {
    const here = await ownStage();
    await rollByHand(here, { stopsAfterScaleUp: true });
    const { nodes, ...group } = shown(here);
    expect(group).toMatchObject({
      release: latest,
      template: "workers, version 4",
      sizes: { min: 3, desired: 12, max: 14, wanted: { min: 3, desired: 6, max: 8 } },
      suspended: ["AZRebalance"],
      showsAge: true,
    });
    expect(nodes.filter(({ isNew }) => isNew).map(({ release }) => release)).toEqual(Array(6).fill(latest));
    expect(nodes.filter(({ isNew }) => !isNew).map(({ release }) => release)).toEqual(Array(6).fill(current));
  });

  it("goes through the states of its nodes", async () => {
    const here = await ownStage();
    const seen = { old: new Set<string>(), fresh: new Set<string>() };
    const look = () => {
      const { nodes, showsAge } = shown(here);
      if (showsAge) for (const node of nodes) seen[node.isNew ? "fresh" : "old"].add(node.state);
    };
    await rollByHand({ ...here, until: (condition) => here.until(condition, look) });
    expect([...seen.old].sort()).toEqual(["cordoned", "draining", "ready", "terminating"]);
    expect(seen.fresh).toContain("launching");
    expect(seen.fresh).toContain("joining");
  });
});

describe("a drain that is refused", () => {
  const find = (here: OwnStage, name: string) => shown(here).nodes.find((node) => node.name === name);

  /** The first old node, tainted and drained by the bot, with one pod that two budgets keep. */
  async function refused(): Promise<[here: OwnStage, node: NodeShown, pod: string]> {
    const here = await ownStage(selfManaged);
    await rollByHand(here, { stopsAfterScaleUp: true });
    const node = shown(here).nodes.find(({ isNew, pods }) => !isNew && pods.some(({ daemon }) => !daemon));
    const pod = node?.pods.find(({ daemon }) => !daemon);
    if (!node || !pod) throw new Error("No old node has pods.");
    here.cluster.kubernetes.store.update("nodes", { name: node.name }, ({ metadata }) => {
      metadata.annotations = { ...metadata.annotations, "eks-upgrade-bot/marks": "calm-heron-42 taint" };
    });
    const { onRefusedEviction, store } = here.cluster.kubernetes;
    const object = store.get("pods", pod);
    if (object) onRefusedEviction(object, 500);
    if (object) onRefusedEviction(object, 500);
    return [here, node, pod.name];
  }

  it("shows the node as draining while no pod of it leaves, and which pod may not", async () => {
    const [here, { name }, pod] = await refused();
    expect(find(here, name)?.state).toBe("draining");
    expect(
      find(here, name)
        ?.pods.filter(({ state }) => state === "held")
        .map((held) => held.name),
    ).toEqual([pod]);
    expect(here.changes("refused")).toHaveLength(1);
  });

  it("is over once the bot takes its taint back", async () => {
    const [here, { name }] = await refused();
    here.cluster.kubernetes.store.update("nodes", { name }, ({ spec, metadata }) => {
      spec.taints = [];
      metadata.annotations = {};
    });
    await here.clock.advance(minute);
    expect(find(here, name)).toMatchObject({ state: "ready", marks: [] });
    expect(find(here, name)?.pods.filter(({ state }) => state === "held")).toEqual([]);
  });
});

describe("marks on a node", () => {
  const exclude = "node.kubernetes.io/exclude-from-external-load-balancers";

  it.each([
    ["noted by the bot", "calm-heron-42 taint,load balancers,cordon", ["bot", "bot", "bot"]],
    ["of which the bot noted one", "calm-heron-42 taint", ["bot", "person", "person"]],
    ["that nobody noted", undefined, ["person", "person", "person"]],
  ])("%s", async (_sentence, note, whose) => {
    const here = await ownStage();
    const name = shown(here).nodes[0]?.name ?? "";
    here.cluster.kubernetes.store.update("nodes", { name }, ({ metadata, spec }) => {
      spec.taints = [{ key: "eks.amazonaws.com/nodegroup", value: "unschedulable", effect: "NoSchedule" }];
      spec.unschedulable = true;
      metadata.labels = { ...metadata.labels, [exclude]: "true" };
      if (note) metadata.annotations = { ...metadata.annotations, "eks-upgrade-bot/marks": note };
    });
    expect(shown(here).nodes[0]?.marks.map((mark) => [mark.what, mark.whose])).toEqual([
      ["no new pods", whose[0]],
      ["off load balancers", whose[1]],
      ["cordoned", whose[2]],
    ]);
  });

  it("are told apart where a person put other taints there too", async () => {
    const { nodes } = shown(await ownStage(personCordoned));
    expect(
      nodes.filter(({ marks }) => marks.length > 0).map(({ marks }) => marks.map(({ what }) => what)),
    ).toEqual([
      ["cordoned", "taint example.com/disk"],
      ["off load balancers", "cordoned", "taint example.com/trial"],
    ]);
  });
});
