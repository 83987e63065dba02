import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cancel } from "../../../src/core/decide-control.js";
import { type Permission, ruleOn } from "../../../src/core/hold.js";
import { hour, type Instant, minute, second } from "../../../src/core/instant.js";
import type { Run } from "../../../src/core/run.js";
import type { UpdateSeen } from "../../../src/core/seen.js";
import type { Outside } from "../../../src/phases/outside.js";
import { type Tick, tick } from "../../../src/phases/tick.js";
import { aPlan, aRunningRun, aStep, someProgress, start, stoppedAt } from "../../builders.js";
import { aNodeGroup, anUpdate } from "../../seen.js";
import { anOutside, aTrouble, type There } from "./outside.js";

/** What becomes of an update that is called off when EKS was to be asked for it, and may have been. */

const { signal } = new AbortController();
const by = "U0ANN";
const intent = { token: "calm-heron-42-0-1", savedAt: start };
const asking = aRunningRun({ steps: [someProgress(["active"], { intent })] });
const calledOffAt = start + 10 * minute;
const calledOff = { ...asking, stopping: { by, at: calledOffAt } };
/** It was looked for once since. */
const lookedFor = {
  ...calledOff,
  wait: { for: "EKS to show whether it has begun", until: calledOffAt + minute },
};
const ours = { ...anUpdate(), id: "upd-ours", createdAt: start + second };

/** A look at what was called off, so long after that. */
async function look(after: number, there: Partial<There> = {}, run: Run = calledOff) {
  const { outside, writes } = anOutside(there);
  const ticked = await tick(run, outside, stoppedAt(calledOffAt + after), signal);
  expect(writes).toEqual([]);
  return ticked;
}

const types = ({ facts }: Tick) => facts.map(({ type }) => type);

describe("called off when EKS was to be asked", () => {
  it("ends where EKS has begun nothing, and is no try that failed", async () => {
    const ended = await look(minute, {}, lookedFor);
    expect(ended).toMatchObject({
      next: "over",
      run: { state: "cancelled", cancelledBy: by, endedAt: calledOffAt + minute },
      facts: [{ type: "RunCancelled", by }],
    });
    expect(ended.run).not.toHaveProperty("stopping");
    const [progress] = ended.run.steps;
    expect(progress).not.toHaveProperty("intent");
    expect(progress?.phases.setup.state).toBe("failed");
  });

  it.each<[string, number, Run, number]>([
    ["at the first look", 0, calledOff, 1],
    ["where the first look comes late", 10, calledOff, 11],
    ["at one that comes too soon", 0.9, lookedFor, 1],
  ])("is not over before what was on its way to EKS would show: %s", async (_, after, run, until) => {
    expect(await look(after * minute, {}, run)).toMatchObject({
      next: "wait",
      facts: [],
      run: {
        stopping: calledOff.stopping,
        wait: { for: "EKS to show whether it has begun", until: calledOffAt + until * minute },
      },
    });
  });

  it("does not take for over what EKS refused: it was not asked again", async () => {
    const problem = { code: "AccessDenied", what: "Could not start the update", next: "Grant it." };
    const troubles = [{ id: "refusal" as const, problem, since: start, called: true, cutShort: true }];
    const refused = { ...calledOff, trouble: problem, troubles };
    const first = await look(0, {}, refused);
    const last = await look(10 * minute, {}, first.run);
    expect(first.run).toMatchObject({ trouble: problem, troubles });
    expect(first.run.troubles?.[0]).not.toHaveProperty("quietSince");
    expect([...types(first), ...types(last)]).toEqual(["RunCancelled"]);
  });

  it.each<[string, Partial<UpdateSeen>]>([
    ["runs", {}],
    ["has failed", { status: "Failed" }],
    ["is done", { status: "Successful" }],
  ])("follows what EKS began all the same and %s, and says that it was too late", async (_, over) => {
    const goesOn = await look(0, { updates: [{ ...ours, ...over }] });
    expect(goesOn).toMatchObject({
      next: "again",
      run: { state: "running", steps: [{ updateId: "upd-ours", updateSince: calledOffAt }] },
      facts: [
        { type: "UpdateStarted", step: 0, updateId: "upd-ours" },
        { type: "StopTooLate", step: 0, by },
      ],
    });
    expect(goesOn.run).not.toHaveProperty("stopping");
    expect(cancel(goesOn.run, by, calledOffAt)).toEqual({ ok: false, refusal: "begun" });
  });

  it.each<[string, number]>([
    ["at once", 0],
    ["after hours, too", 9 * hour],
  ])("claims nothing while EKS does not tell, %s", async (_, after) => {
    const denied = aTrouble("denied", "AccessDenied");
    const first = await look(0, { updates: denied });
    const later = await look(after, { updates: denied }, first.run);
    expect(later).toMatchObject({ next: "wait", run: { state: "running", stopping: calledOff.stopping } });
    expect(types(later)).not.toContain("NotPutBack");
  });

  it("ends where the node group is gone", async () => {
    const gone = aTrouble("not found", "Gone");
    expect(types(await look(minute, { nodeGroup: gone, updates: gone }, lookedFor))).toEqual([
      "RunCancelled",
    ]);
  });

  it.each([
    ["that was made for it", "8", "Version 8 of launch template workers stays, and nothing uses it"],
    [
      "that may have been made for it",
      undefined,
      `EC2 may have made a version of launch template workers "for run ${asking.id}", which nothing uses`,
    ],
  ])("names the version of the customer's template %s", async (_, templateVersion, what) => {
    const template = { id: "lt-1", version: "7", name: "workers" };
    const step = aStep({ ownTemplate: { kind: "launch template", template }, launchTemplate: template });
    const made = { ...intent, ...(templateVersion && { templateVersion }) };
    const run = {
      ...lookedFor,
      plan: aPlan({ steps: [step] }),
      steps: [someProgress(["active"], { intent: made })],
    };
    const ended = await look(minute, {}, run);
    expect(ended.facts).toMatchObject([{ type: "NotPutBack", what }, { type: "RunCancelled" }]);
  });
});

