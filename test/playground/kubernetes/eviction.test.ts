import { describe, expect, it } from "vitest";
import type { EvictionAnswer, EvictionOptions, Workload } from "../../../playground/kubernetes/types.js";
import { budgetOf, firstPod, foundShop, nameOf, podsOf, second, statusOf, type Town } from "./town.js";

const budget = (rule: object): Partial<Workload> => ({ budgets: [{ name: "ui", ...rule }] });
const success = { kind: "Status", status: "Success", code: 201 };
const violates = "Cannot evict pod as it would violate the pod's disruption budget.";

const refusedBecause = (cause: string) => ({
  kind: "Status",
  status: "Failure",
  reason: "TooManyRequests",
  code: 429,
  message: violates,
  details: { causes: [{ reason: "DisruptionBudget", message: cause }] },
});

interface Case {
  readonly workload: Partial<Workload>;
  prepare?(town: Town): void | Promise<void>;
  readonly options?: EvictionOptions;
  readonly status: number;
  readonly body: object;
  readonly retryAfterSeconds?: number;
}

const changePod = (town: Town, change: Parameters<typeof town.cluster.store.update<"pods">>[2]) => {
  town.cluster.store.update("pods", nameOf(firstPod(town)), change);
};

const makeUnready = async (town: Town) => {
  town.cluster.setNodeReady(firstPod(town).spec.nodeName ?? "", "False");
  await town.clock.advance(second);
};

const cases: readonly (readonly [string, Case])[] = [
  ["a pod without a budget goes", { workload: {}, status: 201, body: success }],
  [
    "a pod goes while its budget is free",
    { workload: budget({ minAvailable: 2 }), status: 201, body: success },
  ],
  [
    "a budget that is used up refuses, without Retry-After",
    {
      workload: budget({ minAvailable: 3 }),
      status: 429,
      body: refusedBecause("The disruption budget ui needs 3 healthy pods and has 3 currently"),
    },
  ],
  [
    "a pod that already terminates is granted, whatever its budget says",
    {
      workload: budget({ minAvailable: 3 }),
      prepare: (town) => town.cluster.deletePod(nameOf(firstPod(town))),
      status: 201,
      body: success,
    },
  ],
  [
    "a Pending pod is granted, whatever its budget says",
    {
      workload: budget({ minAvailable: 3 }),
      prepare: (town) => changePod(town, ({ status }) => (status.phase = "Pending")),
      status: 201,
      body: success,
    },
  ],
  [
    "a Succeeded pod is granted, whatever its budget says",
    {
      workload: budget({ minAvailable: 3 }),
      prepare: (town) => changePod(town, ({ status }) => (status.phase = "Succeeded")),
      status: 201,
      body: success,
    },
  ],
  [
    "a Failed pod is granted, whatever its budget says",
    {
      workload: budget({ minAvailable: 3 }),
      prepare: (town) => changePod(town, ({ status }) => (status.phase = "Failed")),
      status: 201,
      body: success,
    },
  ],
  [
    "a budget that failed to sync refuses and says why",
    {
      workload: { kind: "DaemonSet", ...budget({ maxUnavailable: 1 }) },
      status: 429,
      body: refusedBecause(
        "The disruption budget ui does not allow evicting pods currently because it failed sync: " +
          "daemonsets.apps does not implement the scale subresource",
      ),
    },
  ],
  [
    "a budget that was not observed yet asks for ten seconds",
    {
      workload: budget({ minAvailable: 1 }),
      prepare: (town) => {
        town.cluster.store.update("poddisruptionbudgets", budgetOf(town).metadata, ({ spec }) => {
          spec.minAvailable = 2;
        });
      },
      status: 429,
      retryAfterSeconds: 10,
      body: {
        ...refusedBecause("The disruption budget ui is still being processed by the server."),
        details: {
          causes: [
            {
              reason: "DisruptionBudget",
              message: "The disruption budget ui is still being processed by the server.",
            },
          ],
          retryAfterSeconds: 10,
        },
      },
    },
  ],
  [
    "two budgets over one pod are a server error without a reason",
    {
      workload: {
        budgets: [
          { name: "ui", minAvailable: 0 },
          { name: "other", minAvailable: 0 },
        ],
      },
      status: 500,
      body: {
        status: "Failure",
        code: 500,
        message:
          "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.",
      },
    },
  ],
  [
    "two budgets over an unready pod are a server error too",
    {
      workload: {
        budgets: [
          { name: "ui", minAvailable: 0 },
          { name: "other", minAvailable: 0 },
        ],
      },
      prepare: makeUnready,
      status: 500,
      body: { code: 500 },
    },
  ],
  [
    "another pod of the same name is left alone",
    { workload: {}, options: { uid: "another" }, status: 409, body: { reason: "Conflict", code: 409 } },
  ],
  [
    "nothing is evicted from a namespace that is being deleted",
    {
      workload: {},
      prepare: (town) => {
        town.cluster.store.update("namespaces", { name: "shop" }, ({ status }) => {
          status.phase = "Terminating";
        });
      },
      status: 403,
      body: { reason: "Forbidden", details: { causes: [{ reason: "NamespaceTerminating" }] } },
    },
  ],
  [
    "an unready pod goes while its budget holds without it",
    { workload: budget({ minAvailable: 2 }), prepare: makeUnready, status: 201, body: success },
  ],
  [
    "an unready pod stays while its budget is short of healthy pods",
    {
      workload: budget({ minAvailable: 3 }),
      prepare: makeUnready,
      status: 429,
      body: refusedBecause("The disruption budget ui needs 3 healthy pods and has 2 currently"),
    },
  ],
  [
    "an unready pod always goes under AlwaysAllow",
    {
      workload: budget({ minAvailable: 3, unhealthyPodEvictionPolicy: "AlwaysAllow" }),
      prepare: makeUnready,
      status: 201,
      body: success,
    },
  ],
  [
    "a Ready pod is guarded under AlwaysAllow as well",
    {
      workload: budget({ minAvailable: 3, unhealthyPodEvictionPolicy: "AlwaysAllow" }),
      status: 429,
      body: { code: 429 },
    },
  ],
];

