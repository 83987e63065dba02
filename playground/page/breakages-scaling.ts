import { noCapacityIn } from "../scenarios/own-workers.js";
import { perform } from "../world/acts.js";
import { activeMembersOf, existing } from "../world/lookup.js";
import type { Instance, World } from "../world/state.js";
import type { Breakage } from "./breakages.js";
import { sceneOf } from "./scene.js";

/** What others do to a self-managed group in the middle of the bot's roll. */

/** How many nodes more somebody wants. */
const more = 3;

export function raisedDesired(world: World): Breakage {
  const id = "raise desired";
  return {
    id,
    shown: () => ({
      id,
      label: `Raise desired by ${more}`,
      expect:
        "Somebody wants more nodes, and raises max with it where that is too low. The bot keeps the difference as theirs: in the " +
        "end it gives back what it added itself, and not one node more.",
      on: false,
    }),
    async set(on) {
      if (!on) throw new Error("What somebody wants is theirs: it is not taken back here.");
      const { cluster, scaling } = sceneOf(world);
      const { desired, max, name } = scaling;
      const lacking = Math.max(0, desired + more - max);
      if (lacking > 0) perform(world, cluster, { kind: "max", group: name, by: lacking });
      perform(world, cluster, { kind: "desired", group: name, by: more });
      const also = lacking > 0 ? `, and max from ${max} to ${scaling.max}` : "";
      world.record(
        "act",
        name,
        `Somebody raises desired of ${name} from ${desired} to ${scaling.desired}${also}.`,
      );
    },
  };
}

export function missingCapacity(world: World): Breakage {
  const id = "take capacity away";
  const { subnets } = sceneOf(world).scaling;
  const stricken = world.scenario.launchFaults?.find(({ fault }) => fault.kind === "launch fails");
  const zone = stricken?.zone ?? existing(subnets.at(-1), "subnet").zone;
  const isMissing = () => {
    const [anyone] = world.instances.values();
    const subnet = existing(
      subnets.find((each) => each.zone === zone),
      zone,
    );
    return anyone !== undefined && world.launchFault({ ...anyone, subnet })?.kind === "launch fails";
  };
  return {
    id,
    shown: () => ({
      id,
      label: isMissing() ? `Bring capacity back to ${zone}` : `No capacity in ${zone}`,
      expect:
        "Launches fail in one zone. The bot touches no old node before each zone has a new one: after a quarter of an hour it " +
        "says what Auto Scaling says, and asks.",
      on: isMissing(),
    }),
    async set(on) {
      if (on === isMissing()) return;
      const { cluster } = sceneOf(world);
      if (on) failLaunchesIn(world, zone);
      else perform(world, cluster, { kind: "capacity" });
      world.record("act", zone, on ? `${zone} has no capacity left.` : `${zone} has capacity again.`);
    },
  };
}

function failLaunchesIn(world: World, zone: string): void {
  const before = world.launchFault;
  const { fault } = noCapacityIn(zone);
  world.launchFault = (instance) => (instance.subnet.zone === zone ? fault : before(instance));
}

export function cordonedNode(world: World): Breakage {
  const id = "cordon a node";
  let cordoned: Instance | undefined;
  const standing = () => (cordoned?.state === "running" && cordoned.marks.cordoned ? cordoned : undefined);
  return {
    id,
    shown: () => ({
      id,
      label: standing() ? `Uncordon ${shortName(standing())}` : "Cordon a node",
      expect:
        "Somebody cordons the newest node by hand. If it is an old one still, the bot replaces it all the same; on a new one " +
        "the cordon is a person's, and stays as it is, also after the end.",
      on: standing() !== undefined,
    }),
    async set(on) {
      const { cluster, scaling } = sceneOf(world);
      const now = standing();
      if (on && !now) {
        const before = activeMembersOf(world, scaling).filter(isCordoned);
        perform(world, cluster, { kind: "cordon", group: scaling.name, node: "newest" });
        cordoned = activeMembersOf(world, scaling).find((one) => isCordoned(one) && !before.includes(one));
        if (!cordoned) throw new Error("The newest node is cordoned already, or none is Ready.");
        world.record("act", cordoned.nodeName, `Somebody cordons ${cordoned.nodeName}.`);
      } else if (!on && now) {
        cluster.kubernetes.changeNode(now.nodeName, { unschedulable: false });
        now.marks = { ...now.marks, cordoned: false };
        world.record("act", now.nodeName, `Somebody uncordons ${now.nodeName}.`);
      }
    },
  };
}

const isCordoned = ({ marks }: Instance) => marks.cordoned === true;

const shortName = (instance: Instance | undefined) => instance?.nodeName.split(".", 1)[0] ?? "it";