it("is not asked for by a look that began before it was called off", async () => {
  const { outside, writes } = anOutside();
  const unchanged = async () => false;
  expect(await tick(asking, outside, stoppedAt(start + minute), signal, { unchanged })).toMatchObject({
    next: "again",
    facts: [],
  });
  expect(writes).toEqual([]);
});

/** What happens, one after the other: looks of workers, some of them of one that fell behind, and what people do. */
const happenings = [
  "look",
  "look, and die before it is saved",
  "look of a worker that fell behind",
  "EKS begins, and its answer is lost",
  "EKS is away",
  "cancel",
  "lock",
  "unlock",
  "a minute passes",
] as const;
type Happening = (typeof happenings)[number];

/** A run, its record, and EKS. */
class World {
  now: Instant = start;
  run: Run = asking;
  updates: UpdateSeen[] = [];
  private before: Run = asking;
  private locked = false;
  private losing = false;
  private away = false;
  private askedWhenOff = 0;

  async happen(what: Happening): Promise<void> {
    switch (what) {
      case "look":
        return this.save(await this.look(this.run));
      case "look, and die before it is saved":
        await this.look(this.run);
        return;
      case "look of a worker that fell behind":
        await this.look(this.before);
        return;
      case "EKS begins, and its answer is lost":
        this.losing = !this.losing;
        return;
      case "EKS is away":
        this.away = !this.away;
        return;
      case "cancel": {
        const given = cancel(this.run, by, this.now);
        if (given.ok) this.save(given.run);
        return;
      }
      case "lock":
      case "unlock":
        this.locked = what === "lock";
        return;
      case "a minute passes":
        this.now += minute;
    }
  }

  /** Nobody holds anything any more, and EKS answers. */
  async settle(): Promise<void> {
    this.losing = false;
    this.away = false;
    this.locked = false;
    for (let looks = 0; looks < 10; looks += 1) {
      await this.happen("look");
      this.now += minute;
    }
  }

  expectSound(): void {
    expect(this.askedWhenOff, "EKS was asked for what was called off").toBe(0);
    expect(this.updates.length).toBeLessThanOrEqual(1);
    if (this.run.state === "cancelled") expect(this.updates, "nothing was changed").toEqual([]);
  }

  private save(run: Run): void {
    this.before = this.run;
    this.run = run;
  }

  private async look(read: Run): Promise<Run> {
    if (read.state !== "running") return read;
    const held = { why: "lock", by: "U0BEN", reason: "a migration", since: this.now } as const;
    const locked: Permission = { held, until: this.now + minute };
    const ruled = ruleOn(read, this.locked && !read.stopping ? locked : { go: true }, this.now);
    if (ruled.kind === "wait") return read;
    if (ruled.kind === "save") return ruled.change.run;
    const unchanged = async () => read === this.run;
    const how = { held: ruled.held, unchanged };
    return (await tick(read, this.outside(), stoppedAt(this.now), signal, how)).run;
  }

  private outside(): Outside {
    const away = aTrouble("unreachable");
    const { outside } = anOutside({
      updates: this.away ? away : this.updates,
      update: ours,
      nodeGroup: this.away ? away : aNodeGroup(),
    });
    const region = outside.region("us-west-2");
    const startNodeGroupUpdate = async () => {
      if (this.run.stopping || this.run.state !== "running") this.askedWhenOff += 1;
      if (this.away) throw away;
      if (this.updates.length === 0) this.updates = [{ ...ours, createdAt: this.now }];
      if (this.losing) throw away;
      return ours;
    };
    return { ...outside, region: () => ({ ...region, eks: { ...region.eks, startNodeGroupUpdate } }) };
  }
}

it("whatever happens, EKS is never asked for what is called off, and it is over only where nothing began", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...happenings), { maxLength: 25 }), async (story) => {
      const world = new World();
      for (const what of story) {
        await world.happen(what);
        world.expectSound();
      }
      const off = world.run.stopping !== undefined;
      await world.settle();
      world.expectSound();
      // It ends, or what began is followed.
      expect(world.run.stopping).toBeUndefined();
      if (off) expect(world.run.state === "cancelled").toBe(world.updates.length === 0);
      if (world.updates.length > 0) expect(world.run.steps[0]?.updateId).toBe("upd-ours");
    }),
    { numRuns: 300 },
  );
});
