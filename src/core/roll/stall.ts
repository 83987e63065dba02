import { minute } from "../instant.js";
import type { Problem } from "../problems.js";
import type { Question } from "../run.js";
import { type Leaving, leaving } from "./judge-drains.js";
import { launchFailure } from "./launch-failures.js";
import type { Move, Scene } from "./scene.js";
import { signOf } from "./sign.js";

/** As long as EKS has: new nodes that have not come by then, and pods that have not gone, seldom do by themselves. */
const patience = 15 * minute;

const stalledQuestion = "no progress";

type Waiting = Extract<Move, { kind: "wait" }>;

/** A wait in which nothing moves for long is not kept to ourselves: it becomes a question. */
export function followStall(scene: Scene, move: Waiting): { scene: Scene; move: Waiting } {
  const { roll, now } = scene;
  const sign = signOf(JSON.stringify(whatMoves(scene)));
  // A run that was held, or that nobody looked at, did not stand still.
  const same = roll.still?.sign === sign && now - roll.still.at < patience;
  const still = { sign, since: same ? (roll.still?.since ?? now) : now, at: now };
  const at = { ...scene, roll: { ...roll, still } };
  if (move.question || isAskedAbout(scene) || now - lastHeard(at) < patience) return { scene: at, move };
  const since = roll.question?.id === stalledQuestion ? roll.question.since : now;
  const question: Question = {
    ...{ id: stalledQuestion, problem: whyStalled(at, move.wait.for), since },
    choices: ["wait", "stop"],
  };
  return { scene: at, move: { ...move, question } };
}

/** What changes when a roll makes progress. */
function whatMoves({ look, roll, progress }: Scene): unknown {
  return [
    look.members.map(({ instance, serving, old }) => [instance.id, instance.lifecycle, serving, old]),
    Object.values(progress.nodes).map(({ state, podsLeft }) => [state, podsLeft]),
    Object.values(roll.drains),
    [look.group.sizes, roll.ledger.length],
  ];
}

/** A blocked drain has its own card; while a person's answer to it is acted on nothing more is asked. */
function isAskedAbout({ progress }: Scene): boolean {
  return (progress.blockers ?? []).some(({ told }) => told);
}

/** When it last moved, or a person last said to wait. */
function lastHeard({ roll, progress }: Scene): number {
  const said = (progress.answers ?? []).filter(
    ({ about, choice }) => about === stalledQuestion && choice === "wait",
  );
  return Math.max(roll.still?.since ?? 0, ...said.map(({ at }) => at));
}

function whyStalled(scene: Scene, waitsFor: string): Problem {
  const { look, roll, now } = scene;
  const since = roll.still?.since ?? now;
  const what = `Nothing has moved for ${Math.round((now - since) / minute)} minutes; I wait for ${waitsFor}`;
  const missing = look.group.sizes.desired - look.members.length;
  const failed = (look.activities ?? []).find(
    ({ status, startedAt, message }) => status === "Failed" && startedAt >= since && message !== undefined,
  );
  if (missing > 0 && failed?.message !== undefined) return launchFailure(failed.message, what);
  const stuck = leaving(scene).map((drain) => `${drain.name} ${whyStays(drain, scene)}`);
  const notServing = look.members
    .filter(({ serving, old }) => !serving && old !== true)
    .map(({ node, instance }) => `${node?.name ?? instance.id} is not Ready`);
  const why = [...stuck, ...notServing, ...(missing > 0 ? [`${missing} instances are missing`] : [])];
  return {
    code: "NoProgress",
    what: why.length === 0 ? what : `${what}: ${why.slice(0, 3).join("; ")}`,
    next: "See what holds it (kubectl describe node, and the group's Activity tab in the EC2 console), then wait on; or stop here: what is ours is put back.",
  };
}

function whyStays({ name, instance, emptySince, endedAt, podsGoneAt }: Leaving, { look }: Scene): string {
  const member = look.members.find((each) => each.instance.id === instance);
  if (endedAt !== undefined) {
    return member ? `is ${member.instance.lifecycle}` : "has left the group, but its node is still there";
  }
  if (emptySince !== undefined) return "is empty, and is not terminated yet";
  if (podsGoneAt !== undefined) return "still has a volume attached";
  const pods = look.left?.[name];
  return pods === undefined ? "is being drained" : `still has ${pods} ${pods === 1 ? "pod" : "pods"}`;
}
