import { drain } from "../../../playground/world/drain.js";
import { createVersion } from "../../../playground/world/launch-templates.js";
import { activeMembersOf, isActive, templateOf } from "../../../playground/world/lookup.js";
import { resize, resume, suspend, terminateByRequest } from "../../../playground/world/scaling-requests.js";
import type { Instance } from "../../../playground/world/state.js";
import { minute, type OwnStage } from "./stage.js";

export const latestImage = "ami-0e6f1b2d9385ca740";
const taint = { key: "eks.amazonaws.com/nodegroup", value: "unschedulable", effect: "NoSchedule" } as const;

/** How this roll differs from a good one. */
export interface Flaws {
  readonly undrained?: true;
  readonly keepsSurge?: true;
  readonly keepsSuspended?: true;
  readonly resumesAll?: true;
  readonly keepsTag?: true;
  readonly uncordons?: true;
  readonly stopsAfterScaleUp?: true;
}

/** A roll of the group of workers by hand, without the bot: what a good one comes to, and what a flawed one does. */
export async function rollByHand(stage: OwnStage, flaws: Flaws = {}): Promise<void> {
  const { world, scaling, until } = stage;
  const before = { max: scaling.max, others: scaling.wanted.desired };
  const suspended = !scaling.suspended.has("AZRebalance");
  if (suspended) suspend(world, scaling, ["AZRebalance"]);
  if (flaws.keepsTag) scaling.tags.set("eks-upgrade-bot:run", { value: "r", propagate: false });
  const { number } = createVersion(world, { template: templateOf(world, scaling), image: latestImage });
  scaling.launchTemplateVersion = number;
  const surge = 6;
  resize(world, scaling, { max: before.max + surge, desired: scaling.desired + surge });
  const settled = () =>
    activeMembersOf(world, scaling).length === scaling.desired &&
    activeMembersOf(world, scaling).every(({ node }) => node === "ready");
  await until(settled);
  taintOld(stage);
  if (flaws.stopsAfterScaleUp) return;
  for (let [old] = oldOf(stage); old; [old] = oldOf(stage)) {
    if (!flaws.undrained) await empty(stage, old);
    terminateByRequest(world, [old.id], false);
    await until(settled);
  }
  if (flaws.uncordons) for (const { nodeName } of stage.members()) uncordon(stage, nodeName);
  if (flaws.keepsSurge) return;
  await giveBack(stage, surge);
  resize(world, scaling, { max: before.max });
  const back = flaws.resumesAll ? [...scaling.suspended] : (["AZRebalance"] as const);
  if ((suspended || flaws.resumesAll) && !flaws.keepsSuspended) resume(world, scaling, back);
}

async function giveBack(stage: OwnStage, surge: number): Promise<void> {
  for (let left = surge; left > 0; left--) {
    const victim = fullestZone(stage)[0];
    if (!victim) return;
    await empty(stage, victim);
    terminateByRequest(stage.world, [victim.id], true);
    await stage.until(() => victim.lifecycle === "gone");
  }
}

function oldOf({ members }: OwnStage): Instance[] {
  return members().filter((instance) => isActive(instance) && instance.image !== latestImage);
}

function fullestZone({ members }: OwnStage): Instance[] {
  const inZone = (zone: string) => members().filter(({ subnet }) => subnet.zone === zone);
  const all = ["us-west-2a", "us-west-2b", "us-west-2c"].map(inZone).sort((a, b) => b.length - a.length);
  return (all[0] ?? []).filter(({ marks }) => !marks.cordoned);
}

function taintOld(stage: OwnStage): void {
  for (const { nodeName } of oldOf(stage))
    stage.cluster.kubernetes.store.update("nodes", { name: nodeName }, ({ spec }) => {
      spec.taints = [...(spec.taints ?? []), taint];
    });
}

async function empty({ world, cluster, until }: OwnStage, { nodeName }: Instance): Promise<void> {
  const { kubernetes } = cluster;
  kubernetes.changeNode(nodeName, { unschedulable: true });
  let drained = false;
  void drain(world, kubernetes, nodeName, world.clock.now() + 60 * minute).then(() => {
    drained = true;
  });
  await until(() => drained && kubernetes.podsToEvict(nodeName).length === 0);
}

function uncordon({ cluster }: OwnStage, name: string): void {
  cluster.kubernetes.changeNode(name, { unschedulable: false });
}
