import { afterEach, describe, expect, it } from "vitest";
import { modes, said } from "../e2e/stage.js";
import { soon } from "../soon.js";
import { type Arena, buttons, nobody, openArena } from "./arena.js";

/** Far more orders than anybody gives: whoever sends them gets nothing from it, and everybody else is answered as always. */

let arena: Arena;
afterEach(() => arena.close());

const prompt = 3_000;
/** Real milliseconds until this person is answered. */
async function answeredIn(user: string, words: RegExp): Promise<number> {
  const began = performance.now();
  expect(said(await arena.stage.types("status", user))).toMatch(words);
  return performance.now() - began;
}
const types = (user: string, text: string) => arena.slack.as(user).command("/eks-upgrade", text);

/** A few at once, as fast as they are acknowledged: a minute's worth within seconds. */
async function flood(acts: readonly (() => Promise<unknown>)[]): Promise<void> {
  for (let at = 0; at < acts.length; at += 25) await Promise.all(acts.slice(at, at + 25).map((act) => act()));
}

describe.each(modes)("%s", (_, mode) => {
  it("1,000 commands of one operator: 30 are done, others are answered, and the audit knows of all", async () => {
    arena = await openArena({ mode });
    await arena.start();
    await arena.start();
    const attacker = "U0OP44";
    const flooding = flood(
      Array.from(
        { length: 1_000 },
        (_each, index) => () => types(attacker, `plan eks-workshop --to 1.${index}`),
      ),
    );
    const others = [1, 2, 3, 4, 5].map((each) => `U0OP${each}`);
    const waits = await Promise.all(others.map((user) => answeredIn(user, /Nothing is open/)));
    await flooding;
    waits.push(await answeredIn("U0OP6", /Nothing is open/));
    expect(Math.max(...waits)).toBeLessThan(prompt * 3);
    // Told once in ten seconds by each bot, and not a thousand times.
    const answers = () => arena.slack.workspace.ephemerals(attacker).length;
    await soon(() => expect(answers()).toBeGreaterThan(30));
    expect(answers()).toBeLessThan(45);
    await arena.unharmed();
    await arena.stopAll();
    const own = (await arena.audit()).filter(({ who }) => who === attacker);
    expect(own.filter(({ kind }) => kind === "request")).toHaveLength(30);
    const refused = own.filter(({ rule }) => rule === "rate");
    expect(refused.reduce((sum, { more }) => sum + Number(more?.count ?? 1), 0)).toBe(970);
    expect(refused.length).toBeLessThan(8);
  });

  it("1,000 clicks on Approve by whoever may not: nothing is approved, and who may is heard", async () => {
    arena = await openArena({ mode });
    await arena.start();
    const { card, run } = await arena.ask();
    await flood(
      Array.from({ length: 1_000 }, () => () => arena.slack.as(nobody).click(card, buttons.approve)),
    );
    expect(await arena.types(run.id)).toEqual(["RunRequested"]);
    await arena.unharmed();
    await arena.slack.as("U0AP1").click(card, buttons.approve);
    await soon(() => expect(arena.updates()).toBe(1));
  });

  it("10 commands each of 100 people who may do nothing: who may is heard all the same", async () => {
    arena = await openArena({ mode });
    const crowd = arena.crowd(100);
    await arena.start();
    await arena.start();
    const { card } = await arena.ask();
    const tries = Array.from({ length: 10 }, (_each, index) => `start eks-workshop/${index}`);
    await flood(tries.flatMap((text) => crowd.map((user) => () => types(user, text))));
    expect(await arena.stage.runs.recent(9)).toHaveLength(1);
    expect(await answeredIn("U0OP20", /1 open run/)).toBeLessThan(prompt * 3);
    await arena.unharmed();
    await arena.slack.as("U0AP20").click(card, buttons.approve);
    await soon(() => expect(arena.updates()).toBe(1));
    const audit = await arena.audit();
    for (const who of [crowd[0], crowd[99]])
      expect(audit).toContainEqual(expect.objectContaining({ kind: "refusal", who }));
  });
});
