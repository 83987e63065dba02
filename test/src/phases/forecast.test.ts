import { describe, expect, it } from "vitest";
import { failure } from "../../../playground/kubernetes/status.js";
import { forecastDrain } from "../../../src/phases/forecast.js";
import { start } from "../../builders.js";
import { openShop } from "../kubernetes/shop.js";

const nodes = ["a", "b", "c"];
const codes = ({ warnings }: Awaited<ReturnType<typeof forecastDrain>>) => warnings.map(({ code }) => code);

describe("the forecast of a drain", () => {
  it("counts what would move, and moves nothing", async () => {
    const { kubernetes, town } = await openShop();
    const before = town.cluster.store.version;
    expect(await forecastDrain(kubernetes, nodes, start)).toEqual({ move: 3, block: 0, warnings: [] });
    expect(town.cluster.store.version).toBe(before);
  });

  it("names the budget that blocks", async () => {
    const { kubernetes } = await openShop({ budgets: [{ name: "ui", maxUnavailable: 0 }] });
    const seen = await forecastDrain(kubernetes, nodes, start);
    expect([seen.move, seen.block, codes(seen)]).toEqual([0, 3, ["BudgetNeverAllows"]]);
  });

  it("asks nothing about no nodes", async () => {
    const { kubernetes, server } = await openShop();
    server.authorize = () => false;
    expect(await forecastDrain(kubernetes, [], start)).toEqual({ move: 0, block: 0, warnings: [] });
  });

  it("says what it was not let to see, and stops asking", async () => {
    const { kubernetes, server } = await openShop({ replicas: 9 });
    let asked = 0;
    server.authorize = ({ subresource }) => {
      if (subresource === "eviction") asked++;
      return subresource !== "eviction";
    };
    const seen = await forecastDrain(kubernetes, nodes, start);
    expect([seen.move, codes(seen)]).toEqual([9, ["DrainNotForeseen"]]);
    expect(asked).toBeLessThanOrEqual(20);
  });

  it("judges by the budgets where the API server has enough of it", async () => {
    const { kubernetes, server } = await openShop({
      replicas: 9,
      budgets: [{ name: "ui", maxUnavailable: 0 }],
    });
    server.faults = ({ subresource }) =>
      subresource === "eviction" ? failure(429, "TooManyRequests", "try again later") : undefined;
    const seen = await forecastDrain(kubernetes, nodes, start);
    expect([seen.move, seen.block, codes(seen)]).toEqual([0, 9, ["BudgetNeverAllows"]]);
  });

  it("is a warning where pods may not even be listed", async () => {
    const { kubernetes, server } = await openShop();
    server.authorize = () => false;
    expect(codes(await forecastDrain(kubernetes, nodes, start))).toEqual(["DrainNotForeseen"]);
  });
});
