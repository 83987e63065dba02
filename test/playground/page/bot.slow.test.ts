import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { BreakageId, JumpId, MessageShown, Snapshot } from "../../../playground/page/protocol.js";
import { openPlayground, type Playground } from "../../../playground/playground.js";
import { eksWorkshop } from "../../../playground/scenarios/eks-workshop.js";
import { expectation } from "../../../playground/world/expectation.js";
import { type Visit, visit } from "./visit.js";

const channel = "C0PROD";
/** Real milliseconds, for a machine that has other things to do. */
const patience = 90_000;
const minute = 60_000;
const day = 24 * 60 * minute;

let playground: Playground;
let page: Visit;

beforeEach(async () => {
  playground = await openPlayground({ scenario: eksWorkshop, speed: 300 });
  page = await visit(playground, { slack: true, bot: playground.environment });
  await page.conductor.start();
  await botIs("running");
});
afterEach(async () => {
  await page.close();
  await playground.close();
});

const sees = (holds: (snapshot: Snapshot) => unknown) => page.sees("operator", holds, patience);
const botIs = (state: Snapshot["bot"]["state"]) => sees(({ bot }) => bot.state === state);
const messages = (snapshot: Snapshot): readonly MessageShown[] =>
  snapshot.channels.find(({ id }) => id === channel)?.messages ?? [];
const set = (id: BreakageId, on: boolean) => page.act({ act: "break", id, on });
const time = (speed: number, paused: boolean) => page.act({ act: "time", speed, paused });
const forward = (to: JumpId) => page.act({ act: "jump", to });
const ok = { ok: true };

const ask = async () => {
  const text = "/eks-upgrade start eks-workshop/default";
  expect(await page.act({ act: "command", as: "U0OPERATOR", channel, text })).toEqual(ok);
};
const cardWith = (action: string) => (snapshot: Snapshot) =>
  messages(snapshot).find(({ blocks }) => JSON.stringify(blocks).includes(`"${action}"`));

/** A run that was asked for and approved, and whose update EKS has begun. */
async function underWay(): Promise<void> {
  await ask();
  const card = cardWith("eks-upgrade:approve");
  const ts = card(await sees(card))?.ts ?? "";
  const place = { message: { channel, ts } };
  const click = { act: "click", as: "U0APPROVER", place, actionId: "eks-upgrade:approve" } as const;
  expect(await page.act(click)).toEqual(ok);
  await sees(({ clusters }) => clusters[0]?.nodeGroups[0]?.update);
}

/** The last word of the thread, which shows in the channel too. */
const over = () => sees((snapshot) => messages(snapshot).some(({ threadTs }) => threadTs));

/** The world came to the story's end, with one update and no more. */
function wellEnded(): void {
  expect(expectation(playground.world)).toMatchObject({ met: true });
}

describe("time", () => {
  it("stands still in a pause, in which people are answered, and goes on after it", {
    timeout: 3 * patience,
  }, async () => {
    await underWay();
    // By now the bot only waits, look after look.
    await sees(({ clusters }) => clusters[0]?.nodeGroups[0]?.nodes.some(({ state }) => state === "draining"));
    expect(await time(300, true)).toEqual(ok);
    expect((await botIs("starting")).bot.why).toBe("The bot starts again with the clock stopped.");
    const { calls, history } = playground.world;
    // It may look as soon as it runs, and then not again for a day of real time.
    const looks = calls.length;
    const paused = await botIs("running");
    expect(paused.bot.why).toBeUndefined();
    expect(paused.time).toMatchObject({ speed: 300, paused: true });
    const changes = history.length;
    await vi.waitFor(() => expect(calls.length).toBeGreaterThan(looks), { timeout: patience });
    expect(
      await page.act({ act: "command", as: "U0OPERATOR", channel, text: "/eks-upgrade status" }),
    ).toEqual(ok);
    const answered = await sees((snapshot) => messages(snapshot).some((message) => message.onlyVisibleToYou));
    expect(answered.time.now - paused.time.now).toBeLessThan(1_000);
    expect(history).toHaveLength(changes);

    expect(await time(600, false)).toEqual(ok);
    await over();
    wellEnded();
  });

  it("goes slower and faster while the bot keeps up", { timeout: 3 * patience }, async () => {
    await underWay();
    expect(await time(20, false)).toEqual(ok);
    await botIs("running");
    expect(await time(600, false)).toEqual(ok);
    await over();
    wellEnded();
  });

  it("moves a day forward: a request that nobody decided has expired, and the next one is of the new day", {
    timeout: 3 * patience,
  }, async () => {
    expect(await time(20, false)).toEqual(ok);
    await botIs("running");
    await ask();
    await sees(cardWith("eks-upgrade:approve"));
    const { now } = (await page.looks("operator")).time;
    expect(await forward("1 day")).toEqual(ok);
    const moved = await page.looks("operator");
    expect(moved.time.now - now).toBeGreaterThanOrEqual(day);
    expect(moved.time.now - now).toBeLessThan(day + 20 * minute);
    expect(moved.bot).toEqual({ state: "starting", why: "Time was moved forward: the bot starts again." });
    expect(moved.history[0]?.what).toBe("Somebody moves the time forward by 1 day.");
    await botIs("running");
    await sees(cardWith("eks-upgrade:again"));

    await ask();
    const asked = await sees(cardWith("eks-upgrade:approve"));
    // Slack's own times are real, the bot's words are of the world: it expires 24 hours after it was asked for.
    const moments =
      JSON.stringify(cardWith("eks-upgrade:approve")(asked)?.blocks).match(/(?<=date\^)\d+/g) ?? [];
    const expires = Math.max(...moments.map(Number)) * 1_000;
    expect(Math.abs(expires - asked.time.now - day)).toBeLessThan(20 * minute);
  });

  it("moves an hour forward in the middle of an upgrade, which the bot then finds at its end", {
    timeout: 3 * patience,
  }, async () => {
    await underWay();
    expect(await forward("1 hour")).toEqual(ok);
    const { clusters } = await page.looks("operator");
    expect(clusters[0]?.nodeGroups[0]?.update?.status).toBe("Successful");
    await over();
    wellEnded();
  });

  it.each([0, 1_000, -5])("refuses speed %d in a sentence", async (speed) => {
    expect(await time(speed, false)).toEqual({
      ok: false,
      why: `The world runs 1 to 600 times as fast as real time, not ${speed}.`,
    });
  });
});

