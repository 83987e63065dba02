import type { StartUpdate } from "../../../src/aws/eks.js";
import { type Trouble, Trouble as TroubleError, type TroubleKind } from "../../../src/core/problems.js";
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
}

/** An outside that says what it is told to say, and remembers what was written. No cluster's API answers. */
export function anOutside(over: Partial<There> = {}): { outside: Outside; writes: StartUpdate[] } {
  const there: There = {
    cluster: aCluster(),
    nodeGroup: aNodeGroup(),
    scaling: aScalingGroup(),
    updates: [],
    update: anUpdate(),
    write: anUpdate(),
    ...over,
  };
  const writes: StartUpdate[] = [];
  const updates = async () => [...say(there.updates)];
  const outside: Outside = {
    region: () => ({
      eks: {
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
      releases: { latest: async () => aRelease(), find: async () => aRelease() },
      autoScaling: { groups: async () => [say(there.scaling)] },
      clusterToken: async () => "token",
    }),
    kubernetes() {
      throw aTrouble("unreachable", "ECONNREFUSED", "list the nodes", "Check the way.");
    },
  };
  return { outside, writes };
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
