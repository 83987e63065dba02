import { amiOfName, releaseOnNode } from "./ami-names.js";
import type { Instant } from "./instant.js";
import type { Problem } from "./problems.js";
import type { Ec2InstanceSeen, ImageSeen, NodeKind, RollNodeSeen } from "./roll/seen.js";
import type { AutoScalingGroupSeen } from "./seen.js";
import { parseKubelet } from "./versions.js";

/** A node group that nobody but us rolls: an Auto Scaling group whose instances joined the cluster. */
export interface SelfManagedGroup {
  readonly group: AutoScalingGroupSeen;
  /** Those of its instances that joined this cluster. */
  readonly nodes: readonly RollNodeSeen[];
  readonly instances: readonly Ec2InstanceSeen[];
  /** AMIs of the instances, and whatever others were asked for. */
  readonly images: readonly ImageSeen[];
}

/** Nodes that are not ours to roll, and why. */
export interface NodesLeftAlone {
  readonly kind: NodeKind;
  readonly count: number;
  readonly why: Problem;
}

/** An AMI as people speak of it. */
export interface Ami {
  readonly image: string;
  /** Absent for a custom image, whose name does not tell. */
  readonly amiType?: string;
  /** Kubernetes minor, as far as it is known. */
  readonly version?: string;
  /** "1.34.7-20260301"; else the image's name, if AWS made it; else its id. */
  readonly release: string;
  readonly madeAt?: Instant;
}

/** An AMI, and how many instances of a group run it. */
export interface RunningAmi extends Ami {
  readonly count: number;
}

/** What a group's instances run, the oldest AMI first: that is what has to go. */
export function amisOf(found: SelfManagedGroup): RunningAmi[] {
  const counts = new Map<string, number>();
  for (const { image } of found.instances) counts.set(image, (counts.get(image) ?? 0) + 1);
  return [...counts]
    .map(([image, count]) => ({ ...amiOf(image, found), count }))
    .sort((one, other) => (one.madeAt ?? 0) - (other.madeAt ?? 0) || one.image.localeCompare(other.image));
}

/** Its Kubernetes version is what kubelets that run it say; else what its name says. */
export function amiOf(image: string, found: Pick<SelfManagedGroup, "nodes" | "instances" | "images">): Ami {
  const seen = found.images.find(({ id }) => id === image);
  const named = seen && amiOfName(seen.name, seen.owner);
  const kubelet = kubeletOn(image, found);
  const version = (kubelet === undefined ? undefined : parseKubelet(kubelet)?.minor) ?? named?.minor;
  return {
    image,
    // Amazon Linux tells the patch version in no name: until a node runs it, the name is the best there is.
    release: (named && (releaseOnNode(named, kubelet ?? "") ?? seen.name)) ?? image,
    ...(named && { amiType: named.amiType }),
    ...(version !== undefined && { version }),
    ...(seen && { madeAt: named?.date ?? seen.createdAt }),
  };
}

function kubeletOn(image: string, { nodes, instances }: Pick<SelfManagedGroup, "nodes" | "instances">) {
  const running = new Set(instances.filter((each) => each.image === image).map(({ id }) => id));
  return nodes.find(({ instanceId }) => instanceId !== undefined && running.has(instanceId))?.kubelet;
}
