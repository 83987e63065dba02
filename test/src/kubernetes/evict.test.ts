import { describe, expect, it } from "vitest";
import { ApiError } from "../../../playground/kubernetes/api/http.js";
import { failure } from "../../../playground/kubernetes/status.js";
import type { EvictionAnswer } from "../../../src/core/seen.js";
import { firstPod, podsOf, type Town } from "../../playground/kubernetes/town.js";
import { openShop } from "./shop.js";

const full = { budgets: [{ name: "ui", minAvailable: "100%" }] };

function firstRef(town: Town) {
  const { namespace = "", name, uid } = firstPod(town).metadata;
  return { namespace, name, uid };
}

const deletingOf = (town: Town) =>
  podsOf(town).flatMap(({ metadata }) => (metadata.deletionTimestamp ? metadata.name : []));

describe("an eviction", () => {
  it("makes the pod go, with a reason, and pays for it from the budget", async () => {
    const { town, kubernetes } = await openShop({ budgets: [{ name: "ui", maxUnavailable: 1 }] });
    const pod = firstRef(town);
    expect(await kubernetes.evict(pod)).toEqual({ kind: "would go" });
    const [evicted] = (await kubernetes.pods(["a", "b", "c"])).filter(({ uid }) => uid === pod.uid);
    expect(evicted?.disruption?.reason).toBe("EvictionByEvictionAPI");
    expect(
      town.cluster.store.get("poddisruptionbudgets", { namespace: "shop", name: "ui" })?.status,
    ).toMatchObject({
      disruptionsAllowed: 0,
    });
  });

  it("sent again is answered the same while the pod ends, and pays once", async () => {
    const { town, kubernetes } = await openShop({ budgets: [{ name: "ui", minAvailable: 1 }] });
    const pod = firstRef(town);
    const answers = await Promise.all([kubernetes.evict(pod), kubernetes.evict(pod), kubernetes.evict(pod)]);
    expect(answers).toEqual(Array(3).fill({ kind: "would go" }));
    expect(deletingOf(town)).toEqual([pod.name]);
  });

  it("is sent again where the connection drops", async () => {
    const { town, kubernetes, server } = await openShop();
    let lost = 0;
    server.faults = ({ subresource }) =>
      subresource === "eviction" && lost++ === 0 ? "no answer" : undefined;
    expect(await kubernetes.evict(firstRef(town))).toEqual({ kind: "would go" });
    expect(deletingOf(town)).toHaveLength(1);
  });

  it.each<[string, (town: Town) => ReturnType<typeof firstRef>, EvictionAnswer]>([
    ["a budget that is used up", firstRef, { kind: "budget used up", budget: "ui", needs: 3, has: 3 }],
    ["another pod of its name", (town) => ({ ...firstRef(town), uid: "before" }), { kind: "another pod" }],
    ["a pod that is gone", (town) => ({ ...firstRef(town), name: "nobody" }), { kind: "gone" }],
  ])("of %s leaves every pod alone", async (_rule, ref, answer) => {
    const { town, kubernetes } = await openShop(full);
    expect(await kubernetes.evict(ref(town))).toEqual(answer);
    expect(deletingOf(town)).toEqual([]);
  });

  it("of a pod under two budgets says so", async () => {
    const two = ["ui", "ui-2"].map((name) => ({ name, minAvailable: 0 }));
    const { town, kubernetes } = await openShop({ budgets: two });
    expect(await kubernetes.evict(firstRef(town))).toEqual({ kind: "several budgets" });
  });

  it("has no answer where the bot may not, and says what to grant", async () => {
    const { town, kubernetes } = await openShop({}, { authorize: () => false });
    expect(await kubernetes.evict(firstRef(town))).toMatchObject({
      kind: "no answer",
      next: expect.stringContaining('"create pods/eviction"'),
    });
  });

  it("is busy where the API server throttles, for as long as it says", async () => {
    const { town, kubernetes, server } = await openShop();
    server.faults = () => "throttled";
    expect(await kubernetes.evict(firstRef(town))).toEqual({ kind: "busy", after: 1_000 });
  });

  const answering = (code: number, reason: string, message: string, retryAfterSeconds?: number) => ({
    authorize: () => {
      throw new ApiError(failure(code, reason, message, retryAfterSeconds ? { retryAfterSeconds } : {}));
    },
  });

  it("is busy where the API server throttles without saying for how long", async () => {
    const { town, kubernetes } = await openShop({}, answering(429, "TooManyRequests", "later"));
    expect(await kubernetes.evict(firstRef(town))).toEqual({ kind: "busy" });
  });

  it.each([
    ["breaks", 500, "etcdserver: leader changed", "busy"],
    ["is no API of pods", 404, "the server could not find the requested resource", "not found"],
  ])("throws where the API server %s", async (_rule, code, message, kind) => {
    const { town, kubernetes } = await openShop({}, answering(code, "Any", message));
    const pod = firstRef(town);
    await expect(kubernetes.evict(pod)).rejects.toMatchObject({ kind, call: `evict pod shop/${pod.name}` });
  });

  it("throws the signal's reason where it is aborted", async () => {
    const stopping = new AbortController();
    const authorize = () => {
      stopping.abort(new Error("shutting down"));
      return true;
    };
    const { town, kubernetes } = await openShop({}, { authorize });
    await expect(kubernetes.evict(firstRef(town), stopping.signal)).rejects.toThrow("shutting down");
  });
});

describe("a deletion", () => {
  it("goes against any budget, with the pod's own grace period", async () => {
    const { town, kubernetes } = await openShop({ ...full, gracePeriod: 42 });
    const pod = firstRef(town);
    expect(await kubernetes.deletePod(pod, { now: false })).toBe("deleted");
    expect(deletingOf(town)).toEqual([pod.name]);
    expect(firstPod(town).metadata.deletionGracePeriodSeconds).toBe(42);
    expect(await kubernetes.deletePod(pod, { now: false })).toBe("deleted");
  });

  it("is over at once where nobody waits for the kubelet", async () => {
    const { town, kubernetes } = await openShop({ gracePeriod: 42 });
    const pod = firstRef(town);
    expect(await kubernetes.deletePod(pod, { now: false })).toBe("deleted");
    expect(await kubernetes.deletePod(pod, { now: true })).toBe("deleted");
    expect(await kubernetes.deletePod(pod, { now: true })).toBe("gone");
  });

  it.each([
    ["another pod has the name now", { uid: "before" }],
    ["the pod is not there", { name: "nobody" }],
  ])("finds it gone where %s, and leaves the others alone", async (_rule, change) => {
    const { town, kubernetes } = await openShop();
    expect(await kubernetes.deletePod({ ...firstRef(town), ...change }, { now: false })).toBe("gone");
    expect(deletingOf(town)).toEqual([]);
  });

  it("without the right to it is denied, and names it", async () => {
    const { town, kubernetes } = await openShop({}, { authorize: ({ verb }) => verb !== "delete" });
    await expect(kubernetes.deletePod(firstRef(town), { now: false })).rejects.toMatchObject({
      kind: "denied",
      next: expect.stringContaining('"delete pods"'),
    });
  });
});
