import { describe, expect, it, type TestContext, vi } from "vitest";
import {
  brokenServer,
  type Fault,
  lostAnswer,
  lostRequest,
  rateLimited,
} from "../../playground/slack/faults.js";
import type { Message } from "../../playground/slack/types.js";
import { minute, second } from "../../src/core/instant.js";
import { said } from "../e2e/stage.js";
import { soon } from "../soon.js";
import { type Night, type NightOptions, openNight } from "./night.js";
import { expectToldWell, lengthOfRun, slotOf, untilTold } from "./told.js";

/** A run of about 25 world minutes takes 15 s, and the thread keeps up with it. */
const speed = 100;
/** At this speed most of a run lies in 60 s of real time. */
const slow = 30;
/** What two undisturbed runs differ by, and more: the bot looks every few world seconds, and one of these is 10 ms. */
const tolerance = 2 * minute;

/** Every run is told at its pace while Slack misbehaves: not later, complete, in order. */
describe.concurrent("a whole run while Slack is in trouble", { timeout: 170_000 }, () => {
  async function approved(test: TestContext, options: NightOptions = {}): Promise<Night> {
    const night = await openNight(test, { speed, ...options });
    await night.startBot();
    await night.approved();
    return night;
  }

  /** How long a run takes that nothing disturbs; measured once, at the same time as the others. */
  let undisturbed: Promise<number> | undefined;
  async function measure(test: TestContext): Promise<number> {
    const night = await approved(test);
    await untilTold(night);
    await expectToldWell(night);
    return lengthOfRun(night);
  }

  async function expectUndelayed(night: Night, test: TestContext): Promise<void> {
    undisturbed ??= measure(test);
    expect(Math.abs((await lengthOfRun(night)) - (await undisturbed))).toBeLessThanOrEqual(tolerance);
  }

  const isWrite = (method: string) => method === "chat.postMessage" || method === "chat.update";

  /** From now on every n-th post or edit meets the fault. */
  function every(n: number, fault: Fault, { slack }: Night, only = isWrite): { readonly met: number } {
    let count = 0;
    slack.faults.add(({ method }) => (only(method) && ++count % n === 0 ? fault : undefined));
    return {
      get met() {
        return Math.floor(count / n);
      },
    };
  }

  it.for<[string, number, Fault]>([
    ["every third post and edit answered with 429", 3, rateLimited(1)],
    ["every third post and edit answered with 500", 3, brokenServer],
    ["every third post and edit lost on its way", 3, lostRequest],
  ])("%s: not delayed, complete, in order, nothing twice", async ([, n, fault], test) => {
    const night = await approved(test);
    const faults = every(n, fault, night);
    await untilTold(night, 150_000);
    expect(faults.met).toBeGreaterThanOrEqual(5);
    await expectToldWell(night);
    await expectUndelayed(night, test);
  });

  it("the answer of every third post lost, with a look at the history: each is found and adopted", async (test) => {
    const night = await approved(test, { history: true });
    const faults = every(3, lostAnswer, night, (method) => method === "chat.postMessage");
    await untilTold(night, 150_000);
    expect(faults.met).toBeGreaterThanOrEqual(2);
    await expectToldWell(night);
    await expectUndelayed(night, test);
  });

  it("the answer of one post lost, with no look at the history: it is there twice at most, the last one lives on", async (test) => {
    const night = await approved(test);
    night.slack.faults.next("chat.postMessage", lostAnswer);
    await untilTold(night, 150_000);
    await expectToldWell(night, { doubles: 1 });
    await expectUndelayed(night, test);
  });

  it("Slack away for 60 s of real time in the middle: the run ends meanwhile, and the thread catches up", async (test) => {
    const night = await approved(test, { speed: slow });
    await soon(async () => expect(await night.eventTypes()).toContain("NodeUnschedulable"));
    const back = night.slack.faults.add(() => lostRequest);
    night.slack.socketMode.drop();
    const shown = night.slack.workspace.everything(night.slack.channel).length;
    await new Promise<void>(
      (resolve) => void night.playground.world.clock.after(60 * second * slow, resolve),
    );
    expect(await night.eventTypes()).toContain("RunSucceeded");
    expect(night.slack.workspace.everything(night.slack.channel)).toHaveLength(shown);
    back();
    await untilTold(night, 120_000);
    await expectToldWell(night);
    await expectUndelayed(night, test);
    await night.slack.waitFor(() => night.slack.socketMode.connections > 0);
    expect((await night.types("status")).text).toContain("Nothing is open");
  });

  it("the socket dropped every three minutes: the run goes on, and commands are answered at the end", async (test) => {
    const night = await approved(test);
    const { clock } = night.playground.world;
    const drop = () => {
      night.slack.socketMode.drop();
      clock.after(3 * minute, drop);
    };
    drop();
    await untilTold(night, 120_000);
    await expectToldWell(night);
    await expectUndelayed(night, test);
  });

  const live = ({ slack }: Night): Message | undefined =>
    slack.workspace.messages(slack.channel).findLast((message) => slotOf(message) === "live");

  it("the live message deleted in the middle: it is posted anew, once, and the thread goes on", async (test) => {
    const night = await approved(test);
    const { slack } = night;
    const first = await slack.waitFor(() => live(night), { what: "the live message" });
    await soon(async () => expect(await night.eventTypes()).toContain("NodeUnschedulable"));
    slack.workspace.delete(slack.workspace.find(first.channel, first.ts) ?? first);
    await slack.waitFor(() => live(night) !== undefined, { what: "the live message, anew" });
    await untilTold(night, 120_000);
    await expectToldWell(night, { reposted: ["live"] });
    await expectUndelayed(night, test);
    const end = slack.workspace.everything(slack.channel).find((message) => slotOf(message) === "end");
    expect(end?.threadTs).toBe(live(night)?.ts);
  });

  it("the live message deleted again and again: left alone until the end, which is said once more", async (test) => {
    const night = await approved(test);
    const { slack } = night;
    slack.workspace.onChange((change) => {
      if (
        change.type === "posted" &&
        slotOf(change.message) === "live" &&
        !said(change.message).includes("Done in")
      )
        queueMicrotask(() => slack.workspace.delete(change.message));
    });
    await untilTold(night, 120_000);
    await expectUndelayed(night, test);
    expect(said(live(night) ?? { text: "", blocks: [] })).toContain("Done in");
    const posted = slack.calls.filter(
      (call) =>
        call.method === "chat.postMessage" && JSON.stringify(call.arguments.metadata).includes('"live"'),
    );
    expect(posted.length).toBeLessThanOrEqual(3);
  });

  const channelTroubles: [string, (night: Night) => () => void][] = [
    ["archived and restored", ({ slack }) => change(slack, { archived: true })],
    [
      "without the bot, which is invited again",
      ({ slack }) => change(slack, { members: [slack.users.operator, slack.users.approver] }),
    ],
  ];
  it.for(channelTroubles)(
    "the channel %s in the middle: status says so, and a minute later the thread is complete",
    async ([, breaks], test) => {
      const night = await approved(test);
      await soon(async () => expect(await night.eventTypes()).toContain("NodeUnschedulable"));
      const repair = breaks(night);
      await vi.waitFor(async () => expect(await night.eventTypes()).toContain("RunSucceeded"), {
        timeout: 60_000,
      });
      const [id = ""] = await night.runs.recent(1);
      // The end rings once more: only then does the bot meet the channel for certain.
      await soon(async () => expect((await night.runs.load(id))?.unshown).toBeDefined());
      expect((await night.types(`status ${id}`)).text).toContain("I cannot write to");
      repair();
      await untilTold(night, 90_000);
      await expectToldWell(night);
      await expectUndelayed(night, test);
      expect((await night.types(`status ${id}`)).text).not.toContain("I cannot write to");
    },
  );
});

function change(
  { workspace: { channels }, channel: id }: Night["slack"],
  how: { members?: string[]; archived?: boolean },
): () => void {
  const channel = channels.get(id);
  if (!channel) throw new Error("There is no channel.");
  channels.set(id, { ...channel, ...how });
  return () => void channels.set(id, channel);
}
