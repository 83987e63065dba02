import { describe, expect, it } from "vitest";
import { failure } from "../../../playground/kubernetes/status.js";
import type { PodWait } from "../../../src/core/drain/waits.js";
import { soon } from "../../soon.js";
import { openDrain } from "./drain-stage.js";

const budget = (over = {}) => ({ budgets: [{ name: "ui", ...over }] });

describe("a turn of draining", () => {
  it("empties a node, with one eviction for each pod and no more than a list and a watch of anything", async () => {
    const { turn, leftOn, asked } = await openDrain({ replicas: 20 });
    const report = await turn();
    expect(report).toEqual({ left: { a: [] }, hindrances: [], waits: [], gone: 20, evictions: 20 });
    expect([leftOn("a"), leftOn("b")]).toEqual([0, 20]);
    expect(asked.filter((each) => !each.startsWith("create pods/eviction")).toSorted()).toEqual([
      "list poddisruptionbudgets",
      "list pods",
      "watch poddisruptionbudgets",
      "watch pods",
    ]);
  });

  it("goes through a budget in batches, and hardly asks in vain", async () => {
    const { turn, leftOn } = await openDrain({ replicas: 12, ...budget({ maxUnavailable: 3 }) });
    const { left, gone, evictions } = await turn({ atMost: 15_000 });
    expect({ left, gone }).toEqual({ left: { a: [] }, gone: 12 });
    expect(evictions).toBeLessThanOrEqual(12 + 4);
    expect(leftOn("b")).toBe(12);
  });

  it("names what blocks, asks once for all of them, and tells when to come back", async () => {
    const { turn, leftOn } = await openDrain({ replicas: 4, ...budget({ maxUnavailable: 0 }) });
    const { left, hindrances, waits, gone, evictions, next } = await turn({ quietFor: 100 });
    expect({ gone, left: left.a?.length, on: leftOn("a") }).toEqual({ gone: 0, left: 4, on: 4 });
    expect(left.a?.[0]?.reason).toBe(
      "is held by budget ui, which never lets one go, which needs 4 healthy pods and has 4",
    );
    expect(hindrances.map(({ reason }) => reason)).toEqual(Array(4).fill("budget never allows it"));
    // All evictions were of one pod.
    expect(waits).toMatchObject([{ answer: "budget used up", tries: evictions }]);
    expect(next).toBeGreaterThanOrEqual(waits[0]?.notBefore ?? Number.NaN);
  });

  it("is as patient as the turn before it", async () => {
    const { turn } = await openDrain({ replicas: 4, ...budget({ maxUnavailable: 0 }) });
    const before = await turn({ quietFor: 50 });
    const waits = before.waits.map((wait): PodWait => ({ ...wait, notBefore: wait.notBefore + 3_600_000 }));
    const report = await turn({ quietFor: 50, waits });
    expect(report).toMatchObject({ evictions: 0, waits, next: waits[0]?.notBefore });
    expect(report.hindrances).toHaveLength(4);
  });

  it("names both budgets of a pod, and lets the others go", async () => {
    const two = {
      name: "both",
      replicas: 1,
      budgets: [
        { name: "one", minAvailable: 0 },
        { name: "two", minAvailable: 0 },
      ],
    };
    const { turn } = await openDrain(two, { replicas: 5 });
    const { left, hindrances, gone, evictions } = await turn({ quietFor: 500 });
    expect(gone).toBe(5);
    // One more for each half minute of a turn that takes long.
    expect(evictions).toBeLessThanOrEqual(8);
    expect(left.a?.map(({ reason }) => reason)).toEqual(["is held by several budgets at once: one and two"]);
    expect(hindrances).toMatchObject([{ reason: "several budgets" }]);
  });

  it("goes on the moment a budget is loosened", async () => {
    const { turn, town } = await openDrain({ replicas: 4, ...budget({ maxUnavailable: 0 }) });
    const draining = turn({ quietFor: 4_000 });
    await soon(() => expect(town.cluster.store.list("poddisruptionbudgets")).toHaveLength(1));
    town.cluster.store.update("poddisruptionbudgets", { namespace: "shop", name: "ui" }, (draft) => {
      draft.spec.maxUnavailable = 4;
    });
    expect(await draining).toMatchObject({ left: { a: [] }, gone: 4 });
  });

  it("leaves what has come back, and evicts it once", async () => {
    const { turn, leftOn } = await openDrain({ replicas: 2, toleratesEverything: true });
    const report = await turn({ quietFor: 500 });
    expect(report).toMatchObject({ left: { a: [] }, gone: 2, evictions: 2 });
    expect(leftOn("a") + leftOn("b")).toBe(2);
  });

  it("is harmless when two workers do it at once", async () => {
    const { turn, leftOn } = await openDrain({ replicas: 12, ...budget({ maxUnavailable: 3 }) });
    const reports = await Promise.all([turn({ atMost: 15_000 }), turn({ atMost: 15_000 })]);
    expect(reports.map(({ left }) => left)).toEqual([{ a: [] }, { a: [] }]);
    expect([leftOn("a"), leftOn("b")]).toEqual([0, 12]);
  });

  it("slows down where the API server throttles, and gets there", async () => {
    const { turn, server } = await openDrain({ replicas: 10 });
    let refused = 0;
    const before = server.faults;
    server.faults = (access, caller) => {
      before(access, caller);
      if (access.subresource !== "eviction" || refused >= 5) return undefined;
      refused++;
      return failure(429, "TooManyRequests", "too many requests, please try again later");
    };
    expect(await turn({ atMost: 15_000 })).toMatchObject({ left: { a: [] }, gone: 10, evictions: 15 });
  });

  it("says what to grant where it may not evict", async () => {
    const { turn, server } = await openDrain({ replicas: 3 });
    server.authorize = ({ subresource }) => subresource !== "eviction";
    const next = expect.stringContaining("create pods/eviction");
    await expect(turn()).rejects.toMatchObject({ kind: "denied", next });
  });

  it("says what to grant where it may not list", async () => {
    const { turn, server } = await openDrain({ replicas: 3 });
    server.authorize = ({ verb }) => verb !== "list";
    const next = expect.stringMatching(/Allow "list (pods|poddisruptionbudgets\.policy)"/);
    await expect(turn()).rejects.toMatchObject({ kind: "denied", next });
  });

  it("gets there without watches, by listing", async () => {
    const { turn, server, asked } = await openDrain({ replicas: 5 });
    server.authorize = ({ verb }) => verb !== "watch";
    expect(await turn()).toMatchObject({ left: { a: [] }, gone: 5, evictions: 5 });
    expect(asked.filter((each) => each === "list pods").length).toBeGreaterThan(1);
  });

  it("ends at once when a person clicks, with what it knows", async () => {
    const { turn, asked } = await openDrain({ replicas: 3, ...budget({ maxUnavailable: 0 }) });
    const click = new AbortController();
    const draining = turn({ interrupt: click.signal, atMost: 60_000, quietFor: 60_000 });
    await soon(() => expect(asked).toContain("watch pods"));
    click.abort();
    expect((await draining).left.a).toHaveLength(3);
  });

  it("throws the signal's reason when it has to stop", async () => {
    const { turn } = await openDrain({ replicas: 3, ...budget({ maxUnavailable: 0 }) });
    const stop = new AbortController();
    const draining = turn({ signal: stop.signal, atMost: 60_000, quietFor: 60_000 });
    stop.abort(new Error("lease lost"));
    await expect(draining).rejects.toThrow("lease lost");
  });

  it("ends when its time is up", async () => {
    const { turn } = await openDrain({ replicas: 3, stopsIn: 1_000, gracePeriod: 3_600 });
    const report = await turn({ atMost: 300, quietFor: 60_000 });
    expect(report.left.a?.map(({ reason }) => reason)).toEqual(Array(3).fill("is ending"));
    expect(report.waits).toEqual([]);
  });

  it("has nothing to do without nodes", async () => {
    const { turn } = await openDrain({ replicas: 1 });
    expect(await turn({ nodes: {} })).toEqual({ left: {}, hindrances: [], waits: [], gone: 0, evictions: 0 });
  });
});
