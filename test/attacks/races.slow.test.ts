import { afterEach, describe, expect, it } from "vitest";
import type { Message } from "../../playground/slack/types.js";
import { modes } from "../e2e/stage.js";
import { soon } from "../soon.js";
import { type Arena, buttons, modals, openArena } from "./arena.js";
import { pressed, submitted } from "./forge.js";

/** Stale and doubled clicks, all at once, at three bots on one Redis: whatever wins, it wins once. */

const breaker = "U0APPROVER2";
const replicas = 3;

let arena: Arena;
let card: Message;
let id: string;
let value: string;
afterEach(() => arena.close());

async function asked(mode: "socket" | "http"): Promise<void> {
  arena = await openArena({ mode, rules: { may: { breakGlass: { users: [breaker] } } } });
  for (let each = 0; each < replicas; each++) await arena.start();
  const { card: posted, run } = await arena.ask();
  ({ id } = run);
  card = posted;
  value = `${id}|${run.plan.hash}`;
}

/** What a modal shows in the end. */
const final =
  /decided already|[Rr]ejected upgrading|Not started|Started upgrading|You cannot|does not tell me/;

type Act = () => Promise<unknown>;
const times = (count: number, act: (each: number) => Act): Act[] =>
  Array.from({ length: count }, (_, each) => act(each));
const click = (user: string) => () => arena.slack.as(user).click(card, buttons.approve);
const reject = (user: string) => () =>
  submitted(arena.slack, { user, action: modals.reject, value }, "no", final);
const breakGlass = (reason: string) => () =>
  submitted(arena.slack, { user: breaker, action: modals.breakGlass, value }, reason, final);
const types = (text: string) => () => arena.slack.as(arena.operator()).command("/eks-upgrade", text);
const cancel = () => () =>
  pressed(arena.slack, { user: arena.operator(), action: buttons.cancel, value: id });

/** What ends a request, each with what it comes to. */
const ends: Readonly<Record<string, number>> = {
  RunApproved: 1,
  GlassBroken: 1,
  RunRejected: 0,
  RunCancelled: 0,
};

const races: readonly (readonly [what: string, acts: () => Act[]])[] = [
  ["30 clicks of one approver", () => times(30, () => click("U0AP1"))],
  ["30 clicks of two approvers", () => times(30, (each) => click(`U0AP${each % 2}`))],
  ["30 clicks of ten approvers", () => times(30, (each) => click(`U0AP${each % 10}`))],
  [
    "approvals and rejections",
    () => [
      ...times(10, (each) => click(`U0AP${each % 5}`)),
      ...times(5, (each) => reject(`U0AP${5 + each}`)),
    ],
  ],
  [
    "approvals and broken glass",
    () => [
      ...times(10, (each) => click(`U0AP${each % 5}`)),
      breakGlass("one"),
      ...times(3, () => types(`break-glass ${id} another`)),
    ],
  ],
  [
    "the glass, broken twice",
    () => [breakGlass("one"), () => arena.slack.as(breaker).command("/eks-upgrade", `break-glass ${id} two`)],
  ],
  [
    "approvals and cancellations",
    () => [
      ...times(10, (each) => click(`U0AP${each % 5}`)),
      ...times(5, () => types(`cancel ${id}`)),
      ...times(5, cancel),
    ],
  ],
  [
    "approvals, rejections, cancellations and broken glass",
    () => [
      ...times(6, (each) => click(`U0AP${each % 3}`)),
      ...times(3, (each) => reject(`U0AP${5 + each}`)),
      ...times(3, () => types(`cancel ${id}`)),
      breakGlass("all"),
    ],
  ],
  [
    "approvals, and the same asked for once more",
    () => [...times(10, (each) => click(`U0AP${each % 5}`)), ...times(6, () => types("start eks-workshop"))],
  ],
];

describe.each(modes)("at once, %s:", (_, mode) => {
  it.each(races)("%s", async (_what, acts) => {
    await asked(mode);
    await Promise.all(acts().map((act) => act()));
    const ended = async () => (await arena.types(id)).filter((type) => type in ends);
    await soon(async () => expect((await arena.run(id)).state).not.toBe("awaiting approval"));
    const [end = "", ...more] = await ended();
    // A cancellation may come between an approval and its first write.
    expect(
      more.filter((each) => each !== "RunCancelled"),
      `after ${end}`,
    ).toEqual([]);
    const cancelled = [end, ...more].includes("RunCancelled");
    const wanted = cancelled ? 0 : (ends[end] ?? 0);
    await soon(() => expect(arena.updates()).toBe(wanted));
    expect(await arena.stage.runs.recent(10)).toEqual([id]);
    await arena.unharmed(wanted);
    expect((await arena.types(id)).filter((type) => type === "UpdateStarted")).toHaveLength(wanted);
    await told();
  });

  it("approvals and a lock: what is locked is not begun, and what was begun before is begun once", async () => {
    await asked(mode);
    const acts = [...times(10, (each) => click(`U0AP${each % 5}`)), types("lock eks-workshop not now")];
    await Promise.all(acts.map((act) => act()));
    const refusals = async () =>
      (await arena.audit()).filter(({ kind, run }) => kind === "refusal" && run === id);
    await soon(async () => {
      const decided = (await arena.types(id)).includes("RunApproved");
      expect((await refusals()).length).toBe(decided ? 9 : 10);
    });

    const begun = (await arena.types(id)).includes("UpdateStarted");
    await arena.unharmed(begun ? 1 : 0);
    await arena.recorded({ kind: "order", what: "lock", on: "prod/eks-workshop" });
  });
});

/** Everybody's try is in the audit: the one that counted, and those that did not. */
async function told(): Promise<void> {
  await soon(async () => {
    const audit = (await arena.audit()).filter((line) => line.run === id);
    const decided = audit.filter(({ kind, what }) => kind === "decision" && what in ends);
    expect(decided.length).toBeLessThanOrEqual(2);
    const tried = audit.filter(({ kind, entry }) => kind === "request" && entry !== "command");
    expect(tried.length).toBeGreaterThan(0);
  });
}
