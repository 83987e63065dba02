import { clusterName, retailStore, type StoreChanges, workshopImages } from "./retail-store.js";
import type { ScenarioScalingGroup } from "./scaling-groups.js";
import type { Act, Scenario, ZoneFault } from "./types.js";

export const groupName = "workers";

/** What a scenario changes about the group of workers and the store on it. */
interface Changes {
  readonly services?: StoreChanges["services"];
  readonly group?: Partial<ScenarioScalingGroup>;
  readonly clusterAutoscaler?: boolean;
  readonly acts?: readonly Act[];
}

/** Its template as it grew: the nodes come from the last one. */
export const workerVersions = [
  { image: workshopImages.previousMinor, instanceType: "m5.large", description: "first" },
  { image: workshopImages.current, instanceType: "m5.large", description: "larger root volume" },
  { image: workshopImages.current, instanceType: "m5.large", description: "IMDSv2 only" },
];

/** The workshop on nodes that EKS does not manage: six workers in three zones, from a launch template of the owner's. */
export function ownWorkers(changes: Changes = {}): Omit<Scenario, "name" | "story" | "expected"> {
  const store = retailStore(changes.services && { services: changes.services });
  const clusters = store.clusters.map((cluster) => ({
    ...cluster,
    nodeGroups: [],
    selfManaged: [{ ...workers(cluster.subnets.map(({ id }) => id)), ...changes.group }],
    ...(changes.clusterAutoscaler && { clusterAutoscaler: true }),
  }));
  return {
    ...store,
    clusters,
    command: `/eks-upgrade start ${clusterName}/${groupName}`,
    ...(changes.acts && { acts: changes.acts }),
  };
}

function workers(subnets: readonly string[]): ScenarioScalingGroup {
  return {
    name: groupName,
    template: {
      name: groupName,
      versions: workerVersions,
      default: 2,
    },
    version: "$Latest",
    nodesVersion: workerVersions.length,
    instanceType: "m5.large",
    maxPods: 29,
    createdOn: "2026-02-27",
    sizes: { min: 3, max: 8, desired: 6 },
    subnets,
  };
}

/** Every worker on the latest release's AMI, and all else as before. */
export const allRolled = {
  end: "rolled",
  cluster: clusterName,
  nodeGroup: groupName,
  image: workshopImages.latest,
} as const;

/** The roll cannot go on by itself. */
export const waitsForPerson = {
  end: "asked",
  cluster: clusterName,
  nodeGroup: groupName,
  image: workshopImages.latest,
  left: "some",
} as const;

/** What Auto Scaling's activities say where EC2 has run out of the workers' instance type. */
export function noCapacityIn(zone: string): ZoneFault {
  const message =
    `We currently do not have sufficient m5.large capacity in the Availability Zone you requested (${zone}). ` +
    "Our system will be working on provisioning additional capacity. You can currently get m5.large capacity by not specifying " +
    "an Availability Zone in your request or choosing another one. Launching EC2 instance failed.";
  return { zone, fault: { kind: "launch fails", message } };
}
