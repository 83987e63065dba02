import { createHash } from "node:crypto";
import type { Workload } from "../playground/kubernetes/types.js";
import { cluster, group, subnetsOf } from "../playground/scenarios/fleet-parts.js";
import { type PublishedRelease, type Scenario, usualTimings } from "../playground/scenarios/types.js";

/**
 * Clusters whose node groups are all behind. Of each cluster all but one are upgraded; the last one is only ever asked
 * for, so that people have something to plan, to start and to press buttons about.
 */

export const region = "us-west-2";
const minor = "1.34";
const amiType = "AL2023_x86_64_STANDARD";
/** Replaced one at a time, they keep a run under way for far longer than anything is measured. */
const nodes = 8;

const releases: readonly PublishedRelease[] = [published("4", "2026-05-12"), published("6", "2026-08-25")];

export interface AckFleetSize {
  readonly clusters: number;
  /** Of each cluster, to be upgraded: by EKS, and by the bot's own driver. */
  readonly managed: number;
  readonly selfManaged: number;
}

export interface AckFleet {
  readonly scenario: Scenario;
  readonly clusters: readonly string[];
  /** "cluster-00/managed-0": to be upgraded. */
  readonly targets: readonly string[];
  /** Asked for, and never approved. */
  readonly spares: readonly string[];
}

export function ackFleet({ clusters, managed, selfManaged }: AckFleetSize): AckFleet {
  const names = Array.from({ length: clusters }, (_, index) => `cluster-${String(index).padStart(2, "0")}`);
  const numbered = (word: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${word}-${index}`);
  const own = numbered("managed", managed);
  // An Auto Scaling group has its name to itself in its account and region.
  const workersOf = (name: string) => numbered(`${name}-workers`, selfManaged);
  const [first = ""] = names;
  return {
    clusters: names,
    targets: names.flatMap((name) => [...own, ...workersOf(name)].map((one) => `${name}/${one}`)),
    spares: names.map((name) => `${name}/spare`),
    scenario: {
      name: "ack",
      story: `${clusters} clusters with ${managed + selfManaged} node groups under way each.`,
      ...{ region, account: "111122223333", seed: 7 },
      clusters: names.map((name) => clusterOf(name, [...own, "spare"], workersOf(name))),
      releases,
      environments: [
        { name: "prod", clusters: names.filter((_, index) => index % 2 === 0) },
        { name: "test", channel: "test", clusters: names.filter((_, index) => index % 2 === 1) },
      ],
      timings: usualTimings,
      command: `/eks-upgrade start ${first}/spare`,
      expected: { end: "asked", cluster: first, nodeGroup: "spare", image: "", left: "all" },
    },
  };
}

function clusterOf(name: string, managed: readonly string[], selfManaged: readonly string[]) {
  const [old] = releases;
  if (!old) throw new Error("There is no release.");
  const here = { name, region };
  const { release, image } = old;
  return cluster({
    ...{ ...here, version: minor, workloads: Array.from({ length: 3 }, (_, index) => service(index)) },
    nodeGroups: managed.map((one) => group(here, { name: one, version: minor, release, amiType }, nodes)),
    selfManaged: selfManaged.map((one) => ({
      ...{ name: one, template: { name: one, versions: [{ image }] }, nodesVersion: 1 },
      ...{ version: "$Latest" as const, instanceType: "m5.large", maxPods: 29 },
      ...{ createdOn: "2026-05-20", sizes: { min: 1, max: nodes + 2, desired: nodes } },
      subnets: subnetsOf(name, region).map(({ id }) => id),
    })),
  });
}

function service(index: number): Workload {
  const name = `service-${index}`;
  return {
    ...{ kind: "Deployment", namespace: name, name, replicas: 20, image: `${name}:1` },
    ...{ startsIn: 10, stopsIn: 10 },
    budgets: [{ name, maxUnavailable: "20%" }],
  };
}

function published(patch: string, publishedOn: string): PublishedRelease {
  const release = `${minor}.${patch}-${publishedOn.replaceAll("-", "")}`;
  const hash = createHash("sha256").update(release).digest("hex");
  const kubelet = `v${minor}.${patch}-eks-${hash.slice(16, 23)}`;
  return { version: minor, amiType, release, publishedOn, image: `ami-0${hash.slice(0, 16)}`, kubelet };
}
