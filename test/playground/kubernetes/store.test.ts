import { describe, expect, it } from "vitest";
import { Store } from "../../../playground/kubernetes/store.js";
import { origin } from "./town.js";

const makeStore = (history?: number) =>
  new Store({ now: () => origin, seed: "store", ...(history ? { history } : {}) });

const namespace = (name: string) => ({ metadata: { name }, status: { phase: "Active" as const } });

describe("the object store", () => {
  it("fills in what an API server fills in, in world time", () => {
    const store = makeStore();
    const made = store.create("namespaces", namespace("shop"));
    expect(made).toMatchObject({ apiVersion: "v1", kind: "Namespace" });
    expect(made.metadata).toMatchObject({
      creationTimestamp: "2026-03-01T08:00:00Z",
      resourceVersion: "1001",
    });
    expect(made.metadata.uid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it("refuses a second object of the same name", () => {
    const store = makeStore();
    store.create("namespaces", namespace("shop"));
    expect(() => store.create("namespaces", namespace("shop"))).toThrow('namespaces "shop" already exists.');
  });

  it("makes no new version of a change that changes nothing", () => {
    const store = makeStore();
    const made = store.create("namespaces", namespace("shop"));
    store.update("namespaces", { name: "shop" }, ({ status }) => {
      status.phase = "Active";
    });
    expect(store.get("namespaces", { name: "shop" })).toBe(made);
    expect(store.version).toBe(1001);
  });

  it("hands out objects that cannot be changed behind its back", () => {
    const made = makeStore().create("namespaces", namespace("shop"));
    expect(() => {
      made.metadata.name = "other";
    }).toThrow(TypeError);
  });

  it("shows a collection as it was at an earlier version", () => {
    const store = makeStore();
    store.create("namespaces", namespace("a"));
    store.create("namespaces", namespace("b"));
    const then = store.version;
    store.remove("namespaces", { name: "a" });
    store.create("namespaces", namespace("c"));
    store.update("namespaces", { name: "b" }, ({ status }) => {
      status.phase = "Terminating";
    });
    expect(
      store.listAt("namespaces", then)?.map(({ metadata, status }) => [metadata.name, status.phase]),
    ).toEqual([
      ["a", "Active"],
      ["b", "Active"],
    ]);
    expect(store.list("namespaces").map(({ metadata }) => metadata.name)).toEqual(["b", "c"]);
  });

  it("tells what changed since a version, in order", () => {
    const store = makeStore();
    store.create("namespaces", namespace("a"));
    const since = store.version;
    store.create("namespaces", namespace("b"));
    store.remove("namespaces", { name: "a" });
    const changes = store.changesSince("namespaces", since);
    expect(changes?.map(({ type, object }) => [type, object.metadata.name])).toEqual([
      ["ADDED", "b"],
      ["DELETED", "a"],
    ]);
    expect(changes?.at(-1)?.object.metadata.resourceVersion).toBe(`${store.version}`);
  });

  it("tells the whole story of a collection that nobody has looked at", () => {
    const store = makeStore();
    const since = store.version;
    store.create("namespaces", namespace("a"));
    expect(store.changesSince("pods", since)).toEqual([]);
  });

  it("cannot go back further than its history", () => {
    const store = makeStore(2);
    const since = store.version;
    for (const name of ["a", "b"]) store.create("namespaces", namespace(name));
    expect(store.changesSince("namespaces", since)).toHaveLength(2);
    store.create("namespaces", namespace("c"));
    expect(store.changesSince("namespaces", since)).toBeUndefined();
    expect(store.listAt("namespaces", since)).toBeUndefined();
    expect(store.changesSince("namespaces", since + 1)).toHaveLength(2);
  });

  it("lets controllers look only when a transaction is over", () => {
    const store = makeStore();
    const seen: string[][] = [];
    store.onSettle((touched) => seen.push([...touched]));
    store.transaction(() => {
      store.create("namespaces", namespace("a"));
      store.create("namespaces", namespace("b"));
    });
    expect(seen).toEqual([["namespaces"]]);
  });

  it("fails rather than hangs when controllers undo each other forever", () => {
    const store = makeStore();
    let count = 0;
    store.onSettle(() => store.create("namespaces", namespace(`n${count++}`)));
    expect(() => store.create("namespaces", namespace("a"))).toThrow("Controllers never settle: namespaces.");
  });
});
