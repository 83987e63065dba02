import { expect } from "vitest";
import type { Right } from "../../src/core/access/rights.js";
import type { Run } from "../../src/core/run.js";
import { soon } from "../soon.js";
import type { EntryPoint, Wanted } from "./entries.js";
import { becomes, isAsked, tells } from "./outcomes.js";
import { groupsOf, type RoomName, region, rooms } from "./rooms.js";
import type { Scene } from "./scene.js";
import { type SeedName, sowDigest } from "./seeds.js";
import { pressed } from "./tries.js";

type Prepare = (scene: Scene, room: RoomName) => Promise<Wanted>;
type Done = (scene: Scene, run: Run, user: string, told: () => Promise<string>) => Promise<void>;

function button(
  name: string,
  who: readonly Right[],
  prepare: Prepare,
  more: Partial<EntryPoint> = {},
): EntryPoint {
  return {
    ...{ name: `button ${name}`, registered: `action eks-upgrade:${name}`, way: "button", who },
    ...{ inChannel: true, room: "plain", prepare },
    ...(more.hides ? {} : { public: true }),
    ...more,
  };
}

const groupOf = ({ plan }: Run) => plan.steps[0]?.nodeGroup ?? "";

/** Under the card or the live message of a run. */
const onRun =
  (name: string, seed: SeedName, value: (run: Run) => string, done: Done): Prepare =>
  async (scene, room) => {
    const run = await scene.sow(seed, room);
    return {
      ...{ act: pressed(`eks-upgrade:${name}`, value(run)), run, group: groupOf(run) },
      done: ({ user }, told) => done(scene, run, user, told),
    };
  };

const id = (run: Run) => run.id;
const withHash = (run: Run) => `${run.id}|${run.plan.hash}`;
const attempt = (run: Run) => `${run.id}|1`;
const firstBlocked = (run: Run) => `${run.id}|b0`;

const is =
  (like: object, fact?: object): Done =>
  async (scene, run, user) => {
    await becomes(scene, run.id, like);
    if (fact) await tells(scene, run.id, { by: user, ...fact });
  };
const opens: Done = async (_, run, __, told) =>
  expect(await told()).toContain(`"private_metadata":"${withHash(run)}"`);
const asksAnew =
  (like: object = {}): Done =>
  async (scene, run, user) =>
    void (await isAsked(scene, groupOf(run), user, like));

const late = { answersLate: true } as const;
const decides = { notByRequester: true } as const;
const answers = ["wait", "restart-owner", "surge-owner", "skip-node", "stop", "force"];
/** What an answer takes that is more than an answer. */
const rightsTo: Readonly<Record<string, readonly Right[]>> = { stop: ["cancel"], force: ["start", "force"] };

const answered = (name: string): EntryPoint => {
  const fact = { type: "Answered", choice: name.replace("-", " ") };
  const prepare = onRun(`answer-${name}`, "asking", firstBlocked, is({}, fact));
  return button(`answer-${name}`, rightsTo[name] ?? ["start"], prepare);
};

/** The button *Schedule*, under an answer of one's own: nobody else reads it. */
const scheduled: Prepare = async (scene, room) => {
  const group = scene.borrow(room);
  const value = JSON.stringify([`${region}/${rooms[room].cluster}/${group}`, {}, "a CVE"]);
  return {
    ...{ act: Object.assign(pressed("eks-upgrade:schedule", value), { wrote: rooms[room].cluster }), group },
    done: async ({ user }) => void (await isAsked(scene, group, user, { reason: "a CVE" })),
  };
};

let series = 0;

/** Under a digest: snoozes or wakes one row, or all of them. */
const onDigest =
  (name: string, which: "row" | "all", days: number | undefined): Prepare =>
  async (scene, room) => {
    const digest = `series-${++series}`;
    // One that is there: a look at the cluster brings the digest up to date.
    const groups = groupsOf(rooms[room].cluster);
    const group = groups[series % groups.length] ?? "";
    const sow = () => sowDigest(scene.digests, digest, room, group);
    const key = await sow();
    const what = which === "row" ? key : `${digest} 1`;
    const press = pressed(`eks-upgrade:${name}`, days === undefined ? what : `${days} ${what}`);
    if (days === undefined) await scene.snooze(key);
    return {
      // No schedule of fleet.yaml's makes it: the bot takes it away when it looks for such.
      async act(...trying) {
        await sow();
        return press(...trying);
      },
      tidy: () => scene.wake(key),
      done: () =>
        soon(async () => {
          const snoozed = await scene.snoozed();
          if (days === undefined) expect(snoozed).not.toContain(key);
          else expect(snoozed).toContain(key);
        }),
    };
  };

const digestButton = (name: string, which: "row" | "all", days?: number): EntryPoint =>
  button(name, ["snooze"], onDigest(name, which, days), { way: "digest" });

/** *Upgrade* under a digest opens the form, filled in. */
export const rowOf = (room: RoomName) => `${region}/${rooms[room].cluster}/${rooms[room].cluster}-2`;

/** Every button under a message. */
export const buttonEntries: readonly EntryPoint[] = [
  button(
    "approve",
    ["approve"],
    onRun("approve", "waiting", withHash, is({ state: "running" }, { type: "RunApproved" })),
    decides,
  ),
  button("reject", ["approve"], onRun("reject", "waiting", withHash, opens)),
  button("break-glass", ["break glass"], onRun("break-glass", "waiting", withHash, opens)),
  button("again", ["start"], onRun("again", "rejected", id, asksAnew()), late),
  button(
    "retry",
    ["start"],
    onRun("retry", "failed", attempt, is({ state: "running" }, { type: "RetryRequested" })),
  ),
  button(
    "retry-force",
    ["force"],
    onRun("retry-force", "failed", attempt, asksAnew({ plan: { wish: { force: true } } })),
    late,
  ),
  button("pause", ["cancel"], onRun("pause", "rolling", id, is({ paused: {} }, { type: "RunPaused" }))),
  button(
    "resume",
    ["start"],
    onRun("resume", "paused", id, is({ state: "running" }, { type: "RunResumed" })),
  ),
  button(
    "cancel",
    ["cancel"],
    onRun("cancel", "rolling", id, is({ stopping: {} }, { type: "StopRequested" })),
  ),
  button(
    "repair",
    ["start"],
    onRun("repair", "leftover", id, is({ state: "running", stopping: {} }, { type: "StopRequested" })),
  ),
  button(
    "go-on",
    ["approve"],
    onRun("go-on", "held", id, is({ goOn: {} }, { type: "RunReleased", why: "window" })),
    decides,
  ),
  ...answers.map(answered),
  button(
    "confirm-force",
    ["approve"],
    onRun("confirm-force", "forcing", firstBlocked, is({}, { type: "ForceConfirmed" })),
    decides,
  ),
  button("schedule", ["start"], scheduled, { ...late, hides: /I know no cluster/ }),
  ...[1, 7, 30].map((days) => digestButton(`snooze-${days}`, "row", days)),
  ...[1, 7, 30].map((days) => digestButton(`snooze-all-${days}`, "all", days)),
  digestButton("wake", "row"),
  digestButton("wake-all", "all"),
  button(
    "digest-upgrade",
    ["start"],
    async (_, room) => ({
      act: pressed("eks-upgrade:digest-upgrade", rowOf(room)),
      done: async (__, told) => expect(await told()).toContain("eks-upgrade:form"),
    }),
    { way: "digest" },
  ),
];
