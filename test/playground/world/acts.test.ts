import { describe, expect, it } from "vitest";
import { retailStore } from "../../../playground/scenarios/retail-store.js";
import type { Act, Scenario } from "../../../playground/scenarios/types.js";
import { minute, stage, workshop } from "./stage.js";

/** A store whose orders budget allows nothing, and what somebody does about it. */
function blocked(act: Pick<Act, "when" | "does">): Scenario {
  const services = { orders: { replicas: 3, budgets: [{ name: "orders", minAvailable: 3 }] } };
  const acts = [{ ...act, cluster: "eks-workshop", story: "Somebody acts." }];
  return { ...workshop({}), ...retailStore({ services }), acts };
}

const eightMinutesAfter = { after: "refused", of: "orders/", seconds: 8 * 60 } as const;

describe("what somebody does to a cluster", () => {
  it.each<[string, Act["does"]]>([
    ["scales a deployment", { kind: "scale", namespace: "orders", deployment: "orders", replicas: 4 }],
    ["loosens a budget", { kind: "budget", namespace: "orders", budget: "orders", to: { minAvailable: 2 } }],
    [
      "counts a budget the other way round",
      { kind: "budget", namespace: "orders", budget: "orders", to: { maxUnavailable: "30%" } },
    ],
  ])("%s: the drain that was stuck goes on at once", async (_sentence, does) => {
    const { start, until, changes } = await stage(blocked({ when: eightMinutesAfter, does }));
    const update = start();
    await until(() => update.status !== "InProgress");
    expect(update.status).toBe("Successful");
    const [refused] = changes("refused").filter(({ subject }) => subject.startsWith("orders/"));
    const [act, ...more] = changes("act");
    const [drained] = changes("drained");
    expect(act).toMatchObject({ subject: "eks-workshop", what: "Somebody acts." });
    expect(more).toEqual([]);
    expect((act?.at ?? 0) - (refused?.at ?? 0)).toBe(8 * minute);
    expect((drained?.at ?? 0) - (act?.at ?? 0)).toBeLessThan(minute);
  });

  it("is too late after EKS gave up", async () => {
    const { clock, start, until, changes } = await stage(
      blocked({
        when: { ...eightMinutesAfter, seconds: 16 * 60 },
        does: { kind: "scale", namespace: "orders", deployment: "orders", replicas: 4 },
      }),
    );
    const update = start();
    await until(() => update.status !== "InProgress");
    expect(changes("act")).toEqual([]);
    await clock.advance(2 * minute);
    expect(changes("act")).toHaveLength(1);
    expect(update.status).toBe("Failed");
  });

  it("never happens where its moment never comes", async () => {
    const { start, until, changes } = await stage(
      blocked({
        when: { ...eightMinutesAfter, of: "carts/" },
        does: { kind: "scale", namespace: "orders", deployment: "orders", replicas: 4 },
      }),
    );
    const update = start();
    await until(() => update.status !== "InProgress");
    expect(changes("act")).toEqual([]);
  });
});
