import { expect } from "vitest";
import { requestUpdate } from "../../playground/world/request-update.js";
import { start } from "../builders.js";
import { soon } from "../soon.js";
import type { EntryPoint, Wanted } from "./entries.js";
import { becomes, isAsked, tells } from "./outcomes.js";
import { annex, attic, type RoomName, rooms } from "./rooms.js";
import type { Scene } from "./scene.js";
import type { SeedName } from "./seeds.js";
import { typed } from "./tries.js";

type Prepare = (scene: Scene, room: RoomName) => Promise<Wanted>;

const noCluster = /I know no cluster/;
const noRun = /I know no run/;
const nothing = /nothing that I may show you/;

function command(
  name: string,
  who: EntryPoint["who"],
  prepare: Prepare,
  more: Partial<EntryPoint> = {},
): EntryPoint {
  const [registered = ""] = name.split(" ");
  return {
    ...{ name: `/eks-upgrade ${name}`, registered: `command ${registered}`, way: "command" },
    ...{ who, inChannel: true, room: "plain", prepare },
    ...more,
  };
}

/** Its answer says this. */
const says = (text: string, words: RegExp | string): Wanted => ({
  act: typed(text),
  async done(_, told) {
    expect(await told()).toMatch(words);
  },
});

/** About a cluster: nothing is changed. */
const shown =
  (text: (cluster: string, group: string) => string, words: (cluster: string) => RegExp): Prepare =>
  async (_, room) => {
    const { cluster } = rooms[room];
    return says(text(cluster, `${cluster}/${cluster}-2`), words(cluster));
  };

/** About a run. */
const ordered =
  (name: string, seed: SeedName, like: object, fact?: object): Prepare =>
  async (scene, room) => {
    const run = await scene.sow(seed, room);
    return {
      ...{ act: typed(`${name} ${run.id}`), run, group: run.plan.steps[0]?.nodeGroup ?? "" },
      async done({ user }) {
        await becomes(scene, run.id, like);
        if (fact) await tells(scene, run.id, { by: user, ...fact });
      },
    };
  };

const asks =
  (text: (place: string) => string, like: object = {}): Prepare =>
  async (scene, room) => {
    const group = scene.borrow(room);
    return {
      ...{ act: typed(text(`${rooms[room].cluster}/${group}`)), group },
      done: async ({ user }) => void (await isAsked(scene, group, user, like)),
    };
  };

const watched: Prepare = async (scene, room) => {
  const { cluster } = rooms[room];
  const group = scene.borrow(room);
  requestUpdate(scene.world, { clusterName: cluster, nodegroupName: group });
  return {
    // What EKS is at work on is of no use to others.
    act: typed(`watch ${cluster}/${group}`),
    done: async ({ user }) => void (await isAsked(scene, group, user, { state: "running", adoptedBy: user })),
  };
};

const place = (room: RoomName) => (room === "plain" ? annex : rooms[room].cluster);
const scopeOf = (room: RoomName) => ({ environment: rooms[room].environment, cluster: place(room) });

const takenOff = { by: "U0SOMEBODY", at: start };

const locked: Prepare = async (scene, room) => ({
  act: typed(`lock ${place(room)} a migration`),
  async done({ user }) {
    await soon(async () => {
      expect(await scene.locks.all()).toContainEqual(
        expect.objectContaining({ ...scopeOf(room), by: user, reason: "a migration" }),
      );
    });
  },
  tidy: () => scene.locks.release(scopeOf(room), takenOff),
});

/** A lock on what is no cluster any more can still be taken off. */
const unlocked: Prepare = async (scene, room) => {
  const scope = { environment: rooms[room].environment, cluster: attic };
  await scene.locks.take({ ...scope, by: "U0SOMEBODY", at: start, reason: "a migration" });
  return {
    act: typed(`unlock ${scope.environment}/${attic}`),
    tidy: () => scene.locks.release(scope, takenOff),
    done: () =>
      soon(async () => expect(await scene.locks.all()).not.toContainEqual(expect.objectContaining(scope))),
  };
};

