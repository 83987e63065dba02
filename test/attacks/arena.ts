import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { freePort } from "../../playground/free-port.js";
import type { Scenario } from "../../playground/scenarios/types.js";
import { objectsOf, textOf } from "../../playground/slack/json.js";
import type { SimulatedSlack } from "../../playground/slack/server.js";
import type { Message } from "../../playground/slack/types.js";
import type { Bot } from "../../src/bot.js";
import type { AuditLine } from "../../src/core/audit/entry.js";
import { readLine } from "../../src/core/audit/line.js";
import type { Run } from "../../src/core/run.js";
import { redisAudit } from "../../src/redis/audit.js";
import { connectRedis } from "../../src/redis/connection.js";
import { type Mode, openStage, type Stage, said } from "../e2e/stage.js";
import { heard } from "../heard.js";
import { soon } from "../soon.js";

export const buttons = {
  approve: "eks-upgrade:approve",
  reject: "eks-upgrade:reject",
  breakGlass: "eks-upgrade:break-glass",
  cancel: "eks-upgrade:cancel",
  again: "eks-upgrade:again",
  retry: "eks-upgrade:retry",
  retryForce: "eks-upgrade:retry-force",
  schedule: "eks-upgrade:schedule",
  goOn: "eks-upgrade:go-on",
} as const;

/** In no user group, unless somebody puts them there. */
export const nobody = "U0NOBODY";

/** Modals, by their callback ids. */
export const modals = {
  reject: "eks-upgrade:reject-why",
  breakGlass: "eks-upgrade:break-glass-why",
} as const;

/** Of the environment "prod", beside what the playground's file says. */
export type Rules = Readonly<Record<string, unknown>>;

export interface ArenaOptions {
  readonly mode?: Mode;
  readonly scenario?: Scenario;
  readonly speed?: number;
  readonly rules?: Rules;
  /** Environments beside "prod". */
  readonly others?: readonly Rules[];
  /** Of the whole file. */
  readonly top?: Rules;
  /** How many people take turns: each may give so many orders a minute, and Slack tells of so many people a minute. */
  readonly people?: number;
}

/** A world with bots in it, for whoever wants to do it harm; and what shows whether they did. */
export interface Arena {
  readonly stage: Stage;
  readonly slack: SimulatedSlack;
  /** fleet.yaml, as bots read it. */
  readonly file: string;
  /** A further bot, which answers /healthz. */
  start(overrides?: Readonly<Record<string, string>>): Promise<Bot>;
  /** Every bot ends; those started from now on read a file with these rules. */
  restart(rules: Rules, overrides?: Readonly<Record<string, string>>): Promise<Bot>;
  stopAll(): Promise<void>;
  /** Ends one of them. */
  stop(bot: Bot): Promise<void>;
  stopAllBut(bot: Bot): Promise<void>;
  /** One after the other. */
  operator(): string;
  approver(): string;
  /** So many new people, in no group. */
  crowd(count: number): string[];
  /** Somebody asks; resolves with the card and the record. */
  ask(text?: string, user?: string): Promise<{ readonly card: Message; readonly run: Run }>;
  run(id: string): Promise<Run>;
  types(id: string): Promise<string[]>;
  /** What EKS was asked for. */
  updates(): number;
  /** The audit, oldest first. */
  audit(): Promise<AuditLine[]>;
  /** Resolves when the audit holds such an entry. */
  recorded(entry: Readonly<Record<string, unknown>>): Promise<void>;
  /** Words of the warnings and errors in the bots' logs. */
  warnings(): readonly Readonly<Record<string, unknown>>[];
  /**
   * Nothing was started beside what is named, every process is alive, and a command is answered. Resolves only then.
   */
  unharmed(updates?: number): Promise<void>;
  close(): Promise<void>;
}

