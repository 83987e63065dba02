import { describe, expect, it } from "vitest";
import type { Fault, ServeOptions } from "../../../playground/kubernetes/server.js";
import { failure } from "../../../playground/kubernetes/status.js";
import type { Workload } from "../../../playground/kubernetes/types.js";
import type { PodRef } from "../../../src/core/roll/actions.js";
import { connectKubernetes, type Kubernetes } from "../../../src/kubernetes/cluster.js";
import type { KubernetesWrite } from "../../../src/kubernetes/writes.js";
import { firstPod } from "../../playground/kubernetes/town.js";
import { openShop } from "./shop.js";

const uuid = /^[0-9a-f-]{36}$/;
const done = {
  outcome: "done",
  answered: true,
  attempts: 1,
  auditIds: [expect.stringMatching(uuid)],
};

/** The shop, reached by somebody with a name, and what is told of the writes. */
async function telling(workload: Partial<Workload> = {}, options: ServeOptions = {}) {
  const { town, server } = await openShop(workload, options);
  const told: KubernetesWrite[] = [];
  const closers: (() => void)[] = [];
  const kubernetes = connectKubernetes({
    access: { endpoint: server.endpoint, certificateAuthority: server.certificateAuthorityData },
    token: async () => server.staticToken,
    userAgent: ["eks-upgrade-bot", "run/calm-heron-42", "by/U1"],
    onWrite: (write) => told.push(write),
    opened: (close) => closers.push(close),
  });
  const { metadata } = firstPod(town);
  const pod: PodRef = { namespace: "shop", name: metadata.name, uid: metadata.uid ?? "" };
  const [node] = await kubernetes.allNodes();
  if (!node) throw new Error("The town has no nodes.");
  const close = () => {
    for (const each of closers) each();
  };
  return { town, server, kubernetes, told, pod, node, close };
}

type Stage = Awaited<ReturnType<typeof telling>>;
const deployment = { kind: "Deployment", namespace: "shop", name: "ui" };

describe("what is told of a write", () => {
  it.each<[string, (stage: Stage) => Promise<unknown>, (stage: Stage) => Partial<KubernetesWrite>]>([
    [
      "an eviction",
      ({ kubernetes, pod }) => kubernetes.evict(pod),
      ({ pod }) => ({ what: "kubernetes:evict", on: `pod/shop/${pod.name}` }),
    ],
    [
      "a pod that is deleted",
      ({ kubernetes, pod }) => kubernetes.deletePod(pod, { now: true }),
      ({ pod }) => ({ what: "kubernetes:delete", on: `pod/shop/${pod.name}` }),
    ],
    [
      "a node that is cordoned: what is changed, and the run only by its place",
      ({ kubernetes, node }) => kubernetes.markNode(node, ["cordon"], "calm-heron-42"),
      ({ node }) => ({
        what: "kubernetes:patch",
        on: `node/${node.name}`,
        changes: expect.stringMatching(/^(?!.*calm-heron).*add \/spec\/unschedulable true/),
      }),
    ],
    [
      "an owner that is scaled",
      ({ kubernetes }) => kubernetes.scaleOwner(deployment, 3, 4),
      () => ({
        what: "kubernetes:patch",
        on: "deployment/shop/ui",
        changes: expect.stringContaining("/spec/replicas 4"),
      }),
    ],
  ])("%s", async (_, act, expected) => {
    const stage = await telling();
    await act(stage);
    expect(stage.told).toEqual([{ ...done, ...expected(stage) }]);
  });

  it("nothing of reads, of an eviction that was only tried, and of a mark that is there already", async () => {
    const { kubernetes, told, pod, node } = await telling();
    await kubernetes.budgets();
    expect(await kubernetes.tryEviction(pod)).toEqual({ kind: "would go" });
    await kubernetes.markNode(node, ["cordon"], "calm-heron-42");
    await kubernetes.markNode(node, ["cordon"], "calm-heron-42");
    expect(told).toHaveLength(1);
  });

  it("nothing of an eviction that a budget puts off: nothing was written", async () => {
    const { kubernetes, told, pod } = await telling({ budgets: [{ name: "ui", minAvailable: "100%" }] });
    expect(await kubernetes.evict(pod)).toMatchObject({ kind: "budget used up" });
    expect(told).toEqual([]);
  });
});

describe("a write that fails", () => {
  const evict = (stage: { kubernetes: Kubernetes; pod: PodRef }) =>
    stage.kubernetes.evict(stage.pod).catch(() => {});

  const faulty = (fault: ReturnType<Fault>, times = Number.POSITIVE_INFINITY): Fault => {
    let left = times;
    return ({ verb }) => (verb === "create" && left-- > 0 ? fault : undefined);
  };

  it("is told by its status, without the API server's words", async () => {
    const stage = await telling({}, { authorize: ({ verb }) => verb !== "create" });
    await evict(stage);
    expect(stage.told).toEqual([
      { ...done, what: "kubernetes:evict", on: expect.any(String), outcome: "failed", code: "HTTP 403" },
    ]);
  });

  it("of a pod that is gone by now is told, too", async () => {
    const { kubernetes, told, pod } = await telling();
    expect(await kubernetes.evict({ ...pod, name: "nobody" })).toEqual({ kind: "gone" });
    expect(told).toMatchObject([{ on: "pod/shop/nobody", outcome: "failed", code: "HTTP 404" }]);
  });

  it("and is sent again is told once", async () => {
    const stage = await telling();
    stage.server.faults = faulty("answer lost", 1);
    await evict(stage);
    expect(stage.told).toMatchObject([{ outcome: "done", attempts: 2, answered: true }]);
  });

  it("because a token is too old is told with both ids", async () => {
    const stage = await telling();
    stage.server.faults = faulty(failure(401, "Unauthorized", "Unauthorized"), 1);
    await evict(stage);
    expect(stage.told).toMatchObject([{ outcome: "done", attempts: 2 }]);
    expect(stage.told[0]?.auditIds).toEqual([expect.stringMatching(uuid), expect.stringMatching(uuid)]);
  });

  it("without an answer may have been carried out", async () => {
    const stage = await telling();
    stage.server.faults = faulty("no answer");
    await evict(stage);
    expect(stage.told).toMatchObject([
      {
        outcome: "failed",
        answered: false,
        attempts: 2,
        auditIds: [],
        code: expect.stringMatching(/^[A-Z_]+$/),
      },
    ]);
  });
});

describe("a cluster's connections", () => {
  it("say who asks with every request, watches included", async () => {
    const { kubernetes, server, node } = await telling();
    const followed = await kubernetes.follow([node.name], () => {});
    followed.close();
    expect(server.requests.total("eks-upgrade-bot run/calm-heron-42 by/U1")).toBe(server.requests.total());
  });

  it("are closed when they are let go, and what is under way ends first", async () => {
    const { kubernetes, server, close } = await telling();
    server.faults = () => {
      close();
      return undefined;
    };
    expect(await kubernetes.budgets()).toEqual([]);
    await expect(kubernetes.budgets()).rejects.toMatchObject({ kind: "unreachable" });
  });
});
