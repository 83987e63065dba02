import type { NewTemplateVersion } from "../../../src/aws/ec2.js";
import type { StartUpdate } from "../../../src/aws/eks.js";
import { type Trouble, Trouble as TroubleError, type TroubleKind } from "../../../src/core/problems.js";
import type { ImageSeen } from "../../../src/core/roll/seen.js";
import type { AutoScalingGroupSeen, ClusterSeen, NodeGroupSeen, UpdateSeen } from "../../../src/core/seen.js";
import type { Outside } from "../../../src/phases/outside.js";
import { aCluster, aNodeGroup, anUpdate, aRelease, aScalingGroup } from "../../seen.js";

/** What is out there; whatever is a Trouble is thrown. */
export interface There {
  readonly cluster: ClusterSeen | Trouble;
  readonly nodeGroup: NodeGroupSeen | Trouble;
  readonly scaling: AutoScalingGroupSeen | Trouble;
  readonly updates: readonly UpdateSeen[] | Trouble;
  /** What DescribeUpdate says. */
  readonly update: UpdateSeen | Trouble;
  /** What the write is answered. */
  readonly write: UpdateSeen | Trouble | Error;
  readonly images: readonly ImageSeen[];
  /** AMIs that versions of any template name, by their numbers. */
  readonly templates: Readonly<Record<string, string>>;
  /** The number of the version that is made. */
  readonly making: string | Trouble;
}

/** An outside that says what it is told to say, and remembers what was written. No cluster's API answers. */
export function anOutside(over: Partial<There> = {}): {
  outside: Outside;
  writes: StartUpdate[];
  made: NewTemplateVersion[];
} {
  const there: There = {
    cluster: aCluster(),
    nodeGroup: aNodeGroup(),
    scaling: aScalingGroup(),
    updates: [],
    update: anUpdate(),
    write: anUpdate(),
    images: [],
    templates: {},
    making: "8",
    ...over,
  };
  const made: NewTemplateVersion[] = [];
  const writes: StartUpdate[] = [];
  const updates = async () => [...say(there.updates)];
  const outside: Outside = {
    region: () => ({
      eks: {
        versions: never,
        clusterNames: async () => [say(there.cluster).name],
        cluster: async () => say(there.cluster),
        nodeGroupNames: async () => [say(there.nodeGroup).name],
        nodeGroup: async () => say(there.nodeGroup),
        update: async () => say(there.update),
        updateIds: async () => (await updates()).map(({ id }) => id),
        updates,
        updatesInProgress: async () => (await updates()).filter(({ status }) => status === "InProgress"),
        async startNodeGroupUpdate(update) {
          writes.push(update);
          return say(there.write);
        },
      },
      releases: { latest: async () => aRelease(), find: async () => aRelease(), lookUp: never },
      autoScaling: {
        groups: async () => [say(there.scaling)],
        ...{ groupsOfCluster: never, groupsOf: never, activities: never, isRefreshing: never },
        ...{ resize: never, pointAt: never, suspend: never, resume: never },
        ...{ tag: never, untag: never, terminate: never },
      },
      loadBalancers: { targets: never },
      ec2: {
        ...{ instances: never, subnets: never, mayCreateTemplateVersion: never },
        images: async (ids) => there.images.filter(({ id }) => ids.includes(id)),
        async templateVersion(template, version) {
          const image = there.templates[version];
          if (image === undefined) throw aTrouble("not found");
          return { template, name: "workers", number: Number(version), image, madeByEks: false };
        },
        async createTemplateVersion(version) {
          made.push(version);
          return say(there.making);
        },
      },
      clusterToken: async () => "token",
    }),
    kubernetes() {
      throw aTrouble("unreachable", "ECONNREFUSED", "list the nodes", "Check the way.");
    },
  };
  return { outside, writes, made };
}

/** What EKS does by itself: we neither ask for it nor write it. */
export async function never(): Promise<never> {
  throw new Error("Nobody should call this.");
}

export function aTrouble(
  kind: TroubleKind,
  code = "SomethingException",
  call = "do it",
  next = "Do that.",
): Trouble {
  return new TroubleError(kind, call, code, next);
}

function say<T>(thing: T): Exclude<T, Error> {
  if (thing instanceof Error) throw thing;
  return thing as Exclude<T, Error>;
}