const glass = { state: "running", breakGlass: { reason: "it is exploited" } };
const hiddenCluster = { hides: noCluster };
const hiddenRun = { hides: noRun };

/** Every subcommand, and what else can be typed. */
export const commandEntries: readonly EntryPoint[] = [
  command(
    "list",
    "whoever sees it",
    shown(
      () => "list",
      (cluster) => new RegExp(cluster),
    ),
    { hides: nothing },
  ),
  command(
    "list <cluster>",
    "whoever sees it",
    shown(
      (cluster) => `list ${cluster}`,
      () => /1\.34\.4/,
    ),
    hiddenCluster,
  ),
  command(
    "check",
    "whoever sees it",
    shown(
      () => "check",
      (cluster) => new RegExp(cluster),
    ),
    { hides: nothing },
  ),
  command(
    "check <cluster>",
    "whoever sees it",
    shown(
      (cluster) => `check ${cluster}`,
      () => /1\.34\.9/,
    ),
    hiddenCluster,
  ),
  command(
    "plan",
    ["plan"],
    shown(
      (_, target) => `plan ${target}`,
      () => /1\.34\.9-20260714/,
    ),
    hiddenCluster,
  ),
  command(
    "start",
    ["start"],
    asks((target) => `start ${target} --reason a CVE`, { reason: "a CVE" }),
    { ...hiddenCluster, answersLate: true },
  ),
  command(
    "status",
    "whoever sees it",
    shown(
      () => "status",
      () => /open|Nothing/,
    ),
    { hides: nothing },
  ),
  command(
    "status <run>",
    "whoever sees it",
    async (scene, room) => {
      const run = await scene.sow("rolling", room);
      const { nodeGroup = "" } = run.plan.steps[0] ?? {};
      return { ...says(`status ${run.id}`, nodeGroup), run, group: nodeGroup };
    },
    hiddenRun,
  ),
  command("pause", ["cancel"], ordered("pause", "rolling", { paused: {} }, { type: "RunPaused" }), hiddenRun),
  command(
    "resume",
    ["start"],
    ordered("resume", "paused", { state: "running" }, { type: "RunResumed" }),
    hiddenRun,
  ),
  command(
    "cancel",
    ["cancel"],
    ordered("cancel", "waiting", { state: "cancelled" }, { type: "RunCancelled" }),
    hiddenRun,
  ),
  command(
    "retry",
    ["start"],
    ordered("retry", "failed", { state: "running" }, { type: "RetryRequested", attempt: 2 }),
    hiddenRun,
  ),
  command(
    "repair",
    ["start"],
    shown(
      (cluster) => `repair ${cluster}`,
      () => /left behind/i,
    ),
    hiddenCluster,
  ),
  command("watch", ["start"], watched, hiddenCluster),
  command("lock", ["lock"], locked, { hides: /I know no environment and no cluster/ }),
  command("unlock", ["lock"], unlocked, { hides: /I know no environment and no cluster/ }),
  command("history", "members", async () => says("history", /./)),
  command(
    "break-glass <run>",
    ["break glass"],
    async (scene, room) => {
      const run = await scene.sow("waiting", room);
      return {
        ...{
          act: typed(`break-glass ${run.id} it is exploited`),
          run,
          group: run.plan.steps[0]?.nodeGroup ?? "",
        },
        done: ({ user }) => becomes(scene, run.id, { ...glass, breakGlass: { by: user } }),
      };
    },
    hiddenCluster,
  ),
  command(
    "break-glass <target>",
    ["break glass"],
    asks((target) => `break-glass ${target} it is exploited`, glass),
    { ...hiddenCluster, answersLate: true },
  ),
  command("help", "everybody", async () => says("help", /What I can do/)),
  {
    ...command("", ["start"], async () => says("", "eks-upgrade:form")),
    name: "/eks-upgrade alone",
    registered: "command form",
    hides: /nothing that you may upgrade/,
    blunt: true,
  },
  {
    ...command("strat", "everybody", async () => says("strat harbour", /Did you mean/)),
    name: "/eks-upgrade misspelt",
    registered: "command not understood",
  },
];