describe("the bot", () => {
  it("is shown dead when it is killed, and a new one takes the run to its end", {
    timeout: 3 * patience,
  }, async () => {
    await underWay();
    expect(await set("kill the bot", true)).toEqual(ok);
    const dead = await botIs("ended");
    expect(dead.bot.said).toContain("Ended: SIGKILL");
    expect(dead.breakages.find(({ id }) => id === "kill the bot")).toMatchObject({
      on: true,
      label: "Start a new bot",
    });
    expect(await page.act({ act: "command", as: "U0OPERATOR", channel, text: "/eks-upgrade help" })).toEqual({
      ok: false,
      why: "Slack has no connection to the bot (dispatch_failed).",
    });
    // Time can be turned while it is dead, and that starts no other.
    expect(await time(200, false)).toEqual(ok);
    expect(await forward("09:00")).toEqual(ok);
    const { bot, time: moved } = await page.looks("operator");
    expect(bot.state).toBe("ended");
    expect(new Date(moved.now).toISOString()).toMatch(/T09:0/);

    expect(await set("kill the bot", false)).toEqual(ok);
    await botIs("running");
    await over();
    wellEnded();
  });

  it("goes on while Slack is stopped, and tells it all afterwards", { timeout: 3 * patience }, async () => {
    await underWay();
    expect(await set("stop Slack", true)).toEqual(ok);
    expect(
      await page.act({ act: "command", as: "U0OPERATOR", channel, text: "/eks-upgrade status" }),
    ).toEqual({
      ok: false,
      why: "Slack does not answer: it is stopped. Bring it back first.",
    });
    await sees(({ clusters }) => clusters[0]?.nodeGroups[0]?.update?.status === "Successful");
    expect(messages(await page.looks("operator")).filter(({ threadTs }) => threadTs)).toEqual([]);
    expect(await set("stop Slack", false)).toEqual(ok);
    await over();
    wellEnded();
  });

  it("names the pod and the budget that block a drain, and goes on when they let go", {
    timeout: 3 * patience,
  }, async () => {
    await underWay();
    expect(await set("block the drain", true)).toEqual(ok);
    // EKS gives up after 15 minutes of its time.
    expect(await time(60, false)).toEqual(ok);
    const [act] = playground.world.history.filter(({ type }) => type === "act");
    const budget = act?.subject.split("/").at(-1) ?? "nothing was done";
    const names = ({ blocks }: MessageShown) => new RegExp(`budget.*${budget}`).test(JSON.stringify(blocks));
    await sees((snapshot) => messages(snapshot).some(({ replies }) => replies.some(names)));
    expect(await set("block the drain", false)).toEqual(ok);
    expect(await time(600, false)).toEqual(ok);
    await over();
    wellEnded();
  });

  it("waits for the node that replaces a lost one", { timeout: 3 * patience }, async () => {
    await underWay();
    expect(await set("lose a node", true)).toEqual(ok);
    await over();
    wellEnded();
  });
});