export async function openArena(options: ArenaOptions = {}): Promise<Arena> {
  const { log, lines } = heard("warn");
  const { rules = {}, others = [], top = {}, people = 10, ...staging } = options;
  const stage = await openStage({ speed: 20, ...staging, log });
  const { slack, world } = stage.playground;
  const pools = {
    operators: hire(slack, many("U0OP"), slack.groups.operators).slice(0, people),
    approvers: hire(slack, many("U0AP"), slack.groups.approvers).slice(0, people),
  };
  hire(slack, [nobody]);
  const folder = await mkdtemp(join(tmpdir(), "eks-upgrade-attacks-"));
  const file = join(folder, "fleet.yaml");
  const redis = connectRedis({ url: stage.redisUrl }, "worker", () => {});
  const store = redisAudit(redis);
  const alive = new Map<Bot, number>();

  async function write(changed: Rules): Promise<void> {
    const fleet = JSON.parse(await readFile(stage.playground.environment.FLEET_FILE ?? "", "utf8"));
    const [first, ...rest] = fleet.environments;
    const environments = [
      { ...first, ...changed },
      ...rest,
      ...others.map((other) => ({ ...first, ...other })),
    ];
    await writeFile(file, JSON.stringify({ ...fleet, ...top, environments }));
  }
  await write(rules);

  const arena: Arena = {
    ...{ stage, slack, file },
    async start(overrides = {}) {
      const port = await freePort();
      const bot = await stage.startBot({ FLEET_FILE: file, HEALTH_PORT: `${port}`, ...overrides });
      alive.set(bot, port);
      return bot;
    },
    async stopAll() {
      const bots = [...alive.keys()];
      alive.clear();
      await Promise.all(bots.map((bot) => bot.stop()));
    },
    async stop(bot) {
      alive.delete(bot);
      await bot.stop();
    },
    async stopAllBut(bot) {
      await Promise.all([...alive.keys()].filter((each) => each !== bot).map(arena.stop));
    },
    async restart(changed, overrides) {
      await arena.stopAll();
      await write({ ...rules, ...changed });
      return arena.start(overrides);
    },
    operator: () => next(pools.operators),
    approver: () => next(pools.approvers),
    crowd: (count) =>
      hire(
        slack,
        Array.from({ length: count }, (_, index) => `U0CROWD${index}`),
      ),
    async ask(text = "start eks-workshop", user = arena.operator()) {
      const before = new Set(await stage.runs.recent(100));
      await stage.types(text, user);
      const id = (await stage.runs.recent(100)).find((each) => !before.has(each)) ?? "";
      const card = await slack.waitFor(
        () => shown(slack).find((message) => valuesIn(message).some((value) => value.startsWith(`${id}|`))),
        { what: `the card of ${id || text}` },
      );
      return { card, run: await arena.run(id) };
    },
    async run(id) {
      const stored = await stage.runs.load(id);
      if (!stored) throw new Error(`There is no run ${id}.`);
      return stored.run;
    },
    types: async (id) => (await stage.runs.events(id)).map(({ type }) => type),
    updates: () => world.calls.filter(({ operation }) => operation === "UpdateNodegroupVersion").length,
    async audit() {
      const all: AuditLine[] = [];
      for (let after: string | undefined; ; ) {
        const { lines: page } = await store.page(after);
        all.push(...page.flatMap(({ text }) => readLine(text) ?? []));
        after = page.at(-1)?.position;
        if (after === undefined) return all;
      }
    },
    recorded: (entry) =>
      soon(async () => expect(await arena.audit()).toContainEqual(expect.objectContaining(entry))),
    warnings: () => lines().filter(({ level }) => Number(level) >= 40),
    async unharmed(updates = 0) {
      const [answer] = await Promise.all([
        stage.types("status", arena.operator()),
        ...[...alive.values()].map(async (port) => {
          const health = await fetch(`http://127.0.0.1:${port}/healthz`);
          expect(health.status, "/healthz").toBe(200);
        }),
      ]);
      expect(said(answer), "a command's answer").toMatch(/open run|Nothing is open/);
      expect(arena.updates(), "updates that EKS was asked for").toBe(updates);
    },
    async close() {
      alive.clear();
      redis.disconnect();
      await stage.close();
      await rm(folder, { recursive: true });
    },
  };
  return arena;
}

const many = (prefix: string) => Array.from({ length: 45 }, (_, index) => `${prefix}${index}`);

/** New people of the workspace, in every channel, and in a user group. */
function hire({ workspace }: SimulatedSlack, ids: string[], group?: string): string[] {
  for (const id of ids) {
    workspace.users.set(id, { id, name: id.toLowerCase(), realName: id, isBot: false, deleted: false });
  }
  if (group !== undefined) workspace.setMembers(group, [...workspace.group(group).members, ...ids]);
  for (const { id, members } of [...workspace.channels.values()].filter(({ kind }) => kind !== "direct")) {
    workspace.changeChannel(id, { members: [...members, ...ids] });
  }
  return ids;
}

function next(pool: string[]): string {
  const [id = ""] = pool;
  pool.push(...pool.splice(0, 1));
  return id;
}

function shown({ workspace, channel, testChannel }: SimulatedSlack): readonly Message[] {
  return [channel, testChannel].flatMap((each) => workspace.messages(each));
}

/** What the buttons of a message carry. */
function valuesIn(message: Message): string[] {
  return message.blocks.flatMap((block) => objectsOf(block.elements).map(({ value }) => textOf(value)));
}
