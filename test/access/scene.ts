import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { type ApprovalLinks, openApprovalLinks } from "../../commands/links.js";
import { freePort } from "../../playground/free-port.js";
import type { SimulatedSlack } from "../../playground/slack/server.js";
import { startClock } from "../../playground/world/clock.js";
import type { World } from "../../playground/world/state.js";
import type { AuditLine } from "../../src/core/audit/entry.js";
import { readLine } from "../../src/core/audit/line.js";
import { day } from "../../src/core/instant.js";
import type { Plan, Step } from "../../src/core/plan.js";
import { targetsOf } from "../../src/core/plan.js";
import type { Run } from "../../src/core/run.js";
import { redisAudit } from "../../src/redis/audit.js";
import { connectRedis, type Redis } from "../../src/redis/connection.js";
import { type Digests, redisDigests } from "../../src/redis/digests.js";
import { type Locks, redisLocks } from "../../src/redis/locks.js";
import { type OrderKind, ordersAMinute, redisOrderRate } from "../../src/redis/order-rate.js";
import type { Runs } from "../../src/redis/runs.js";
import { redisSnoozes } from "../../src/redis/snoozes.js";
import { start } from "../builders.js";
import { openStage, type Stage } from "../e2e/stage.js";
import { soon } from "../soon.js";
import { approver, type Hired, hire, silences, silentChannel } from "./cast.js";
import { everyRoom, fleetFile, groupsOf, type RoomName, rooms, silence, world } from "./rooms.js";
import { isRoll, planLike, type SeedName, sow, weed } from "./seeds.js";

/** A bot among everybody who may want something of it, and everything that shows what came of it. */
export interface Scene {
  readonly stage: Stage;
  readonly slack: SimulatedSlack;
  readonly world: World;
  readonly runs: Runs;
  readonly locks: Locks;
  readonly digests: Digests;
  readonly links: ApprovalLinks;
  /** Where the page of links is. */
  readonly page: string;
  /** Somebody who has this part, and did not give too many orders yet. */
  one: Hired;
  /** Somebody who has just given as many orders as anybody may, of either kind. */
  hasty(): Promise<string>;
  /** A node group that no run is about. */
  borrow(room: RoomName): string;
  /** Puts a run into the store that is about a node group; of its own, unless told which. */
  sow(
    seed: SeedName,
    room: RoomName,
    how?: { readonly group?: string; readonly more?: Partial<Run> },
  ): Promise<Run>;
  planFor(room: RoomName, group: string): Plan;
  /** Ends every run about it, and lets others have it. */
  giveBack(room: RoomName, group: string): Promise<void>;
  run(id: string): Promise<Run>;
  snoozed(): Promise<readonly string[]>;
  snooze(key: string): Promise<void>;
  wake(key: string): Promise<void>;
  /** Everything that an order may change: runs by revision, locks, snoozes, and what AWS was asked to change. */
  state(): Promise<unknown>;
  /** What the audit holds since it was read last. */
  audit(): Promise<AuditLine[]>;
  /** From now on workers do what is to be done; until then nobody does. */
  work(): Promise<unknown>;
  close(): Promise<void>;
}

const secret = "a secret that is as long as it has to be, and longer";
/** World seconds per real second. */
const standstill = 0.0001;

/** @param names which environments there are: the fewer, the sooner it begins */
export async function openScene(names: readonly RoomName[] = everyRoom): Promise<Scene> {
  const clock = startClock({ speed: standstill, worldOrigin: start });
  const stage = await openStage({ scenario: world(names), clock });
  const { slack } = stage.playground;
  openChannels(slack);
  const one = hire(slack.workspace);
  slack.faults.add(silence);
  const folder = await mkdtemp(join(tmpdir(), "eks-upgrade-access-"));
  const file = join(folder, "fleet.yaml");
  await writeFile(file, fleetFile(names));
  const port = await freePort();
  const page = `http://127.0.0.1:${port}`;
  const told = { FLEET_FILE: file, PUBLIC_URL: page, LINK_SECRET: secret, PORT: `${port}` };
  await stage.startBot({ ...told, ROLE: "bot" });
  slack.workspace.changeChannel(rooms.exposed.channel, { shared: "external" });
  const redis = connectRedis({ url: stage.redisUrl }, "worker", () => {});
  const store = storeOf(stage, redis);
  const pattern = await stepOf(stage, one("operator", "answered late"), "harbour-1");
  const scene: Scene = {
    ...{ stage, slack, world: stage.playground.world, page, one, ...store },
    links: openApprovalLinks({ publicUrl: page, secret }, Date.now),
    hasty: hastyPeople(slack, redis),
    ...targetsIn(stage, pattern),
    work: () => stage.startBot({ ...told, ROLE: "worker" }),
    async close() {
      redis.disconnect();
      await stage.close();
      await rm(folder, { recursive: true });
    },
  };
  await scene.giveBack("plain", "harbour-1");
  const { environment } = rooms.locked;
  await scene.locks.take({ environment, by: approver, at: start, reason: "a migration" });
  await scene.audit();
  return scene;
}

