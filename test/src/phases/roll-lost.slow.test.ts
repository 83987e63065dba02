import { expect, it } from "vitest";
import { autoscalerInterferes } from "../../../playground/scenarios/autoscaler-interferes.js";
import { selfManaged } from "../../../playground/scenarios/self-managed.js";
import type { RollEnd } from "../../../playground/scenarios/types.js";
import { expectation } from "../../../playground/world/expectation.js";
import { resize } from "../../../playground/world/scaling-requests.js";
import { cancel } from "../../../src/core/decide-control.js";
import type { Action } from "../../../src/core/roll/actions.js";
import { runTag } from "../../../src/core/roll/seen.js";
import type { RollProgress, Run } from "../../../src/core/run.js";
import { approved, type Carried } from "../../faults/carried.js";

const workers = { kind: "self-managed node group", nodeGroup: "workers" } as const;
const rolled = selfManaged.expected as RollEnd;
const stopped = { ...rolled, end: "stopped" } as RollEnd;

const group = ({ world }: Carried) => world.autoScalingGroups.get("workers");
const isTagged = (carried: Carried) => group(carried)?.tags.has(runTag) === true;
const isRaised = (carried: Carried) => (group(carried)?.desired ?? 0) > 6;

/** The store fails over to a replica that never heard of what was saved since `from`. */
async function loses(from: (carried: Carried) => boolean, until: (carried: Carried) => boolean) {
  const carried = await approved(selfManaged, workers);
  await carried.until(() => from(carried));
  const saved: Run = carried.run;
  await carried.until(() => until(carried));
  carried.person(() => ({ ok: true, run: saved, facts: [] }));
  return carried;
}

it.each<[string, from: (carried: Carried) => boolean]>([
  ["everything of it", () => true],
  ["all receipts but the first", isTagged],
])(
  "a roll whose record lost %s goes on, and gives back what it had added",
  async (_, from) => {
    const carried = await loses(from, isRaised);
    await carried.untilOver();
    expect(carried.run).toMatchObject({ state: "succeeded" });
    expect(expectation(carried.world, rolled)).toMatchObject({ met: true });
  },
  60_000,
);

it("one that is called off then puts back what its record knows nothing of", async () => {
  const carried = await loses(isTagged, isRaised);
  carried.person((run, at) => cancel(run, "U0OPERATOR", at));
  await carried.untilOver();
  expect(carried.run).toMatchObject({ state: "cancelled" });
  expect(expectation(carried.world, stopped)).toMatchObject({ met: true });
}, 60_000);

const { acts: _acts, ...roomy } = autoscalerInterferes;

/** What a bot intended and saved that raised max only where it was too small. */
function ofOlderBot(roll: RollProgress): RollProgress {
  const older = (action: Action): Action =>
    action.kind === "set sizes" ? { ...action, to: { ...action.to, max: action.expected.max } } : action;
  return {
    ...roll,
    intents: roll.intents.map(older),
    ledger: roll.ledger.map((entry) => (entry.kind === "sizes" ? { ...entry, maxRaisedBy: 0 } : entry)),
  };
}

it.each<[string, now: { desired?: number; max?: number }, end: { desired: number; max: number }]>([
  ["and had not carried out", {}, { desired: 6, max: 16 }],
  ["and had carried out, before it could say so", { desired: 12 }, { desired: 6, max: 16 }],
  ["and had carried out, and others added three", { desired: 15 }, { desired: 9, max: 16 }],
  ["and could not carry out, since others raised max", { max: 18 }, { desired: 6, max: 18 }],
])(
  "a raise that an older bot intended, which left max alone, %s: it is given back, and what others want stays",
  async (_, now, end) => {
    const carried = await approved(roomy, workers);
    const raises = () =>
      carried.run.steps[0]?.roll?.intents.some(({ kind }) => kind === "set sizes") === true;
    await carried.until(raises);
    const { run } = carried;
    const steps = run.steps.map((step) => ({ ...step, ...(step.roll && { roll: ofOlderBot(step.roll) }) }));
    carried.person(() => ({ ok: true, run: { ...run, steps }, facts: [] }));
    const scaling = group(carried);
    if (!scaling) throw new Error("The scenario has no workers.");
    resize(carried.world, scaling, now);
    await carried.untilOver();
    expect(carried.run).toMatchObject({ state: "succeeded" });
    expect(scaling).toMatchObject(end);
  },
  60_000,
);
