import { describe, expect, it } from "vitest";
import { part } from "../../../playground/kubernetes/api/http.js";
import { firstPod, foundShop, foundTown, nameOf, podsOf, second } from "./town.js";
import { openTown, refusal } from "./wire.js";

const names = (list: { items: { metadata?: { name?: string } }[] }) =>
  list.items.map(({ metadata }) => metadata?.name);

describe("a list over the wire", () => {
  it("tells the truth about nodes, in world time", async () => {
    const { core } = await openTown(await foundShop());
    const nodes = await core.listNode();
    expect(names(nodes)).toEqual(["a", "b", "c"]);
    expect(nodes.items[0]?.metadata?.creationTimestamp).toEqual(new Date("2026-03-01T08:00:00Z"));
    expect(nodes.items[0]?.status?.nodeInfo?.kubeletVersion).toBe("v1.34.9-eks-1a2b3c4");
  });

  it("comes in pages that show one moment, whatever changes between them", async () => {
    const town = await foundShop({ replicas: 5 });
    const { core } = await openTown(town);
    const all = podsOf(town).map(({ metadata }) => metadata.name);
    const first = await core.listNamespacedPod({ namespace: "shop", limit: 2 });
    expect(first.metadata?.remainingItemCount).toBe(3);
    for (const node of town.cluster.nodeNames()) town.cluster.removeNode(node);
    const second = await core.listNamespacedPod({
      namespace: "shop",
      limit: 2,
      _continue: first.metadata?._continue ?? "",
    });
    const third = await core.listNamespacedPod({
      namespace: "shop",
      limit: 2,
      _continue: second.metadata?._continue ?? "",
    });
    expect([first, second, third].flatMap(names)).toEqual(all);
    expect(third.metadata?._continue).toBeUndefined();
  });

  it("answers 410 to a page whose moment is forgotten", async () => {
    const town = foundTown({ history: 2 });
    const { core } = await openTown(town);
    const page = await core.listNamespace({ limit: 1 });
    for (const phase of ["Terminating", "Active", "Terminating"] as const) {
      town.cluster.store.update("namespaces", { name: "default" }, ({ status }) => {
        status.phase = phase;
      });
    }
    const call = core.listNamespace({ limit: 1, _continue: page.metadata?._continue ?? "" });
    expect(await refusal(call)).toMatchObject({ kind: "Status", code: 410, reason: "Expired" });
  });

  it.each([
    ["of a node", { fieldSelector: "spec.nodeName=a" }, 2],
    ["of a phase", { fieldSelector: "status.phase=Pending" }, 0],
    ["of a label", { labelSelector: "app.kubernetes.io/name=ui" }, 3],
    ["of a set of labels", { labelSelector: "app.kubernetes.io/name in (ui,aws-node)" }, 6],
    ["of both", { labelSelector: "app.kubernetes.io/name=ui", fieldSelector: "spec.nodeName=a" }, 1],
  ])("gives only pods %s", async (_case, selectors, count) => {
    const { core } = await openTown(await foundShop());
    expect((await core.listPodForAllNamespaces(selectors)).items).toHaveLength(count);
  });

  it("of one node's pods comes in pages, too", async () => {
    const town = await foundShop({ replicas: 9 });
    const { core } = await openTown(town);
    const read = (page: { limit: number; _continue?: string }) =>
      core.listPodForAllNamespaces({ fieldSelector: "spec.nodeName=a", ...page });
    const first = await read({ limit: 3 });
    const token = first.metadata?._continue ?? "";
    for (const pod of town.cluster.podsToEvict("a")) town.cluster.deletePod(pod);
    await town.clock.advance(60 * second);
    const next = await read({ limit: 3, _continue: token });
    const names = [...first.items, ...next.items].map((pod) => pod.metadata?.name);
    expect(new Set(names).size).toBe(4);
    expect(next.metadata?._continue).toBeUndefined();
  });

  it("at exactly one version shows what was then, and answers 410 where that is forgotten", async () => {
    const town = await foundShop();
    const { core } = await openTown(town);
    const { resourceVersion = "" } = (await core.listNode()).metadata ?? {};
    town.cluster.removeNode("c");
    const then = await core.listNode({ resourceVersion, resourceVersionMatch: "Exact" });
    expect(then.items).toHaveLength(3);
    expect((await core.listNode({ resourceVersion })).items).toHaveLength(2);
    const forgotten = core.listNode({ resourceVersion: "1", resourceVersionMatch: "Exact" });
    expect(await refusal(forgotten)).toMatchObject({ code: 410, reason: "Expired" });
  });

  it("answers 400 to a selector it cannot read", async () => {
    const { core } = await openTown(foundTown());
    const call = core.listPodForAllNamespaces({ fieldSelector: "spec.image=x" });
    expect(await refusal(call)).toMatchObject({ code: 400, reason: "BadRequest" });
  });

  it("shows workloads and budgets", async () => {
    const town = await foundShop({ budgets: [{ name: "ui", minAvailable: "50%" }] });
    const { apps, policy } = await openTown(town);
    expect((await apps.listDeploymentForAllNamespaces()).items[0]?.status?.readyReplicas).toBe(3);
    expect(names(await apps.listNamespacedDaemonSet({ namespace: "kube-system" }))).toEqual(["aws-node"]);
    const [budget] = (await policy.listPodDisruptionBudgetForAllNamespaces()).items;
    expect(budget?.spec?.minAvailable).toBe("50%");
    expect(budget?.status).toMatchObject({ disruptionsAllowed: 1, currentHealthy: 3, desiredHealthy: 2 });
  });
});

