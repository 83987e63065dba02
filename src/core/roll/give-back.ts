import { mustLeave } from "../drain/filters.js";
import { minute, second } from "../instant.js";
import type { Problem } from "../problems.js";
import type { DrainProgress } from "../run.js";
import { drainMarks, drains, type Leaving, leaving, nextDue } from "./judge-drains.js";
import { inService, type Member, nameOf } from "./members.js";
import { changeEntries, type Judge, type Move, type Scene, shareOf } from "./scene.js";
import {
  maxUnavailableOf,
  neverLaunched,
  type SizesEntry,
  sizesPutBack,
  theirsOf,
  toGiveBack,
} from "./surge.js";
import { surplusVictims, whyKept } from "./surplus.js";

/**
 * Our share of the surge, chosen and drained by us: Auto Scaling would choose for itself. As many at once as were allowed
 * to be away, as long as nobody misses them; they are terminated one after another.
 */
export const returnSurge: readonly Judge[] = [
  giveUpLaunches,
  spareSurplus,
  ...drains,
  chooseSurplus,
  awaitSurplus,
  lowerMax,
];

/** What never came need not go: nobody is drained in its place. */
function giveUpLaunches(scene: Scene): Move | undefined {
  const { look, roll } = scene;
  const entry = shareOf(roll);
  if (!entry) return undefined;
  const { sizes, suspended } = look.group;
  const active = look.members.filter(({ instance }) => !instance.lifecycle.startsWith("Terminat")).length;
  const less = neverLaunched(leftToGive(entry, scene), sizes, active);
  if (less === 0) return undefined;
  const desired = sizes.desired - less;
  const resume = !suspended.includes("Launch");
  return { kind: "act", intents: [{ kind: "give up launches", expected: sizes, desired, resume }] };
}

/** Others lowered desired meanwhile: of those chosen, some need not go any more. */
function spareSurplus(scene: Scene): Move | undefined {
  const { look, roll } = scene;
  const entry = shareOf(roll);
  if (!entry) return undefined;
  const here = new Set(look.members.filter(({ instance }) => inService(instance)).map(nameOf));
  const going = surplus(scene).filter(({ name, endedAt }) => endedAt === undefined && here.has(name));
  const spared = new Set(going.slice(leftToGive(entry, scene)).map(({ name }) => name));
  if (spared.size === 0) return undefined;
  const rest = Object.entries(roll.drains).filter(([name]) => !spared.has(name));
  return { kind: "note", roll: { drains: Object.fromEntries(rest) } };
}

const patience = 10 * minute;

const surplus = (scene: Scene): Leaving[] => leaving(scene).filter((drain) => drain.surplus);

function leftToGive(entry: SizesEntry, { look, roll }: Scene): number {
  return toGiveBack({ ...entry, ours: entry.ours - (roll.returned ?? 0) }, look.group.sizes);
}

function chooseSurplus(scene: Scene): Move | undefined {
  const { look, roll } = scene;
  const entry = shareOf(roll);
  if (!entry || scene.held) return undefined;
  const going = surplus(scene);
  // Those that are ended have been counted as returned.
  const count = leftToGive(entry, scene) - going.filter(({ endedAt }) => endedAt === undefined).length;
  if (count <= 0) return undefined;
  // Those that were put off stay, too.
  const others = new Set(Object.keys(roll.drains));
  const names = surplusVictims(look.members, podsOn(look), count, others);
  const victims = names.flatMap((name) => look.members.find((member) => nameOf(member) === name) ?? []);
  const chosen = affordable(victims, entry, scene);
  if (chosen.length > 0) return drain(chosen, scene);
  if (victims.length === 0 || leaving(scene).length > 0) return undefined;
  const wait = { for: "enough nodes to serve before one is given back", until: scene.now + 10 * second };
  return { kind: "wait", wait };
}

/** One at least at a time; more only of those that do not serve, or without which as many serve as before. */
function affordable(victims: readonly Member[], { before }: SizesEntry, scene: Scene): readonly Member[] {
  const { look, roll, step } = scene;
  const going = surplus(scene).length;
  const away = new Set(leaving(scene).map(({ name }) => name));
  const serving = look.members.filter((member) => member.serving && !away.has(nameOf(member))).length;
  const staying = look.group.sizes.desired - victims.length;
  let spare = serving - Math.min(Math.max(roll.floor ?? 0, before.desired), staying);
  const missedByNobody = victims.filter((member) => !member.serving || spare-- > 0);
  const most = maxUnavailableOf(step.updateConfig, before.desired) - going;
  // A replacement may be on its way; what does not come in all that time is not waited for.
  const stuck = scene.now - (roll.still?.since ?? scene.now) >= patience;
  if (missedByNobody.length === 0 && going === 0 && stuck) return victims.slice(0, 1);
  return missedByNobody.slice(0, Math.max(0, most));
}

function drain(victims: readonly Member[], { roll }: Scene): Move {
  const entries = victims.map((victim): [string, DrainProgress] => [
    nameOf(victim),
    { uid: victim.node?.uid ?? "", instance: victim.instance.id, surplus: true },
  ]);
  return {
    kind: "act",
    roll: { drains: { ...roll.drains, ...Object.fromEntries(entries) } },
    intents: victims.flatMap(({ node }) => (node ? [drainMarks(node.name, node.uid)] : [])),
  };
}

/** Those that would have to move. */
function podsOn({ pods }: Scene["look"]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const pod of pods.filter(mustLeave)) counts.set(pod.node, (counts.get(pod.node) ?? 0) + 1);
  return counts;
}

function awaitSurplus(scene: Scene): Move | undefined {
  const names = leaving(scene).map(({ name }) => name);
  if (names.length === 0) return undefined;
  const some =
    names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
  return { kind: "wait", wait: { for: `${some} to be drained and given back`, until: nextDue(scene) } };
}

/** What others raised it by stays. Once it is lowered the entry says that there is no more to lower. */
function lowerMax(scene: Scene): Move | undefined {
  const { look, roll, now, index } = scene;
  const entry = shareOf(roll);
  if (!entry) return undefined;
  const { sizes } = look.group;
  const to = sizesPutBack(entry, sizes);
  if (to) return { kind: "act", intents: [{ kind: "set sizes", expected: sizes, to }] };
  const ledger = changeEntries(roll.ledger, ({ kind }) => kind === "sizes", { undone: now });
  const share = { ...entry, ours: entry.ours - (roll.returned ?? 0) };
  const kept = share.ours + Math.min(0, theirsOf(share, sizes));
  if (kept <= 0) return { kind: "note", roll: { ledger } };
  const { what, next } = whyNotGiven(kept, scene);
  return { kind: "note", roll: { ledger }, facts: [{ type: "NotPutBack", step: index, what, next }] };
}

function whyNotGiven(kept: number, { look, roll }: Scene): Pick<Problem, "what" | "next"> {
  const { members, group } = look;
  const { desired, min } = group.sizes;
  const here = new Set(members.map(nameOf));
  const putOff = Object.keys(roll.drains).filter((name) => roll.drains[name]?.skipped && here.has(name));
  if (putOff.length > 0 || desired - kept >= min) return whyKept(members, kept, putOff);
  const nodes = kept === 1 ? "1 extra node stays" : `${kept} extra nodes stay`;
  return {
    what: `${nodes}: somebody raised the group's min to ${min} meanwhile`,
    next: "See that so many are wanted; otherwise lower min, and terminate with decrement those you do not need.",
  };
}
