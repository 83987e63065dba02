import type { Clock } from "../../../../../src/clock.js";
import { answer, choicesFor, confirmForce } from "../../../../../src/core/decide-answer.js";
import { cancel } from "../../../../../src/core/decide-control.js";
import type { Fact } from "../../../../../src/core/events.js";
import type { Held } from "../../../../../src/core/held.js";
import { holdPoint, isParked, isUntouched, type Permission, ruleOn } from "../../../../../src/core/hold.js";
import { hour, type Instant, minute, second } from "../../../../../src/core/instant.js";
import { leaving } from "../../../../../src/core/roll/judge-drains.js";
import { surgeOf } from "../../../../../src/core/roll/surge.js";
import type { Choice, Run, StepProgress } from "../../../../../src/core/run.js";
import type { Outside } from "../../../../../src/phases/outside.js";
import { type Tick, tick } from "../../../../../src/phases/tick.js";
import { aPlan, aRunningRun, aStep, someProgress } from "../../../../builders.js";
import { clusterOf } from "./cluster.js";
import { makeWorld } from "./happenings.js";
import { regionOf, zonesOf } from "./scaling.js";
import type { Setting } from "./setting.js";
import { servingNodes, target, type World } from "./world.js";

/** What became of a run: over, or it asks and nothing more happens until somebody answers. */
export interface Driven {
  readonly world: World;
  readonly run: Run;
  readonly facts: readonly Fact[];
  readonly end: "over" | "asks" | "neither";
  /** How many nodes served when it began. */
  readonly servingAtStart: number;
  readonly ticks: number;
}

const mostTicks = 12_000;
/** With nothing new for so long, and a question open, nobody answers any more. */
const silence = hour;

/** Takes a run through its roll, tick by tick, as workers do; with people who answer, and whatever else happens. */
export async function drive(setting: Setting): Promise<Driven> {
  const world = makeWorld(setting);
  const servingAtStart = servingNodes(world).length;
  world.fewestServing = servingAtStart;
  let run = runOf(setting, world);
  const outside: Outside = { region: () => regions, kubernetes: () => cluster };
  const regions = regionOf(world);
  const cluster = clusterOf(world);
  const facts: Fact[] = [];
  const people = peopleOf(setting, world.now);
  let last = { shape: "", at: world.now };
  for (let ticks = 1; ticks <= mostTicks; ticks += 1) {
    world.record = run;
    const result = await lookOnce(world, run, outside);
    if (world.chance(setting.losses)) {
      world.advance(world.now + 30 * second);
      continue;
    }
    run = result.run;
    facts.push(...result.facts);
    checkRecord(world, run);
    if (isHeld(world)) checkHeld(world, world.record, run);
    const driven = { world, run, facts, servingAtStart, ticks };
    if (result.next === "over") return { ...driven, end: "over" };
    const shape = shapeOf(run);
    if (shape !== last.shape || isParked(run)) last = { shape, at: world.now };
    if (world.now - last.at > silence) return { ...driven, end: isAsking(run) ? "asks" : "neither" };
    run = people(run, world.now);
    world.advance(result.next === "again" ? world.now + 100 : wakeAt(run, world));
  }
  return { world, run, facts, servingAtStart, ticks: mostTicks, end: "neither" };
}

/** As a worker does it: what holds the run is asked before each look. */
async function lookOnce(world: World, run: Run, outside: Outside): Promise<Tick> {
  const { now } = world;
  const held: Held = { why: "lock", by: "U0LOCKER", reason: "a migration", since: now };
  const never = holdPoint(run) === "never";
  const permission: Permission = isHeld(world) && !never ? { held, until: now + minute } : { go: true };
  const ruled = ruleOn(run, permission, now);
  switch (ruled.kind) {
    case "look":
      return tickOnce(world, run, outside, ruled.held);
    case "save":
      return { ...ruled.change, next: ruled.over ? "over" : "again" };
    case "wait":
      return {
        run: { ...run, wait: { for: run.wait?.for ?? "", until: ruled.until } },
        facts: [],
        next: "wait",
      };
  }
}

async function tickOnce(world: World, run: Run, outside: Outside, held: boolean): Promise<Tick> {
  const clock: Clock = { now: () => world.now, realDelayUntil: (at) => Math.max(0, at - world.now) };
  const proved = { ...run, steps: run.steps.map((progress) => provedAt(progress, world.now)) };
  const once = () => tick(proved, outside, clock, signal, { turn: { atMost: 0, quietFor: 1 }, held });
  if (!world.chance(world.setting.doubles)) return once();
  const [one, other] = await Promise.all([once(), once()]);
  return world.chance(50) ? one : other;
}

/** What is looked at once more before the first write is no part of this world: as if it had just been found well. */
function provedAt(progress: StepProgress, now: Instant): StepProgress {
  if (!isUntouched(progress)) return progress;
  return { ...progress, phases: { ...progress.phases, setup: { state: "active", startedAt: now } } };
}

const { signal } = new AbortController();

/** As the wait says, or sooner: a nudge may come at any time. */
function wakeAt({ wait }: Run, world: World): Instant {
  const until = Math.max(world.now + second, wait?.until ?? 0);
  return world.chance(5) ? world.now + second : until;
}

