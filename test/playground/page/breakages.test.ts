import { describe, expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { blockedDrain, lostNode, stoppedSlack } from "../../../playground/page/breakages.js";
import { type SimulatedSlack, serveSlack } from "../../../playground/slack/server.js";
import { minute, stage } from "../world/stage.js";

describe("block the drain", () => {
  it("keeps every pod of one budget where it is, until it is put back", async () => {
    const { world, clock, cluster, start, until, changes } = await stage();
    const breakage = blockedDrain(world);
    const update = start();
    await breakage.set(true);
    expect(breakage.shown()).toMatchObject({ on: true, label: expect.stringMatching(/^Let \w+ go again$/) });
    await until(() => changes("refused").length > 0);
    const before = changes("drained").length;
    await clock.advance(10 * minute);
    expect(changes("drained")).toHaveLength(before);
    expect(update.status).toBe("InProgress");
    expect(changes("act")[0]?.what).toMatch(/^Somebody sets the budget \w+\/\w+ to maxUnavailable 0/);

    const budgets = () => cluster.kubernetes.store.list("poddisruptionbudgets").map(({ spec }) => spec);
    await breakage.set(false);
    expect(breakage.shown()).toMatchObject({ on: false, label: "Block the drain" });
    expect(budgets()).toContainEqual(expect.objectContaining({ minAvailable: 2 }));
    expect(budgets()).not.toContainEqual(expect.objectContaining({ maxUnavailable: 0 }));
    await until(() => update.status !== "InProgress");
    expect(update.status).toBe("Successful");
  });

  it("makes EKS give up where nobody puts it back", async () => {
    const { world, start, until } = await stage();
    await blockedDrain(world).set(true);
    const update = start();
    await until(() => update.status !== "InProgress");
    expect(update.errors.map(({ errorCode }) => errorCode)).toEqual(["PodEvictionFailure"]);
  });

  it("leaves a budget alone that somebody changed meanwhile", async () => {
    const { world, cluster } = await stage();
    const { store } = cluster.kubernetes;
    const breakage = blockedDrain(world);
    await breakage.set(true);
    const blocking = store.list("poddisruptionbudgets").find(({ spec }) => spec.maxUnavailable === 0);
    const name = blocking?.metadata ?? { name: "" };
    store.update("poddisruptionbudgets", name, ({ spec }) => {
      spec.maxUnavailable = 1;
    });
    await breakage.set(false);
    expect(store.get("poddisruptionbudgets", name)?.spec).toEqual({ ...blocking?.spec, maxUnavailable: 1 });
  });

  it("is refused where no node has yet to go", async () => {
    const { world, start, until, changes } = await stage();
    start();
    await until(() => changes("phase").some(({ what }) => what === "scale down"));
    await expect(blockedDrain(world).set(true)).rejects.toThrow("there is no drain to block");
  });
});

describe("lose a node", () => {
  it("terminates one; another press loses another, and nothing brings it back by hand", async () => {
    const { world } = await stage();
    const breakage = lostNode(world);
    const lost = () => [...world.instances.values()].filter(({ state }) => state === "terminated").length;
    await breakage.set(true);
    expect([lost(), breakage.shown().on]).toEqual([1, false]);
    await breakage.set(true);
    expect(lost()).toBe(2);
    await expect(breakage.set(false)).rejects.toThrow("Auto Scaling launches another in its place");
    await breakage.set(true);
    await expect(breakage.set(true)).rejects.toThrow("No node of default is Ready: wait for one.");
  });
});

describe("stop Slack", () => {
  const call = (slack: SimulatedSlack, method: string, token: string) =>
    fetch(slack.apiUrl + method, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/x-www-form-urlencoded" },
    });

  it("answers every call with an error until it is put back", async () => {
    const slack = await serveSlack();
    onTestFinished(() => slack.close());
    let told = 0;
    const breakage = stoppedSlack(slack, () => {
      told += 1;
    });
    const status = async () => (await call(slack, "auth.test", slack.botToken)).status;
    expect(await status()).toBe(200);
    await breakage.set(true);
    await breakage.set(true);
    expect([await status(), breakage.shown().on, breakage.shown().label]).toEqual([
      500,
      true,
      "Bring Slack back",
    ]);
    await breakage.set(false);
    expect([await status(), breakage.shown().on, told]).toEqual([200, false, 3]);
  });

  it("cuts every socket, and one that was about to open", async () => {
    const slack = await serveSlack();
    onTestFinished(() => slack.close());
    const open = async () => {
      const answer = await call(slack, "apps.connections.open", slack.appToken);
      return new WebSocket(((await answer.json()) as { url: string }).url);
    };
    const closed = (socket: WebSocket) => new Promise((resolve) => socket.once("close", resolve));
    const first = await open();
    await slack.waitFor(() => slack.socketMode.connections === 1);
    const second = await open();
    const both = [closed(first), closed(second)];
    await stoppedSlack(slack, () => {}).set(true);
    await Promise.all(both);
    expect(slack.socketMode.connections).toBe(0);
  });
});
