import { mustLeave } from "../drain/filters.js";
import type { Fact } from "../events.js";
import type { DrainProgress } from "../run.js";
import { drainMarks, drains, type Leaving, leaving, nextDue } from "./judge-drains.js";
import { inService, type Member, nameOf } from "./members.js";
import { changeEntries, type Judge, type Move, type Scene, shareOf } from "./scene.js";
import { maxUnavailableOf, type SizesEntry, sizesPutBack, toGiveBack } from "./surge.js";
import { surplusVictims, whyKept } from "./surplus.js";

/**
 * Our share of the surge, chosen and drained by us: Auto Scaling would choose for itself. As many at once as were allowed
 * to be away, as long as nobody misses them; they are terminated one after another.
 */
export const returnSurge: readonly Judge[] = [spareSurplus, ...drains, chooseSurplus, awaitSurplus, lowerMax];

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

const surplus = (scene: Scene): Leaving[] => leaving(scene).filter((drain) => drain.surplus);

function leftToGive(entry: SizesEntry, { look, roll }: Scene): number {
  return toGiveBack({ ...entry, ours: entry.ours - (roll.returned ?? 0) }, look.group.sizes);
}

function chooseSurplus(scene: Scene): Move | undefined {
  const { look, roll, index } = scene;
  const entry = shareOf(roll);
  if (!entry || surplus(scene).length > 0) return undefined;
  const count = leftToGive(entry, scene);
  if (count <= 0) return undefined;
  const others = new Set(leaving(scene).map(({ name }) => name));
  const names = surplusVictims(look.members, podsOn(look), count, others);
  const victims = names.flatMap((name) => look.members.find((member) => nameOf(member) === name) ?? []);
  if (victims.length === 0) {
    const { what, next } = whyKept(look.members, count);
    const fact: Fact = { type: "NotPutBack", step: index, what, next };
    return { kind: "note", roll: { returned: entry.ours }, facts: [fact] };
  }
  return drain(atOnce(victims, entry, scene), scene);
}

/** One at least; more only of those that do not serve, or without which as many serve as before. */
function atOnce(victims: readonly Member[], { before }: SizesEntry, { look, roll, step }: Scene): Member[] {
  const away = new Set(leaving({ roll }).map(({ name }) => name));
  const serving = look.members.filter((member) => member.serving && !away.has(nameOf(member))).length;
  let spare = serving - Math.max(roll.floor ?? 0, before.desired);
  const affordable = victims.filter((member) => !member.serving || spare-- > 0);
  const limit = maxUnavailableOf(step.updateConfig, before.desired);
  return affordable.length > 0 ? affordable.slice(0, limit) : victims.slice(0, 1);
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

/** What others raised it by stays. */
function lowerMax({ look: { group }, roll, now }: Scene): Move | undefined {
  const entry = shareOf(roll);
  if (!entry) return undefined;
  const to = sizesPutBack(entry, group.sizes);
  const ledger = changeEntries(roll.ledger, ({ kind }) => kind === "sizes", { undone: now });
  if (!to) return { kind: "note", roll: { ledger } };
  return { kind: "act", roll: { ledger }, intents: [{ kind: "set sizes", expected: group.sizes, to }] };
}
