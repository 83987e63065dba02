import { expect, vi } from "vitest";
import type { Scenario } from "../../playground/scenarios/types.js";
import type { Message } from "../../playground/slack/types.js";
import { findCluster } from "../../playground/world/lookup.js";
import type { RunEvent } from "../../src/core/events.js";
import type { Choice, DrainBlocker, Run } from "../../src/core/run.js";
import { answerAction, confirmForceAction } from "../../src/slack/views/choices.js";
import { openStage, type Stage, said } from "./stage.js";

/** How long people wait for what the bot does, in real time. */
const patience = 40_000;

/** What people of tests of rolls do and see: words in the thread, buttons, and what became of the world. */
export interface Rolling {
  readonly stage: Stage;
  /** The run that was started last. */
  run(): Promise<Run>;
  /** The operator types the command, the approver approves it. */
  start(command?: string): Promise<void>;
  /** What the bot answers the operator. */
  types(text: string): Promise<string>;
  /** The newest message with this button, or these words. */
  message(holding: string): Promise<Message>;
  press(action: string, user?: string): Promise<void>;
  /** Whatever blocks is answered so, one after the other, until the run is over or `enough`. Force is confirmed. */
  answerEach(
    choice: (blocker: DrainBlocker, nth: number) => Choice,
    enough?: (run: Run) => boolean,
  ): Promise<void>;
  has(type: RunEvent["type"], meant?: (event: RunEvent) => boolean): Promise<void>;
  /** Waits until the run is over, and says how, with its last word in the channel. */
  over(): Promise<{ state: Run["state"]; words: string }>;
  /** Everything that can be read in the channel and its threads, a message each. */
  words(): string[];
  group(): {
    min: number;
    max: number;
    desired: number;
    suspended: string[];
    template: string;
    tags: string[];
  };
  replicas(namespace: string): number;
  calls(operation: string): number;
  close(): Promise<void>;
}

export async function openRolling(scenario: Scenario, speed = 400): Promise<Rolling> {
  const stage = await openStage({ scenario, speed });
  await stage.startBot();
  const { slack, world } = stage.playground;

  const everything = () =>
    slack.workspace
      .messages(slack.channel)
      .flatMap((each) => [each, ...slack.workspace.thread(slack.channel, each.ts).slice(1)]);
  const find = (holding: string) => everything().findLast((each) => said(each).includes(holding));
  const message = (holding: string) =>
    slack.waitFor(() => find(holding), { timeoutMs: patience, what: `a message with ${holding}` });
  const run = async () => {
    const [id = ""] = await stage.runs.recent(1);
    const stored = await stage.runs.load(id);
    if (!stored) throw new Error("There is no run.");
    return stored.run;
  };

  /** The card may not be there yet, or be edited in this very moment. */
  const tryToPress = async (action: string, user: string) => {
    const card = find(`"${action}"`);
    if (card)
      await slack
        .as(user)
        .click(card, action)
        .catch(() => undefined);
  };

  return {
    stage,
    run,
    message,
    async start(command = "start eks-workshop/workers") {
      await stage.types(command);
      const [id = ""] = await stage.runs.recent(1);
      const card = await message(`"${id}|`);
      await slack.as(slack.users.approver).click(card, "eks-upgrade:approve");
      await vi.waitFor(async () => expect((await run()).state).not.toBe("awaiting approval"), 5_000);
    },
    async types(text) {
      return said(await stage.types(text));
    },
    async press(action, user = slack.users.operator) {
      await slack.as(user).click(await message(`"eks-upgrade:${action}"`), `eks-upgrade:${action}`);
    },
    async answerEach(choice, enough = () => false) {
      const asked: string[] = [];
      const look = async () => {
        const now = await run();
        if (now.state !== "running" || enough(now)) return;
        for (const blocker of (now.steps[0]?.blockers ?? []).filter(({ told }) => told)) {
          const key = `${blocker.id} ${blocker.since}`;
          if (!asked.includes(key)) asked.push(key);
          const wanted = choice(blocker, asked.indexOf(key));
          const given = now.steps[0]?.answers?.findLast(
            (each) => each.about === blocker.id && each.at >= blocker.since && each.choice === wanted,
          );
          if (!given) await tryToPress(answerAction(wanted), slack.users.operator);
          else if (wanted === "force" && given.confirmedBy === undefined)
            await tryToPress(confirmForceAction, slack.users.approver);
        }
        throw new Error(`It is not over: ${JSON.stringify(now.wait)}, ${asked.join("; ")}`);
      };
      await vi.waitFor(look, { timeout: 2 * patience, interval: 300 });
    },
    async has(type, meant = () => true) {
      const isThere = async () => {
        const events = await stage.events();
        const seen = events.some((event) => event.type === type && meant(event));
        expect(seen, `${type}; there was ${events.map((event) => event.type).join(" ")}`).toBe(true);
      };
      await vi.waitFor(isThere, { timeout: patience, interval: 100 });
    },
    async over() {
      const ended = async () => {
        const now = await run();
        expect(now.state, JSON.stringify(now.wait ?? now.troubles)).not.toBe("running");
        return now.state;
      };
      const state = await vi.waitFor(ended, { timeout: patience, interval: 200 });
      const last = () => everything().findLast((each) => each.broadcast);
      const end = await slack.waitFor(last, { timeoutMs: patience, what: "the last word" });
      return { state, words: end.text };
    },
    words: () => everything().map(({ text }) => text),
    group() {
      const group = world.autoScalingGroups.get("workers");
      if (!group) throw new Error("There is no group workers.");
      const { min, max, desired, suspended, launchTemplateVersion, tags } = group;
      return {
        ...{ min, max, desired, suspended: [...suspended], template: `${launchTemplateVersion}` },
        tags: [...tags.keys()].filter((key) => key.startsWith("eks-upgrade-bot")),
      };
    },
    replicas(namespace) {
      const { store } = findCluster(world, "eks-workshop").kubernetes;
      return store.get("deployments", { namespace, name: namespace })?.spec.replicas ?? 0;
    },
    calls: (operation) => world.calls.filter((call) => call.operation === operation).length,
    close: () => stage.close(),
  };
}
