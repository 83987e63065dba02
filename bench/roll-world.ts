import { serveAws } from "../playground/aws/server.js";
import { serveKubernetes } from "../playground/kubernetes/server.js";
import type { Workload } from "../playground/kubernetes/types.js";
import { ownWorkers } from "../playground/scenarios/own-workers.js";
import type { Scenario } from "../playground/scenarios/types.js";
import { startClock, type WorldClock } from "../playground/world/clock.js";
import { findCluster } from "../playground/world/lookup.js";
import type { World } from "../playground/world/state.js";
import { createWorld } from "../playground/world/world.js";
import { type NodeTimes, watchNodes } from "./roll-path.js";

/** A world with so many nodes, served as AWS and Kubernetes are, whose time goes on only when it is told to. */
export interface RollWorld {
  readonly scenario: Scenario;
  readonly clock: WorldClock;
  readonly world: World;
  /** What became of each node, and when. */
  readonly times: NodeTimes;
  /** For the process that carries the roll. */
  readonly env: Readonly<Record<string, string>>;
  /** What it has been asked for since the last `reset`. */
  counts(): Counts;
  reset(): void;
  close(): Promise<void>;
}

export interface Counts {
  readonly aws: number;
  readonly kubernetes: number;
  /** By what was asked: "list pods", "DescribeAutoScalingGroups". */
  readonly kinds: Readonly<Record<string, number>>;
}

const podsPerService = 30;
const podsPerNode = 3;

export async function openRollWorld(nodes: number, atOnce: number): Promise<RollWorld> {
  const scenario = manyWorkers(nodes, atOnce);
  const clock = startClock({ speed: 0, worldOrigin: Date.parse("2026-10-22T08:00:00Z") });
  const world = createWorld({ scenario, clock });
  const [given] = scenario.clusters;
  const cluster = findCluster(world, given?.name ?? "");
  const aws = await serveAws(world);
  const api = await serveKubernetes(cluster.kubernetes, { region: scenario.region, credentials });
  world.setKubernetesAccess(cluster.name, api);
  await clock.advance(60_000);
  let seen = world.calls.length;
  return {
    ...{ scenario, clock, world },
    times: watchNodes(world, cluster),
    env: sdkEnvironment(aws.url),
    counts() {
      const calls = world.calls.slice(seen);
      const kinds: Record<string, number> = {};
      for (const { operation } of calls) kinds[operation] = (kinds[operation] ?? 0) + 1;
      for (const { request, count } of api.requests.list()) kinds[request] = (kinds[request] ?? 0) + count;
      return { aws: calls.length, kubernetes: api.requests.total(), kinds };
    },
    reset() {
      seen = world.calls.length;
      api.requests.reset();
    },
    async close() {
      world.stop();
      await Promise.all([aws.close(), api.close()]);
    },
  };
}

/** The workshop's workers and store, only more of both: about as many pods to move on each node. */
function manyWorkers(nodes: number, atOnce: number): Scenario {
  const base = ownWorkers({
    group: {
      sizes: { min: nodes, max: nodes, desired: nodes },
      tags: { "eks-upgrade-bot:max-unavailable": `${atOnce}` },
    },
  });
  const services = Array.from({ length: Math.ceil((nodes * podsPerNode) / podsPerService) }, (_, index) =>
    service(`service-${index}`),
  );
  return {
    ...base,
    clusters: base.clusters.map((cluster) => ({
      ...cluster,
      workloads: [...cluster.workloads, ...services],
    })),
    name: "many-workers",
    story: `${nodes} workers in three zones.`,
    expected: { end: "stopped", cluster: base.clusters[0]?.name ?? "", nodeGroup: "workers" },
  };
}

function service(name: string): Workload {
  return {
    ...{ kind: "Deployment", namespace: name, name, replicas: podsPerService, image: `${name}:1` },
    ...{ startsIn: 10, stopsIn: 10 },
    budgets: [{ name, maxUnavailable: "20%" }],
  };
}

const credentials = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
};

/** The SDK's own settings, and nothing that this machine may have set up for it. */
function sdkEnvironment(url: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  };
}
