import { afterEach, describe, expect, it } from "vitest";
import { brokenServer } from "../../playground/slack/faults.js";
import type { Bot } from "../../src/bot.js";
import { on } from "./acting.js";
import { modes, openStage, type Stage, said } from "./stage.js";

let stage: Stage;
afterEach(async () => stage.close());

describe("Socket Mode's deaf seconds at a refresh", () => {
  const refreshed = async (bots: number) => {
    stage = await openStage({ speed: 20 });
    const { slack } = stage.playground;
    for (let count = 0; count < bots; count += 1) await stage.startBot();
    // Nobody can come again before this is mended: deaf for as long as it takes.
    const mend = slack.faults.add((call) =>
      call.method === "apps.connections.open" ? brokenServer : undefined,
    );
    const operator = slack.as(slack.users.operator);
    const connected = (connections: number) =>
      slack.waitFor(() => slack.socketMode.connections === connections, {
        what: `${connections} connections`,
      });
    return { slack, operator, mend, connected };
  };

  it("lose nothing with two replicas: while one is deaf, the other hears every order", async () => {
    const { slack, operator, mend, connected } = await refreshed(2);
    slack.socketMode.refresh("refresh_requested", 1);
    const outcomes = [];
    for (let count = 0; count < 10; count += 1) outcomes.push(await operator.command("/eks-upgrade", "help"));
    expect(slack.socketMode.connections).toBe(1);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(Array(10).fill("acked"));
    await slack.waitFor(() => slack.workspace.ephemerals(operator.id).length === 10);

    mend();
    await connected(2);
    slack.socketMode.refresh("refresh_requested", 1);
    expect(await operator.command("/eks-upgrade", "help")).toMatchObject({ outcome: "acked" });
    await connected(2);
  });

  it("are why one replica is not enough", async () => {
    const { slack, operator, mend, connected } = await refreshed(1);
    slack.socketMode.refresh("refresh_requested", 1);
    expect(await operator.command("/eks-upgrade", "help")).toEqual({ outcome: "dispatch_failed" });
    mend();
    await connected(1);
    expect(await operator.command("/eks-upgrade", "help")).toMatchObject({ outcome: "acked" });
  });

  it("begin after the orders that were sent before are acknowledged", async () => {
    const { slack, operator, mend, connected } = await refreshed(1);
    const orders = Array.from({ length: 20 }, () => operator.command("/eks-upgrade", "help"));
    slack.socketMode.refresh();
    expect((await Promise.all(orders)).map(({ outcome }) => outcome)).toEqual(Array(20).fill("acked"));
    mend();
    await connected(1);
  });
});

describe.each(modes)("two bots and three workers %s", (_, mode) => {
  it("pass the main job at once, one of each leaving in the middle", async () => {
    stage = await openStage({ speed: 300, mode });
    const { slack } = stage.playground;
    const { started, has, writes, top } = on(stage);
    const together = (role: string, count: number) =>
      Promise.all(Array.from({ length: count }, () => stage.startBot({ ROLE: role })));
    const bots: Bot[] = await together("bot", 2);
    const workers: Bot[] = await together("worker", 3);

    await started();
    await has("UpdateStarted");
    await Promise.all([bots[0]?.stop(), workers[0]?.stop()]);
    expect((await stage.types("status")).text).toContain("eks-workshop");
    await stage.worldAtEnd();
    await has("RunSucceeded");

    await slack.waitFor(() => top().find((message) => message.broadcast));
    expect(writes()).toHaveLength(1);
    expect(top()).toHaveLength(3);
    const phases = ["*Setup*", "*Scale up*", "*Upgrade*", "*Scale down*"];
    const replies = slack.workspace.everything(slack.channel).filter(({ threadTs }) => threadTs);
    for (const phase of phases) {
      expect(
        replies.filter((reply) => said(reply).includes(phase)),
        phase,
      ).toHaveLength(1);
    }
  });
});
