import { describe, expect, it } from "vitest";
import { marksAnnotation, nodeMarks } from "../../../src/core/roll/seen.js";
import type { Town } from "../../playground/kubernetes/town.js";
import { openShop } from "./shop.js";

const excludeLabel = "node.kubernetes.io/exclude-from-external-load-balancers";
const ours = { key: "eks.amazonaws.com/nodegroup", value: "unschedulable", effect: "NoSchedule" };
const theirs = {
  key: "team",
  value: "data",
  effect: "NoExecute" as const,
  timeAdded: "2026-03-01T07:00:00Z",
};

function nodeOf({ cluster }: Town, name = "a") {
  const node = cluster.store.get("nodes", { name });
  if (!node) throw new Error(`There is no node ${name}.`);
  return node;
}

const refOf = (town: Town) => ({ name: "a", uid: nodeOf(town).metadata.uid });

/** Somebody else writes the node between our reading and our writing, so many times. */
async function openDisputedShop(times: number, write: (town: Town) => void) {
  const shop = await openShop();
  let left = times;
  shop.server.authorize = ({ verb }) => {
    if (verb === "patch" && left-- > 0) write(shop.town);
    return true;
  };
  return { ...shop, ref: refOf(shop.town) };
}

const heartbeat = ({ cluster }: Town) =>
  cluster.store.update("nodes", { name: "a" }, ({ metadata }) => {
    metadata.annotations = { ...metadata.annotations, beat: `${cluster.store.version}` };
  });

describe("marking a node", () => {
  it("puts every mark, and the note of them, in one write", async () => {
    const { town, kubernetes } = await openShop();
    const before = nodeOf(town).metadata;
    expect(await kubernetes.markNode(refOf(town), nodeMarks, "calm-heron")).toBe("marked");
    const { metadata, spec } = nodeOf(town);
    expect(metadata.labels).toEqual({ ...before.labels, [excludeLabel]: "true" });
    expect(metadata.annotations).toEqual({
      "cluster-autoscaler.kubernetes.io/scale-down-disabled": "true",
      [marksAnnotation]: "calm-heron taint,load balancers,keep,cordon",
    });
    expect(spec.unschedulable).toBe(true);
    expect(spec.taints).toContainEqual(ours);
  });

  it("writes nothing the second time", async () => {
    const { town, kubernetes, server } = await openShop();
    await kubernetes.markNode(refOf(town), ["taint"], "calm-heron");
    server.authorize = ({ verb }) => verb !== "patch";
    expect(await kubernetes.markNode(refOf(town), ["taint"], "calm-heron")).toBe("marked");
  });

  it("leaves another's taint as it is, with what we do not read of it", async () => {
    const { town, kubernetes } = await openShop();
    town.cluster.store.update("nodes", { name: "a" }, ({ spec }) => {
      spec.taints = [theirs];
    });
    await kubernetes.markNode(refOf(town), ["taint"], "calm-heron");
    expect(nodeOf(town).spec.taints).toEqual([theirs, ours]);
    await kubernetes.unmarkNode(refOf(town));
    expect(nodeOf(town).spec.taints).toEqual([theirs]);
  });

  it.each([
    ["of another uid is gone", "a", "another"],
    ["that is not there is gone", "nobody", "any"],
  ])("%s, and nothing is written", async (_rule, name, uid) => {
    const { town, kubernetes } = await openShop();
    const before = town.cluster.store.version;
    expect(await kubernetes.markNode({ name, uid }, nodeMarks, "calm-heron")).toBe("gone");
    expect(await kubernetes.unmarkNode({ name, uid })).toBe("gone");
    expect(town.cluster.store.version).toBe(before);
  });

  it("that somebody else writes meanwhile is read anew: their cordon is not noted as ours", async () => {
    const cordon = ({ cluster }: Town) => cluster.changeNode("a", { unschedulable: true });
    const { town, kubernetes, ref } = await openDisputedShop(1, cordon);
    expect(await kubernetes.markNode(ref, ["taint", "cordon"], "calm-heron")).toBe("marked");
    expect(nodeOf(town).metadata.annotations?.[marksAnnotation]).toBe("calm-heron taint");
    await kubernetes.unmarkNode(ref);
    expect(nodeOf(town).spec.unschedulable).toBe(true);
  });

  it("that somebody else writes every time is a conflict, and stays as they want it", async () => {
    const { town, kubernetes, ref } = await openDisputedShop(Number.POSITIVE_INFINITY, heartbeat);
    await expect(kubernetes.markNode(ref, ["taint"], "calm-heron")).rejects.toMatchObject({
      kind: "conflict",
      call: "mark node a",
    });
    expect(nodeOf(town).spec.taints ?? []).toEqual([]);
  });

  it("that two workers mark at once is marked once", async () => {
    const { town, kubernetes } = await openShop();
    const ref = refOf(town);
    const mark = () => kubernetes.markNode(ref, ["taint", "cordon"], "calm-heron");
    expect(await Promise.all([mark(), mark(), mark()])).toEqual(["marked", "marked", "marked"]);
    expect(nodeOf(town).spec.taints?.filter(({ key }) => key === ours.key)).toEqual([ours]);
    expect(nodeOf(town).metadata.annotations?.[marksAnnotation]).toBe("calm-heron taint,cordon");
  });

  it("is marked where the connection drops in the middle of the write", async () => {
    const { town, kubernetes, server } = await openShop();
    const ref = refOf(town);
    let lost = 0;
    server.faults = ({ verb }) => (verb === "patch" && lost++ === 0 ? "no answer" : undefined);
    expect(await kubernetes.markNode(ref, ["taint"], "calm-heron")).toBe("marked");
    expect(nodeOf(town).spec.taints).toEqual([ours]);
  });

  it.each([
    ["get nodes", "get"],
    ["patch nodes", "patch"],
  ])("without the right to %s is denied, and names it", async (permission, verb) => {
    const { town, kubernetes } = await openShop({}, { authorize: (access) => access.verb !== verb });
    await expect(kubernetes.markNode(refOf(town), ["taint"], "calm-heron")).rejects.toMatchObject({
      kind: "denied",
      next: expect.stringContaining(`"${permission}"`),
    });
  });
});

