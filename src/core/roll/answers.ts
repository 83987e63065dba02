import type { Hindrance } from "../blocking.js";
import { blockerIdOf } from "../blocking.js";
import type { Fact } from "../events.js";
import type { Answer, DrainBlocker, DrainProgress } from "../run.js";
import type { Action } from "./actions.js";
import type { Followed } from "./follow-sizes.js";
import { draining } from "./judge-drains.js";
import type { Entry } from "./ledger.js";
import type { Scene } from "./scene.js";
import type { OwnerRef } from "./seen.js";

/** What an answer comes to: intended, noted and told together, once. Undefined: it cannot be acted on yet. */
interface Acted {
  readonly intents?: readonly Action[];
  readonly entries?: readonly Entry[];
  readonly drains?: Readonly<Record<string, DrainProgress>>;
  readonly facts?: readonly Fact[];
  /** The blocker that stands in nobody's way any more. */
  readonly over?: string;
}

/** Carries out what people answered to a blocked drain: each answer once, in the order in which they came. */
export function judgeAnswers(scene: Scene): Followed {
  let progress = scene.progress;
  let roll = scene.roll;
  const facts: Fact[] = [];
  const over = new Set<string>();
  const answers = (progress.answers ?? []).map((answer) => {
    if (answer.doneAt !== undefined) return answer;
    const acted = act(answer, { ...scene, roll });
    if (!acted) return answer;
    const entries = (acted.entries ?? []).map((entry) => ({ ...entry, at: scene.now }));
    roll = {
      ...roll,
      intents: [...roll.intents, ...(acted.intents ?? [])],
      ledger: [...roll.ledger, ...entries],
      drains: acted.drains ?? roll.drains,
    };
    facts.push(...(acted.facts ?? []));
    if (acted.over !== undefined) over.add(acted.over);
    return { ...answer, doneAt: scene.now };
  });
  if (progress.answers) progress = { ...progress, answers };
  if (progress.blockers && over.size > 0)
    progress = { ...progress, blockers: progress.blockers.filter(({ id }) => !over.has(id)) };
  return { progress: { ...progress, roll }, facts };
}

function act(answer: Answer, scene: Scene): Acted | undefined {
  const blocker = scene.progress.blockers?.find(({ id }) => id === answer.about);
  switch (answer.choice) {
    // What was said stands for as long as it was said for; stopping is another story.
    case "wait":
    case "stop":
      return undefined;
    case "skip node":
      return blocker ? skip(blocker, answer, scene) : {};
    case "restart owner":
      return restart(blocker, answer);
    case "surge owner":
      return surge(blocker, scene);
    case "force":
      return answer.confirmedBy === undefined ? whileBlocked(blocker) : force(answer, scene);
  }
}

/** A force that nobody has confirmed is forgotten with what it was for. */
function whileBlocked(blocker: DrainBlocker | undefined): Acted | undefined {
  return blocker ? undefined : {};
}

/** The nodes whose drain it blocks stay as they are; others go on. Old ones come back last, extra ones stay. */
function skip(blocker: DrainBlocker, { by }: Answer, scene: Scene): Acted {
  const { roll, look, index } = scene;
  const blocked = new Set(
    (look.hindrances ?? []).filter((each) => blockerIdOf(each) === blocker.id).map(({ pod }) => pod.node),
  );
  for (const { node } of blocker.pods) blocked.add(node);
  const skipped = draining(scene).filter(({ name }) => blocked.has(name));
  const drains = { ...roll.drains };
  for (const { name, ...drain } of skipped) drains[name] = { ...drain, skipped: true };
  return {
    drains,
    // What is told of next is another node's, though the cause may be the same.
    over: blocker.id,
    facts: [
      ...skipped.map(({ name }): Fact => ({ type: "NodeSkipped", step: index, node: name, by })),
      { type: "DrainUnblocked", step: index, id: blocker.id },
    ],
  };
}

function restart(blocker: DrainBlocker | undefined, { at }: Answer): Acted {
  const owner = ownerOf(blocker);
  return owner ? { intents: [{ kind: "restart owner", owner, at }] } : {};
}

/** Its number of replicas is looked up first: it is the receipt. */
function surge(blocker: DrainBlocker | undefined, { look, index }: Scene): Acted | undefined {
  const owner = ownerOf(blocker);
  if (!owner) return {};
  if (!look.owners) return undefined;
  const seen = look.owners.find((each) => sameOwner(each, owner));
  if (!seen) return {};
  if (seen.autoscaler) {
    const problem = {
      code: "ReplicasNotOurs",
      what: `${owner.kind} ${owner.namespace}/${owner.name} was not given another replica: HorizontalPodAutoscaler ${seen.autoscaler.name} decides how many it has`,
      next: "Raise the autoscaler's minReplicas by hand, or choose another answer.",
    };
    return { facts: [{ type: "AnswerFailed", step: index, about: blocker?.id ?? "", problem }] };
  }
  const { uid, replicas } = seen;
  return {
    intents: [{ kind: "scale owner", owner, from: replicas, to: replicas + 1 }],
    entries: [{ kind: "owner surged", owner, uid, from: replicas }],
  };
}

/** What blocks now, pod by pod: others of the same owner, on other nodes, are asked about anew. */
function force(answer: Answer, scene: Scene): Acted | undefined {
  const { look, index } = scene;
  if (!look.hindrances) return undefined;
  const going = new Set(draining(scene).map(({ name }) => name));
  const pods = look.hindrances
    .filter((each: Hindrance) => blockerIdOf(each) === answer.about && going.has(each.pod.node))
    .map(({ pod }) => pod);
  const now = scene.progress.blockers?.find(({ id }) => id === answer.about)?.reason === "does not end";
  if (pods.length === 0) return {};
  const nodes = [...new Set(pods.map(({ node }) => node))];
  return {
    intents: [
      { kind: "delete pods", pods: pods.map(({ namespace, name, uid }) => ({ namespace, name, uid })), now },
    ],
    facts: nodes.map((node) => ({
      type: "PodsDeleted",
      step: index,
      node,
      pods: pods.filter((pod) => pod.node === node).map(({ namespace, name }) => `${namespace}/${name}`),
      about: answer.about,
    })),
  };
}

export function ownerOf(blocker: DrainBlocker | undefined): OwnerRef | undefined {
  const owner = blocker?.owner;
  if (!blocker || !owner || (owner.kind !== "Deployment" && owner.kind !== "StatefulSet")) return undefined;
  return { ...owner, namespace: blocker.namespace };
}

function sameOwner(one: OwnerRef, other: OwnerRef): boolean {
  return one.kind === other.kind && one.namespace === other.namespace && one.name === other.name;
}