/** What progress is told by; of drains only that they are there. */
function shapeOf({ steps: [progress], stopping }: Run): string {
  const { nodes = {}, roll, answers } = progress ?? {};
  const states = Object.entries(nodes).map(([name, { state, podsLeft }]) => `${name} ${state} ${podsLeft}`);
  return JSON.stringify([states, roll?.drains, roll?.ledger, answers, stopping]);
}

function isAsking({ steps }: Run): boolean {
  return steps.some(
    ({ blockers = [], roll }) => roll?.question !== undefined || blockers.some(({ told }) => told),
  );
}

/** No more nodes on their way out than may be, whatever happens. */
function checkRecord(world: World, run: Run): void {
  const roll = run.steps[0]?.roll;
  if (!roll || run.state !== "running") return;
  const going = leaving({ roll });
  const most = world.setting.maxUnavailable;
  for (const [kind, some] of [
    ["old", going.filter(({ surplus }) => !surplus)],
    ["surplus", going.filter(({ surplus }) => surplus)],
  ] as const) {
    if (some.length > most)
      world.violations.push(`${some.length} ${kind} nodes were on their way out at once`);
  }
}

const isHeld = ({ now, heldUntil }: World) => now < heldUntil;

/** While it is held no node is chosen to leave; and when it waits for nothing else, none is left half drained. */
function checkHeld(world: World, before: Run | undefined, run: Run): void {
  const { violations, begunWith, nodes, setting } = world;
  if (run.stopping || run.state !== "running") return;
  const roll = run.steps[0]?.roll;
  const known = before?.steps[0]?.roll?.drains ?? {};
  for (const [name, { uid, skipped }] of Object.entries(roll?.drains ?? {})) {
    if (known[name]?.uid !== uid && !skipped)
      violations.push(`${name} was chosen to leave while it was held`);
  }
  if (!roll || !isParked(run)) return;
  if (leaving({ roll }).length > 0) violations.push("it was parked with nodes on their way out");
  // An extra node that others made unnecessary to give back stays.
  const mayStay = setting.happenings.some(({ what }) => what === "desired lowered");
  for (const { name, uid, instance } of nodes.values()) {
    const isNew = instance !== undefined && world.machines.get(instance)?.image === target;
    if (begunWith.has(uid) && !roll.drains[name]?.skipped && !(mayStay && isNew))
      violations.push(`${name} was left half drained while it was held`);
  }
}

/** Someone answers a minute after being asked, and someone else confirms; "stop" may come at any time. */
function peopleOf(
  { answers, confirms, happenings }: Setting,
  start: Instant,
): (run: Run, now: Instant) => Run {
  const left: Choice[] = [...answers];
  const stops = happenings.filter(({ what }) => what === "stop").map(({ at }) => start + at);
  return (run, now) => {
    const stopAt = stops[0];
    if (stopAt !== undefined && now >= stopAt) {
      stops.shift();
      const stopped = cancel(run, "U0STOPPER", now);
      if (stopped.ok && stopped.run.state === "running") return stopped.run;
    }
    const asked = askedIn(run).find(({ since }) => now - since >= minute);
    if (!asked) return run;
    const choice = left.find((each) => asked.choices.includes(each));
    if (choice === undefined) return run;
    const given = answer(run, { step: 0, ...asked }, choice, "U0OPERATOR", now);
    if (!given.ok) return run;
    left.splice(left.indexOf(choice), 1);
    if (choice !== "force" || !confirms) return given.run;
    const confirmed = confirmForce(given.run, { step: 0, ...asked }, "U0APPROVER", now);
    return confirmed.ok ? confirmed.run : given.run;
  };
}

function askedIn({
  steps: [progress],
}: Run): { about: string; since: Instant; choices: readonly Choice[] }[] {
  const { blockers = [], roll } = progress ?? {};
  const question = roll?.question;
  return [
    ...blockers
      .filter(({ told }) => told)
      .map((blocker) => ({ about: blocker.id, since: blocker.since, choices: choicesFor(blocker) })),
    ...(question ? [{ about: question.id, since: question.since, choices: question.choices }] : []),
  ];
}

/** As the driver leaves it when the last look before anything is touched has found all well. */
function runOf(setting: Setting, world: World): Run {
  const zones = zonesOf(world);
  const { maxUnavailable, surge: configured, nodes } = setting;
  const wish = { zones, maxUnavailable, ...(configured !== undefined && { configured }) };
  const step = aStep({
    kind: "self-managed node group",
    nodeGroup: world.group,
    to: { ...aStep().to, image: target },
    updateConfig: { maxUnavailable, strategy: "DEFAULT" },
    surge: surgeOf(wish).nodes,
    drainPause: 10 * second,
    nodes: { count: nodes, zones, max: world.sizes.max },
  });
  const roll = { intents: [], ledger: [], drains: {} };
  const progress = someProgress([], { roll });
  return aRunningRun({ plan: aPlan({ steps: [step] }), steps: [progress], decidedAt: world.now });
}
