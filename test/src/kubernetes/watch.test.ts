import { describe, expect, it, onTestFinished, vi } from "vitest";
import { failure } from "../../../playground/kubernetes/status.js";
import { type firstPod, nameOf, podsOf } from "../../playground/kubernetes/town.js";
import { soon } from "../../soon.js";
import { openShop } from "./shop.js";

const budgets = [{ name: "ui", maxUnavailable: 1 }];

async function openWatch(nodes: readonly string[] = ["a"]) {
  const shop = await openShop({ budgets });
  const asked: string[] = [];
  shop.server.faults = ({ verb, resource }) => {
    asked.push(`${verb} ${resource}`);
    return undefined;
  };
  let changes = 0;
  const follow = async () => {
    const followed = await shop.kubernetes.follow(nodes, () => changes++);
    onTestFinished(followed.close);
    return followed;
  };
  const times = (what: string) => asked.filter((each) => each === what).length;
  return { ...shop, follow, asked, times, changes: () => changes };
}

const onNode = (node: string) => (pod: ReturnType<typeof firstPod>) => pod.spec.nodeName === node;

describe("following a cluster", () => {
  it("begins with everything there is: the pods of its nodes, every budget", async () => {
    const { follow, kubernetes } = await openWatch(["a", "b"]);
    const followed = await follow();
    const byName = (one: { name: string }, other: { name: string }) => one.name.localeCompare(other.name);
    expect(followed.pods().toSorted(byName)).toEqual((await kubernetes.pods(["a", "b"])).toSorted(byName));
    expect(followed.budgets()).toEqual(await kubernetes.budgets());
  });

  it("sees what changes, what ends and what is new", async () => {
    const { follow, town, changes, times } = await openWatch();
    const followed = await follow();
    const before = followed.pods().length;
    await soon(() => expect(times("watch pods")).toBe(1));
    const mine = podsOf(town).find(onNode("a"));
    if (!mine) throw new Error("The shop has no pod on node a.");
    const told = changes();
    town.cluster.evict(nameOf(mine));
    await soon(() => expect(followed.pods().some(({ deletingSince }) => deletingSince)).toBe(true));
    expect(followed.budgets()[0]?.disruptionsAllowed).toBe(0);
    await town.clock.advance(60_000);
    const uid = mine.metadata.uid;
    await soon(() => expect(followed.pods().some((pod) => pod.uid === uid)).toBe(false));
    await soon(() => expect(followed.budgets()[0]?.disruptionsAllowed).toBe(1));
    expect(followed.pods().length).toBe(podsOf(town).filter(onNode("a")).length + before - 1);
    expect(changes()).toBeGreaterThan(told);
  });

  it("is one watch for all who look at the same, and for who comes back soon", async () => {
    const { follow, times } = await openWatch();
    const [one, other] = await Promise.all([follow(), follow()]);
    await soon(() => expect(times("watch pods")).toBe(1));
    one.close();
    other.close();
    await follow();
    expect([times("list pods"), times("watch pods"), times("list poddisruptionbudgets")]).toEqual([1, 1, 1]);
  });

  it("lists again at once where the server has forgotten the version", async () => {
    const { follow, times, server, asked } = await openWatch();
    let forgotten = 0;
    server.faults = ({ verb, resource }) => {
      asked.push(`${verb} ${resource}`);
      if (verb !== "watch" || resource !== "pods" || forgotten++ > 0) return undefined;
      return failure(410, "Expired", "too old resource version");
    };
    await follow();
    // By itself it would list again after a second.
    await vi.waitFor(() => expect([times("list pods"), times("watch pods")]).toEqual([2, 2]), {
      timeout: 950,
    });
  });

  it("lists again where a watch is dropped", async () => {
    const { follow, town, server, times, asked } = await openWatch();
    server.faults = ({ verb, resource }) => {
      asked.push(`${verb} ${resource}`);
      return verb === "watch" && times("watch pods") < 2 ? "no answer" : undefined;
    };
    const followed = await follow();
    town.cluster.removeNode("a");
    await soon(() => expect(followed.pods()).toEqual([]));
  });

  it("keeps on listing where watches are not allowed", async () => {
    const { follow, town, server, times } = await openWatch();
    server.authorize = ({ verb }) => verb !== "watch";
    const followed = await follow();
    town.cluster.removeNode("a");
    await soon(() => expect(followed.pods()).toEqual([]));
    expect(times("list pods")).toBeGreaterThan(1);
    expect(() => followed.check()).not.toThrow();
  });

  it("says why it is no longer up to date, until it is again", async () => {
    const { follow, server, asked } = await openWatch();
    server.authorize = ({ verb }) => verb !== "watch";
    const followed = await follow();
    const fine = server.faults;
    server.faults = ({ verb, resource }) => {
      asked.push(`${verb} ${resource}`);
      return failure(503, "ServiceUnavailable", "etcd has no leader");
    };
    await soon(() => expect(() => followed.check()).toThrow("HTTP 503"));
    server.faults = fine;
    await soon(() => expect(() => followed.check()).not.toThrow());
  });

  it.each([["pods"], ["poddisruptionbudgets"]])("throws where %s may not be listed", async (forbidden) => {
    const { follow, server } = await openWatch();
    server.authorize = ({ resource }) => resource !== forbidden;
    const next = expect.stringContaining(`list ${forbidden}`);
    await expect(follow()).rejects.toMatchObject({ kind: "denied", next });
  });

  it("takes a new token where the old one is refused", async () => {
    const { server } = await openWatch();
    const { connectKubernetes } = await import("../../../src/kubernetes/cluster.js");
    const kubernetes = connectKubernetes({
      access: { endpoint: server.endpoint, certificateAuthority: server.certificateAuthorityData },
      token: async (options) => (options?.renew ? server.staticToken : "too old"),
    });
    const followed = await kubernetes.follow(["a"], () => {});
    expect(followed.pods().length).toBeGreaterThan(0);
    followed.close();
  });

  it("throws the signal's reason where it has to stop", async () => {
    const { kubernetes } = await openWatch();
    await expect(
      kubernetes.follow(["a"], () => {}, AbortSignal.abort(new Error("lease lost"))),
    ).rejects.toThrow("lease lost");
  });
});
