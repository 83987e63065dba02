import { PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { describe, expect, it } from "vitest";
import { credentials, makeToken } from "./signing.js";
import { addReadyNodes, firstPod, foundShop, foundTown, nameOf, podsOf } from "./town.js";
import { openTown, refusal, staticToken } from "./wire.js";

const { StrategicMergePatch, MergePatch, JsonPatch } = PatchStrategy;

describe("who may come in", () => {
  it("a token for this cluster", async () => {
    const token = await makeToken({ cluster: "town" });
    const { core } = await openTown(foundTown(), { credentials }, token);
    expect((await core.listNode()).items).toEqual([]);
  });

  it.each([
    ["a token for another cluster", () => makeToken({ cluster: "city" })],
    ["a token of an hour ago", () => makeToken({ signedAt: new Date(Date.now() - 3600_000) })],
    ["a word", () => "sesame"],
    ["nobody in particular", () => ""],
  ])("not %s", async (_who, token) => {
    const reasons: string[] = [];
    const onRefused = (why: string) => reasons.push(why);
    const { core } = await openTown(foundTown(), { credentials, onRefused }, await token());
    expect(await refusal(core.listNode())).toEqual({ code: 401 });
    expect(reasons).toHaveLength(1);
  });

  it("only where RBAC lets them, and the answer names what is missing", async () => {
    const { core, authorization } = await openTown(foundTown(), {
      staticToken,
      authorize: ({ verb, resource }) => verb !== "list" || resource !== "nodes",
    });
    expect(await refusal(core.listNode())).toMatchObject({
      code: 403,
      reason: "Forbidden",
      message: expect.stringContaining('cannot list resource "nodes" in API group ""'),
    });
    const may = async (verb: string) => {
      const spec = { resourceAttributes: { verb, resource: "nodes" } };
      return (await authorization.createSelfSubjectAccessReview({ body: { spec } })).status?.allowed;
    };
    expect([await may("list"), await may("get")]).toEqual([false, true]);
  });
});

describe("a node is patched", () => {
  it.each([
    ["by a strategic merge", StrategicMergePatch, { spec: { unschedulable: true } }],
    ["by a merge", MergePatch, { spec: { unschedulable: true } }],
    ["by operations", JsonPatch, [{ op: "add", path: "/spec/unschedulable", value: true }]],
  ])("%s", async (_how, kind, body) => {
    const town = foundTown();
    addReadyNodes(town, "a");
    const { core } = await openTown(town);
    const patched = await core.patchNode({ name: "a", body }, setHeaderOptions("Content-Type", kind));
    expect(patched.spec?.unschedulable).toBe(true);
    expect(patched.spec?.taints).toMatchObject([{ key: "node.kubernetes.io/unschedulable" }]);
  });

  it("back, with null, keeping its labels", async () => {
    const town = foundTown();
    addReadyNodes(town, "a");
    town.cluster.changeNode("a", { unschedulable: true, labels: { mine: "1" } });
    const { core } = await openTown(town);
    const body = { spec: { unschedulable: null }, metadata: { labels: { mine: null, yours: "2" } } };
    const patched = await core.patchNode({ name: "a", body }, setHeaderOptions("Content-Type", MergePatch));
    expect(patched.spec?.unschedulable).toBeUndefined();
    expect(patched.spec?.taints).toBeUndefined();
    expect(patched.metadata?.labels).toMatchObject({ yours: "2", "kubernetes.io/os": "linux" });
    expect(patched.metadata?.labels).not.toHaveProperty("mine");
  });

  it.each([
    ["a version that is not the latest", MergePatch, { metadata: { resourceVersion: "1" } }, 409],
    [
      "a version that is not the latest, strategically",
      StrategicMergePatch,
      { metadata: { resourceVersion: "1" } },
      409,
    ],
    ["the uid of an earlier node of that name", MergePatch, { metadata: { uid: "other" } }, 422],
    ["an operation whose test fails", JsonPatch, [{ op: "test", path: "/spec/providerID", value: "x" }], 422],
    ["a kind of patch nobody knows", "application/apply-patch+yaml", {}, 415],
  ])("not with %s", async (_why, kind, body, code) => {
    const town = foundTown();
    addReadyNodes(town, "a");
    const { core } = await openTown(town);
    const call = core.patchNode({ name: "a", body }, setHeaderOptions("Content-Type", kind));
    expect(await refusal(call)).toMatchObject({ kind: "Status", code });
  });

  it("with its uid and its version, by exactly one of two who saw the same", async () => {
    const town = foundTown();
    addReadyNodes(town, "a");
    const { core } = await openTown(town);
    const { uid, resourceVersion } = (await core.readNode({ name: "a" })).metadata ?? {};
    const mark = (key: string) => {
      const taints = [{ key, value: "unschedulable", effect: "NoSchedule" }];
      const body = { metadata: { uid, resourceVersion, annotations: { [key]: "mine" } }, spec: { taints } };
      return core.patchNode({ name: "a", body }, setHeaderOptions("Content-Type", MergePatch));
    };
    expect((await mark("eks.amazonaws.com/nodegroup")).spec?.taints).toHaveLength(1);
    expect(await refusal(mark("other"))).toMatchObject({ code: 409, reason: "Conflict" });
  });

  it("not at all as a dry run, which shows what would be", async () => {
    const town = foundTown();
    addReadyNodes(town, "a");
    const { core } = await openTown(town);
    const body = { spec: { unschedulable: true } };
    const options = setHeaderOptions("Content-Type", MergePatch);
    const shown = await core.patchNode({ name: "a", body, dryRun: "All" }, options);
    expect(shown.spec?.unschedulable).toBe(true);
    expect(town.cluster.store.get("nodes", { name: "a" })?.spec.unschedulable).toBeUndefined();
  });
});

describe("a pod is evicted over the wire", () => {
  const evict = (town: Awaited<ReturnType<typeof foundShop>>, change: object = {}) => {
    const pod = nameOf(firstPod(town));
    return { ...pod, body: { metadata: pod, ...change } };
  };

  it("with 201, and terminates", async () => {
    const town = await foundShop();
    const { core } = await openTown(town);
    const pod = nameOf(firstPod(town));
    await core.createNamespacedPodEviction(evict(town));
    expect(town.cluster.store.get("pods", pod)?.metadata.deletionTimestamp).toBeDefined();
  });

  it("not as a dry run", async () => {
    const town = await foundShop();
    const { core } = await openTown(town);
    await core.createNamespacedPodEviction(evict(town, { deleteOptions: { dryRun: ["All"] } }));
    expect(podsOf(town).map(({ metadata }) => metadata.deletionTimestamp)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("not against its budget: 429 with the cause", async () => {
    const town = await foundShop({ budgets: [{ name: "ui", maxUnavailable: 0 }] });
    const { core } = await openTown(town);
    expect(await refusal(core.createNamespacedPodEviction(evict(town)))).toMatchObject({
      code: 429,
      reason: "TooManyRequests",
      details: { causes: [{ reason: "DisruptionBudget" }] },
    });
  });

  it("and what a budget refused in earnest is told to the world", async () => {
    const town = await foundShop({ budgets: [{ name: "ui", maxUnavailable: 0 }] });
    const told: unknown[] = [];
    town.cluster.onRefusedEviction = ({ metadata }, status) => told.push([metadata.name, status]);
    const { core } = await openTown(town);
    for (const change of [{ deleteOptions: { dryRun: ["All"] } }, {}])
      await refusal(core.createNamespacedPodEviction(evict(town, change)));
    expect(told).toEqual([[firstPod(town).metadata.name, 429]]);
  });

  it.each([
    [
      "under another name",
      { metadata: { name: "other" } },
      400,
      "name in URL does not match name in Eviction object",
    ],
    [
      "as another pod of that name",
      { deleteOptions: { preconditions: { uid: "other" } } },
      409,
      /Precondition failed: UID/,
    ],
  ])("not %s", async (_why, change, code, message) => {
    const town = await foundShop();
    const { core } = await openTown(town);
    const status = await refusal(core.createNamespacedPodEviction(evict(town, change)));
    expect(status.code).toBe(code);
    expect(status.message).toMatch(message);
  });
});

describe("a pod is deleted over the wire", () => {
  it("gracefully, whatever its budget says", async () => {
    const town = await foundShop({ budgets: [{ name: "ui", maxUnavailable: 0 }] });
    const { core } = await openTown(town);
    const deleted = await core.deleteNamespacedPod({ ...nameOf(firstPod(town)), gracePeriodSeconds: 7 });
    expect(deleted.metadata?.deletionGracePeriodSeconds).toBe(7);
  });

  it("at once with a grace of 0", async () => {
    const town = await foundShop({ replicas: 1 });
    const { core } = await openTown(town);
    const before = firstPod(town);
    await core.deleteNamespacedPod({ ...nameOf(before), gracePeriodSeconds: 0 });
    expect(podsOf(town).map(({ metadata }) => metadata.uid)).not.toContain(before.metadata.uid);
  });
});

it("what cannot be done with a resource answers 405", async () => {
  const town = await foundShop();
  const { core, apps } = await openTown(town);
  expect(await refusal(core.deleteNode({ name: "a" }))).toMatchObject({
    code: 405,
    reason: "MethodNotAllowed",
  });
  const scale = apps.readNamespacedStatefulSetScale({ namespace: "shop", name: "ui" });
  expect(await refusal(scale)).toMatchObject({ code: 404, reason: "NotFound" });
});