const check = (answer: EvictionAnswer, { status, body, retryAfterSeconds }: Case) => {
  expect(answer).toMatchObject({ status, body });
  expect(answer.retryAfterSeconds).toBe(retryAfterSeconds);
  if (status === 500) expect(answer.body).not.toHaveProperty("reason");
};

describe("an eviction", () => {
  it.each(cases)("%s", async (_rule, given) => {
    const town = await foundShop(given.workload);
    await given.prepare?.(town);
    check(town.cluster.evict(nameOf(firstPod(town)), given.options), given);
  });

  it.each(cases)("as a dry run, %s, and nothing changes", async (_rule, given) => {
    const town = await foundShop(given.workload);
    await given.prepare?.(town);
    const before = town.cluster.store.version;
    check(town.cluster.evict(nameOf(firstPod(town)), { ...given.options, dryRun: true }), given);
    expect(town.cluster.store.version).toBe(before);
  });

  it("of an unknown pod answers 404", async () => {
    const town = await foundShop();
    expect(town.cluster.evict({ namespace: "shop", name: "nobody" })).toMatchObject({
      status: 404,
      body: { reason: "NotFound", message: 'pods "nobody" not found' },
    });
  });

  it("marks the pod, deletes it gracefully and takes from the budget at once", async () => {
    const town = await foundShop({ ...budget({ minAvailable: 2 }), gracePeriod: 40 });
    const pod = firstPod(town);
    town.cluster.evict(nameOf(pod));
    const evicted = town.cluster.store.get("pods", nameOf(pod));
    expect(evicted?.metadata).toMatchObject({
      deletionTimestamp: town.cluster.store.timestamp(40 * second),
      deletionGracePeriodSeconds: 40,
    });
    expect(evicted?.status.conditions).toContainEqual(
      expect.objectContaining({ type: "DisruptionTarget", status: "True", reason: "EvictionByEvictionAPI" }),
    );
    expect(budgetOf(town).status).toMatchObject({
      disruptionsAllowed: 0,
      disruptedPods: { [pod.metadata.name]: town.cluster.store.timestamp() },
      conditions: [{ status: "False", reason: "InsufficientPods" }],
    });
  });

  it("of two pods in one moment shares a budget of one", async () => {
    const town = await foundShop(budget({ minAvailable: 2 }));
    const answers = podsOf(town).map((pod) => town.cluster.evict(nameOf(pod)).status);
    expect(answers).toEqual([201, 429, 429]);
  });

  it("is allowed again when the replacement is Ready", async () => {
    const town = await foundShop(budget({ minAvailable: 2 }));
    const [first, other] = podsOf(town).map(nameOf);
    if (!first || !other) throw new Error("The shop has too few pods.");
    town.cluster.evict(first);
    await town.clock.advance(9 * second);
    expect(town.cluster.evict(other).status).toBe(429);
    await town.clock.advance(9 * second);
    expect(podsOf(town).map((pod) => statusOf(pod, "Ready"))).toEqual(["True", "True", "True"]);
    expect(town.cluster.evict(other).status).toBe(201);
  });

  it("with a grace of 0 removes the pod at once", async () => {
    const town = await foundShop();
    const pod = nameOf(firstPod(town));
    town.cluster.evict(pod, { gracePeriodSeconds: 0 });
    expect(town.cluster.store.get("pods", pod)).toBeUndefined();
  });

  it.each([
    ["no selector selects nothing", undefined, 201],
    ["an empty selector selects every pod of the namespace", {}, 429],
  ])("with a budget whose %s", async (_rule, selector, expected) => {
    const town = await foundShop();
    town.cluster.store.create("poddisruptionbudgets", {
      metadata: { namespace: "shop", name: "wide" },
      spec: { minAvailable: 3, ...(selector ? { selector } : {}) },
      status: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
    });
    await town.clock.advance(second);
    expect(town.cluster.evict(nameOf(firstPod(town))).status).toBe(expected);
  });
});
