import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, vi } from "vitest";
import type { Scenario } from "../../playground/scenarios/types.js";
import { renderMessage } from "../../playground/slack/render.js";
import type { Message } from "../../playground/slack/types.js";
import { startClock } from "../../playground/world/clock.js";
import type { Bot } from "../../src/bot.js";
import type { RunEvent } from "../../src/core/events.js";
import { hour, type Instant, second } from "../../src/core/instant.js";
import type { Run } from "../../src/core/run.js";
import { openStage, type Stage, said } from "./stage.js";

/** A Monday, 08:00 UTC. */
export const monday: Instant = Date.UTC(2026, 9, 19, 8);

/** Whole bots in an environment with rules, at a time of day. */
export interface RuledStage extends Stage {
  readonly fleetFile: string;
  readonly clock: ReturnType<typeof startClock>;
  /** All bots stop; what happens meanwhile; as many start again, by the clock as it is then. */
  restart(meanwhile?: () => Promise<unknown> | unknown): Promise<void>;
  /** All bots stop; nobody is there any more. */
  leave(): Promise<void>;
  /** Time goes on to this moment while nobody is there, and from then on at this speed. */
  moveTo(at: Instant, speed?: number): Promise<void>;
  /** Time goes on from now, at this speed. */
  run(speed: number): Promise<void>;
  /** Until the world's clock shows this. */
  untilTime(at: Instant): Promise<void>;
  /** What fleet.yaml says from the next start on, by environment. */
  setRules(rules: Rules): Promise<void>;
  /** The run that was asked for last. */
  latest(): Promise<Run>;
  /** So many of them at least; one, unless told otherwise. */
  has(type: RunEvent["type"], times?: number): Promise<void>;
  untilRun(holds: (run: Run) => boolean): Promise<Run>;
  /** What the person alone is told, as they read it. */
  told(text: string, user?: string): Promise<string>;
  /** Presses what a message offers; what the person alone is told then. */
  pressed(action: string, user: string, message?: Message): Promise<string>;
  /** The newest message of the channel, or of a thread, that holds this. */
  message(holding: string): Promise<Message>;
  /** As people read it by now. */
  reads(message: Message): string;
  shows(message: Message, words: string | RegExp): Promise<void>;
  updates(): number;
}

/** Parts of an environment in fleet.yaml, by its name. */
export type Rules = Readonly<Record<string, object>>;

export interface RuledOptions {
  readonly scenario: Scenario;
  readonly rules: Rules;
  readonly at?: Instant;
  /** World seconds per real second; without it time stands still until it is moved. */
  readonly speed?: number;
  readonly bots?: readonly Readonly<Record<string, string>>[];
}

/** World seconds per real second. */
const standstill = 0.0001;
/** Real milliseconds. */
const patience = 60_000;
/** Two that do everything. */
const two = [{}, {}];

export async function openRuledStage(options: RuledOptions): Promise<RuledStage> {
  const { scenario, at = monday, speed = standstill, bots: wanted = two } = options;
  const clock = startClock({ speed, worldOrigin: at });
  const stage = await openStage({ scenario, clock });
  const { slack, world } = stage.playground;
  const folder = await mkdtemp(join(tmpdir(), "eks-upgrade-rules-"));
  const fleetFile = join(folder, "fleet.yaml");
  const asWritten = JSON.parse(await readFile(stage.playground.environment.FLEET_FILE ?? "", "utf8"));
  const setRules = (rules: Rules) => {
    const environments = asWritten.environments.map((each: { name: string }) => ({
      ...each,
      ...rules[each.name],
    }));
    return writeFile(fleetFile, JSON.stringify({ ...asWritten, environments }));
  };
  await setRules(options.rules);

  let bots: Bot[] = [];
  const start = async () => {
    const more = { CLOCK: clock.variable, FLEET_FILE: fleetFile };
    bots = [];
    for (const own of wanted) bots.push(await stage.startBot({ ...more, ...own }));
  };
  await start();
  const leave = async () => void (await Promise.all(bots.map((bot) => bot.stop())));
  const restart: RuledStage["restart"] = async (meanwhile) => {
    await leave();
    await meanwhile?.();
    await start();
  };

  const everything = () =>
    [slack.channel, slack.testChannel].flatMap((channel) =>
      slack.workspace
        .messages(channel)
        .flatMap((each) => [each, ...slack.workspace.thread(channel, each.ts).slice(1)]),
    );
  const latest = async () => {
    const [id = ""] = await stage.runs.recent(1);
    const stored = await stage.runs.load(id);
    if (!stored) throw new Error("There is no run.");
    return stored.run;
  };
  const current = (message: Message) => slack.workspace.find(message.channel, message.ts) ?? message;
  const reads = (message: Message) => {
    const [, ...lines] = renderMessage(current(message), { names: slack.workspace, now: world.clock.now() });
    return lines.map((line) => line.trim()).join("\n");
  };
  const nextWhisper = async (user: string, act: () => Promise<unknown>) => {
    const before = slack.workspace.ephemerals(user).length;
    await act();
    const answer = await slack.waitFor(() => slack.workspace.ephemerals(user)[before], {
      timeoutMs: patience,
      what: "an answer",
    });
    return reads(answer);
  };
  const message = (holding: string) =>
    slack.waitFor(() => everything().findLast((each) => said(each).includes(holding)), {
      timeoutMs: patience,
      what: `a message with ${holding}`,
    });

  return {
    ...stage,
    ...{ clock, fleetFile, leave, restart, setRules, latest, message, reads },
    moveTo: (to, next = standstill) =>
      restart(async () => {
        await clock.jump(to);
        clock.setSpeed(next);
      }),
    run: (next) => restart(() => clock.setSpeed(next)),
    untilTime: (at) => new Promise((resolve) => void clock.after(at - clock.now(), resolve)),
    async has(type, times = 1) {
      const isThere = async () => {
        const types = (await stage.events()).map((event) => event.type);
        const count = types.filter((each) => each === type).length;
        expect(count, `${type}; there was ${types.join(" ")}`).toBeGreaterThanOrEqual(times);
      };
      await vi.waitFor(isThere, { timeout: patience, interval: 50 });
    },
    untilRun: (holds) =>
      vi.waitFor(
        async () => {
          const run = await latest();
          const { state, wait, held, failure } = run;
          if (!holds(run)) throw new Error(JSON.stringify({ state, wait, held, failure }));
          return run;
        },
        { timeout: patience, interval: 50 },
      ),
    told: (text, user = slack.users.operator) =>
      nextWhisper(user, () => slack.as(user).command("/eks-upgrade", text)),
    async pressed(action, user, on) {
      const screen = on ?? (await message(`"${action}"`));
      return nextWhisper(user, () => slack.as(user).click(screen, action));
    },
    shows: async (shown, words) => {
      const fits = () =>
        typeof words === "string" ? reads(shown).includes(words) : words.test(reads(shown));
      await slack.waitFor(fits, { timeoutMs: patience, what: `${words} in ${reads(shown)}` });
    },
    updates: () => world.calls.filter((call) => call.operation === "UpdateNodegroupVersion").length,
    async close() {
      await stage.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** So far before the moment that the bots are there in time. */
export const justBefore = (at: Instant, speed: number): Instant => at - 4 * second * speed;

/** Every day from 10:00 to 16:00. */
export const officeHours = {
  timeZone: "UTC",
  open: [{ days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], from: "10:00", to: "16:00" }],
};
export const opens: Instant = monday + 2 * hour;
export const closes: Instant = monday + 8 * hour;
