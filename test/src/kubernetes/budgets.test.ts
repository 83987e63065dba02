import { describe, expect, it } from "vitest";
import { openShop } from "./shop.js";

describe("budgets", () => {
  it("sees what the disruption controller worked out", async () => {
    const { kubernetes } = await openShop({ budgets: [{ name: "ui", minAvailable: "50%" }] });
    expect(await kubernetes.budgets()).toEqual([
      {
        namespace: "shop",
        name: "ui",
        minAvailable: "50%",
        selector: { matchLabels: { "app.kubernetes.io/name": "ui" }, matchExpressions: [] },
        observed: true,
        disruptionsAllowed: 1,
        currentHealthy: 3,
        desiredHealthy: 2,
        expectedPods: 3,
      },
    ]);
  });

  it("sees one that cannot be computed", async () => {
    const { kubernetes } = await openShop({
      kind: "DaemonSet",
      budgets: [{ name: "ui", maxUnavailable: 1 }],
    });
    expect(await kubernetes.budgets()).toMatchObject([
      {
        maxUnavailable: "1",
        observed: true,
        disruptionsAllowed: 0,
        syncFailed: "daemonsets.apps does not implement the scale subresource",
      },
    ]);
  });

  it.each([
    ["no selector", undefined, {}],
    ["an empty selector", {}, { selector: { matchLabels: {}, matchExpressions: [] } }],
  ])("tells %s from the other, and a status of the past", async (_rule, selector, seen) => {
    const { town, kubernetes } = await openShop();
    town.cluster.store.create("poddisruptionbudgets", {
      metadata: { namespace: "shop", name: "wide" },
      spec: { minAvailable: 3, ...(selector && { selector }) },
      status: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
    });
    const [budget] = await kubernetes.budgets();
    expect(budget).toMatchObject({ name: "wide", observed: false, ...seen });
    expect(budget && "selector" in budget).toBe(selector !== undefined);
  });

  it("reads every page", async () => {
    const budgets = Array.from({ length: 501 }, (_, index) => ({ name: `ui-${index}`, minAvailable: 0 }));
    const { kubernetes } = await openShop({ budgets });
    expect(await kubernetes.budgets()).toHaveLength(501);
  });

  it("names what to allow where it is forbidden", async () => {
    const { kubernetes } = await openShop(
      {},
      { authorize: ({ resource, verb }) => resource !== "poddisruptionbudgets" || verb !== "list" },
    );
    await expect(kubernetes.budgets()).rejects.toMatchObject({
      kind: "denied",
      next: expect.stringContaining('"list poddisruptionbudgets.policy"'),
    });
  });
});
