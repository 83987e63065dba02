import type { Playground } from "../playground.js";
import { rememberPosts } from "../posted-at.js";
import { rememberGroups } from "./administration.js";
import { type Bot, botElsewhere, ownBot } from "./bot.js";
import { type Breakage, blockedDrain, killedBot, lostNode, stoppedSlack } from "./breakages.js";
import { cordonedNode, missingCapacity, raisedDesired } from "./breakages-scaling.js";
import { moveForward, timeZoneOf } from "./jumps.js";
import type { BotShown, BreakageId } from "./protocol.js";
import { openingShown } from "./rules-shown.js";
import { sceneOf } from "./scene.js";
import type { Stage } from "./snapshot.js";

/** Who plays along with the world. */
export interface Cast {
  /** Slack is simulated too, and the page shows it. */
  readonly slack: boolean;
  /** The variables of the bot to start, but for its CLOCK; without them it runs elsewhere. */
  readonly bot?: Readonly<Record<string, string>>;
}

/** Keeps what can be turned and broken: time, the bot's process, and trouble in the world. */
export interface Conductor {
  now(): Stage;
  /** Starts the bot, where it is ours to start. */
  start(): Promise<void>;
  /** @throws with a sentence for the person */
  setTime(time: { readonly speed: number; readonly paused: boolean }): Promise<void>;
  /**
   * Moves the world's time forward to that moment, through all that is due on the way. The bot is away meanwhile, and starts
   * again by the new time.
   *
   * @throws with a sentence for the person
   */
  moveTime(to: (now: number) => number): Promise<void>;
  /** @throws with a sentence for the person */
  setBroken(id: BreakageId, on: boolean): Promise<void>;
  onChange(listener: () => void): () => void;
  stop(): Promise<void>;
}

export const speeds = { least: 1, most: 600 } as const;

/** The bot's clock knows no standstill: an hour's pause is a third of a second of this world. */
const paused = 0.0001;

export function openConductor(playground: Playground, cast: Cast): Conductor {
  const { world } = playground;
  const { clock } = world;
  const slack = cast.slack ? playground.slack : undefined;
  const listeners = new Set<() => void>();
  const changed = () => {
    for (const listener of listeners) listener();
  };
  const bot: Bot = cast.bot ? ownBot(slack, changed) : botElsewhere;
  let restartedFor: string | undefined;
  /** A process cannot be told another CLOCK. */
  const restart = (why?: string, meanwhile?: () => Promise<void>) => {
    restartedFor = why;
    return bot.restart(async () => {
      await meanwhile?.();
      return { ...cast.bot, CLOCK: clock.variable };
    });
  };
  const botShown = (): BotShown => {
    const shown = bot.shown();
    return shown.state === "starting" && restartedFor ? { ...shown, why: restartedFor } : shown;
  };
  const breakages: Breakage[] = [
    blockedDrain(world),
    lostNode(world),
    ...(sceneOf(world).isSelfManaged
      ? [raisedDesired(world), missingCapacity(world), cordonedNode(world)]
      : []),
    ...(slack ? [stoppedSlack(slack, changed)] : []),
    ...(cast.bot ? [killedBot(world, bot, () => restart())] : []),
  ];
  const postedAt = rememberPosts(playground.slack, clock);
  const begun = rememberGroups(playground.slack);
  const timeZone = timeZoneOf(world);
  let time = { speed: clock.speed, paused: false };
  /** One act after the other: two restarts at once would leave two bots. */
  let underWay: Promise<void> = Promise.resolve();
  const inTurn = (act: () => Promise<void>) => {
    const done = underWay.then(act);
    underWay = done.catch(() => {});
    return done;
  };
  return {
    now: () => ({
      world,
      slack,
      postedAt,
      begun,
      time: {
        ...{ now: clock.now(), ...time, timeZone },
        ...openingShown(world),
        ...(!cast.bot && { fixed }),
      },
      bot: botShown(),
      breakages: breakages.map((breakage) => breakage.shown()),
    }),
    start: () => inTurn(() => restart()),
    setTime: (next) =>
      inTurn(async () => {
        refuseTime(cast, next.speed);
        if (next.speed === time.speed && next.paused === time.paused) return;
        clock.setSpeed(next.paused ? paused : next.speed);
        time = next;
        changed();
        if (bot.shown().state !== "ended")
          await restart(`The bot starts again with the ${next.paused ? "clock stopped" : "new speed"}.`);
      }),
    moveTime: (to) =>
      inTurn(async () => {
        refuseTime(cast);
        const jump = () => moveForward(world, to(clock.now()));
        if (bot.shown().state === "ended") await jump();
        else await restart("Time was moved forward: the bot starts again.", jump);
      }),
    setBroken: (id, on) =>
      inTurn(async () => {
        const breakage = breakages.find((each) => each.id === id);
        if (!breakage) throw new Error(`You cannot ${id} here: it is not part of this playground.`);
        await breakage.set(on);
      }),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async stop() {
      await underWay;
      await bot.stop();
    },
  };
}

const fixed =
  "The bot runs elsewhere, by the CLOCK it was given: start the playground again with another --speed.";

function refuseTime({ bot }: Cast, speed?: number): void {
  if (!bot) throw new Error(fixed);
  if (speed !== undefined && !(speed >= speeds.least && speed <= speeds.most))
    throw new Error(
      `The world runs ${speeds.least} to ${speeds.most} times as fast as real time, not ${speed}.`,
    );
}