/** What the bot keeps, read past it. */
function storeOf({ runs, playground: { world: there } }: Stage, redis: Redis) {
  const [locks, snoozes] = [redisLocks(redis), redisSnoozes(redis)];
  const snoozed = async () => (await snoozes.all(start)).map(({ key }) => key);
  const changing = /^(Update|Create|Delete|Set|Put|Terminate|Suspend|Resume)/;
  return {
    ...{ runs, locks, snoozed, digests: redisDigests(redis), audit: auditOf(redis) },
    wake: (key: string) => snoozes.end([key]),
    snooze: (key: string) => snoozes.set([{ key, by: approver, at: start, until: start + day }]),
    async run(id: string) {
      const stored = await runs.load(id);
      if (!stored) throw new Error(`There is no run ${id}.`);
      return stored.run;
    },
    async state() {
      const ids = await runs.recent(2_000);
      const revisions = await Promise.all(ids.map((id) => runs.revision(id)));
      const wrote = there.calls.filter(({ operation }) => changing.test(operation));
      const all = ids.map((id, at) => [id, revisions[at]]);
      return { runs: all, locks: await locks.all(), snoozed: await snoozed(), wrote };
    },
  };
}

/** Node groups, and runs about them. */
function targetsIn({ runs }: Stage, pattern: Step): Pick<Scene, "borrow" | "sow" | "planFor" | "giveBack"> {
  const free = new Map<string, string[]>(
    Object.values(rooms).map(({ cluster }) => [cluster, [...groupsOf(cluster)]]),
  );
  let ours = 0;
  function borrow(room: RoomName): string {
    const group = free.get(rooms[room].cluster)?.shift();
    if (group === undefined) throw new Error(`No node group of ${rooms[room].cluster} is left.`);
    return group;
  }
  return {
    borrow,
    async sow(seed, room, { group, more } = {}) {
      const nodeGroup = group ?? (isRoll(seed) ? `asg-${++ours}` : borrow(room));
      return sow(runs, seed, planLike(pattern, room, nodeGroup, isRoll(seed)), room, more);
    },
    planFor: (room, group) => planLike(pattern, room, group),
    async giveBack(room, group) {
      const { cluster } = rooms[room];
      for (const id of await runs.open()) {
        const stored = await runs.load(id);
        const about = stored ? targetsOf(stored.run.plan) : [];
        if (
          about.some((target) => target.endsWith(`/${cluster}/${group}`) || target.endsWith(`/asg/${group}`))
        )
          await weed(runs, id);
      }
      const others = free.get(cluster) ?? [];
      if (groupsOf(cluster).includes(group) && !others.includes(group)) others.push(group);
    },
  };
}

/** Each of them has given as many orders as anybody may. */
function hastyPeople({ workspace }: SimulatedSlack, redis: Redis): () => Promise<string> {
  const rate = redisOrderRate(redis, Date.now);
  let count = 0;
  return async () => {
    const id = `U0HASTY${count++}`;
    workspace.users.set(id, { id, name: id, realName: id, isBot: false, deleted: false });
    for (const [channel, { members }] of workspace.channels) {
      workspace.changeChannel(channel, { members: [...members, id] });
    }
    const orders = (kind: OrderKind) =>
      Array.from({ length: ordersAMinute[kind] }, () => rate.take(id, kind));
    await Promise.all([...orders("order"), ...orders("menu")]);
    return id;
  };
}

/** Those of the environments, and those of which Slack tells nothing. */
function openChannels({ workspace }: SimulatedSlack): void {
  const names = [...Object.values(rooms).map(({ channel }) => channel), ...silences.map(silentChannel)];
  for (const id of names.filter((each) => !workspace.channels.has(each))) {
    workspace.channels.set(id, {
      id,
      name: id.toLowerCase(),
      kind: "public",
      members: ["U0BOT"],
      archived: false,
    });
  }
}

/** As the bot itself plans it. */
async function stepOf({ runs, playground }: Stage, user: string, group: string): Promise<Step> {
  void playground.slack.as(user).command("/eks-upgrade", `start harbour/${group}`);
  return soon(async () => {
    const [id = ""] = await runs.recent(1);
    const [step] = (await runs.load(id))?.run.plan.steps ?? [];
    if (!step) throw new Error(`Nobody could ask for ${group}.`);
    return step;
  });
}

function auditOf(redis: Redis): () => Promise<AuditLine[]> {
  const store = redisAudit(redis);
  let read: string | undefined;
  return async () => {
    const all: AuditLine[] = [];
    for (;;) {
      const { lines } = await store.page(read);
      all.push(...lines.flatMap(({ text }) => readLine(text) ?? []));
      if (lines.length === 0) return all;
      read = lines.at(-1)?.position;
    }
  };
}

/** Resolves with the lines since the last reading, once one of them is like that. */
export function recorded(scene: Scene, like: Readonly<Record<string, unknown>>): Promise<AuditLine[]> {
  const lines: AuditLine[] = [];
  return soon(async () => {
    lines.push(...(await scene.audit()));
    expect(lines).toContainEqual(expect.objectContaining(like));
    return lines;
  }, 5);
}