describe("unmarking a node", () => {
  it("takes away what is ours, and leaves the node as it was", async () => {
    const { town, kubernetes } = await openShop();
    const { labels } = nodeOf(town).metadata;
    await kubernetes.markNode(refOf(town), nodeMarks, "calm-heron");
    expect(await kubernetes.unmarkNode(refOf(town))).toBe("unmarked");
    expect(nodeOf(town).metadata.labels).toEqual(labels);
    expect(nodeOf(town).metadata.annotations ?? {}).toEqual({});
    expect(nodeOf(town).spec.unschedulable).toBeUndefined();
    expect(nodeOf(town).spec.taints ?? []).not.toContainEqual(ours);
  });

  it("that somebody uncordons meanwhile takes away the rest", async () => {
    const uncordon = ({ cluster }: Town) => cluster.changeNode("a", { unschedulable: false });
    const { town, kubernetes, server } = await openShop();
    await kubernetes.markNode(refOf(town), ["taint", "cordon"], "calm-heron");
    let asked = 0;
    server.authorize = ({ verb }) => {
      if (verb === "patch" && asked++ === 0) uncordon(town);
      return true;
    };
    expect(await kubernetes.unmarkNode(refOf(town))).toBe("unmarked");
    expect(nodeOf(town).spec.taints ?? []).not.toContainEqual(ours);
    expect(nodeOf(town).metadata.annotations ?? {}).toEqual({});
    expect(asked).toBe(2);
  });

  it("takes away some, and keeps the note of the others", async () => {
    const { town, kubernetes } = await openShop();
    await kubernetes.markNode(refOf(town), ["taint", "cordon"], "calm-heron");
    await kubernetes.unmarkNode(refOf(town), ["cordon"]);
    expect(nodeOf(town).spec.unschedulable).toBeUndefined();
    expect(nodeOf(town).metadata.annotations?.[marksAnnotation]).toBe("calm-heron taint");
  });
});

describe("every node", () => {
  it("is seen, whoever rolls it", async () => {
    const { town, kubernetes } = await openShop();
    const nodes = await kubernetes.allNodes();
    expect(nodes.map(({ name }) => name)).toEqual(["a", "b", "c"]);
    expect(nodes[0]).toMatchObject({ uid: refOf(town).uid, ready: "True", pressures: [], annotations: {} });
  });
});