describe("a single object over the wire", () => {
  it("is read by its name", async () => {
    const { core, version } = await openTown(await foundShop());
    expect((await core.readNode({ name: "b" })).spec?.providerID).toBe("aws:///us-west-2a/i-b");
    expect((await version.getCode()).gitVersion).toBe("v1.34.9-eks-1a2b3c4");
  });

  it("that does not exist answers 404 with its name", async () => {
    const { core } = await openTown(foundTown());
    expect(await refusal(core.readNamespacedPod({ namespace: "shop", name: "ui-1" }))).toMatchObject({
      kind: "Status",
      status: "Failure",
      code: 404,
      reason: "NotFound",
      message: 'pods "ui-1" not found',
      details: { name: "ui-1", kind: "pods" },
    });
  });
});

describe("a watch over the wire", () => {
  type Seen = [type: string, name: string];

  async function follow(
    town: Awaited<ReturnType<typeof foundShop>>,
    path: string,
    query: Record<string, string | number | boolean> = {},
  ) {
    const { watch } = await openTown(town);
    const seen: Seen[] = [];
    const objects: Record<string, unknown>[] = [];
    const ended = new Promise<unknown>((resolve) => {
      const note = (type: string, object: { metadata?: { name?: string } }) => {
        seen.push([type, object.metadata?.name ?? ""]);
        objects.push({ ...object });
      };
      void watch.watch(path, { timeoutSeconds: 20, ...query }, note, resolve);
    });
    return { seen, objects, ended };
  }

  it("without a version begins with everything there is", async () => {
    const { seen } = await follow(await foundShop(), "/api/v1/nodes");
    await expect
      .poll(() => seen)
      .toEqual([
        ["ADDED", "a"],
        ["ADDED", "b"],
        ["ADDED", "c"],
      ]);
  });

  it("from a version tells what was missed and what happens next", async () => {
    const town = await foundShop();
    const { version } = town.cluster.store;
    town.cluster.changeNode("a", { labels: { missed: "1" } });
    const { seen } = await follow(town, "/api/v1/nodes", { resourceVersion: version });
    await expect.poll(() => seen).toEqual([["MODIFIED", "a"]]);
    town.cluster.removeNode("b");
    await expect
      .poll(() => seen)
      .toEqual([
        ["MODIFIED", "a"],
        ["DELETED", "b"],
      ]);
  });

  it("tells how a budget is used up and free again", async () => {
    const town = await foundShop({ budgets: [{ name: "ui", minAvailable: 2 }] });
    const resourceVersion = `${town.cluster.store.version}`;
    const { objects } = await follow(town, "/apis/policy/v1/poddisruptionbudgets", { resourceVersion });
    town.cluster.evict(nameOf(firstPod(town)));
    await town.clock.advance(60 * second);
    const allowed = () => objects.map((budget) => part(budget, "status", "disruptionsAllowed"));
    await expect.poll(allowed).toContain(0);
    await expect.poll(() => allowed().at(-1)).toBe(1);
  });

  it("with a selector sees an object come and go as it begins and ends to match", async () => {
    const town = await foundShop();
    const { version } = town.cluster.store;
    const { seen } = await follow(town, "/api/v1/nodes", {
      resourceVersion: version,
      labelSelector: "new=1",
    });
    town.cluster.changeNode("a", { labels: { new: "1" } });
    town.cluster.changeNode("a", { unschedulable: true });
    town.cluster.changeNode("a", { labels: { new: null } });
    await expect.poll(() => seen.map(([type]) => type)).toEqual(["ADDED", "MODIFIED", "MODIFIED", "DELETED"]);
  });

  it("from a version that is forgotten gets an ERROR with 410", async () => {
    const town = foundTown({ history: 1 });
    const { objects, ended } = await follow(town, "/api/v1/namespaces", { resourceVersion: 1000 });
    await ended;
    expect(objects).toMatchObject([{ kind: "Status", code: 410, reason: "Expired" }]);
  });

  it("tells a client that never listed when it knows everything", async () => {
    const town = await foundShop();
    const query = {
      sendInitialEvents: true,
      resourceVersionMatch: "NotOlderThan",
      allowWatchBookmarks: true,
    };
    const { seen, objects } = await follow(town, "/api/v1/nodes", query);
    await expect.poll(() => seen.map(([type]) => type)).toEqual(["ADDED", "ADDED", "ADDED", "BOOKMARK"]);
    const metadata = { annotations: { "k8s.io/initial-events-end": "true" } };
    expect(objects.at(-1)).toMatchObject({ metadata });
  });

  it("ends by itself after timeoutSeconds, with a bookmark to go on from", async () => {
    const town = await foundShop();
    const { version } = town.cluster.store;
    const query = { resourceVersion: version, timeoutSeconds: 1, allowWatchBookmarks: true };
    const { seen, objects, ended } = await follow(town, "/api/v1/pods", query);
    await ended;
    expect(seen).toEqual([["BOOKMARK", ""]]);
    expect(objects).toMatchObject([{ kind: "Pod", metadata: { resourceVersion: `${version}` } }]);
  });

  it("shows pods being evicted and replaced", async () => {
    const town = await foundShop();
    const { version } = town.cluster.store;
    const [pod] = podsOf(town);
    const { seen } = await follow(town, "/api/v1/namespaces/shop/pods", { resourceVersion: version });
    town.cluster.evict({ namespace: "shop", name: pod?.metadata.name ?? "" });
    await town.clock.advance(30 * second);
    const told = () => seen.filter(([, name]) => name === pod?.metadata.name).map(([type]) => type);
    await expect.poll(told).toEqual(["MODIFIED", "MODIFIED", "DELETED"]);
    expect(seen.filter(([type]) => type === "ADDED")).toHaveLength(1);
  });
});
