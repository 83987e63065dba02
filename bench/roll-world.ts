import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import { serveAws } from "../playground/aws/server.js";
import { serveKubernetes } from "../playground/kubernetes/server.js";
import type { Workload } from "../playground/kubernetes/types.js";
import { ownWorkers } from "../playground/scenarios/own-workers.js";
import type { Scenario } from "../playground/scenarios/types.js";
import { startClock, type WorldClock } from "../playground/world/clock.js";
import { findCluster } from "../playground/world/lookup.js";
import { createWorld } from "../playground/world/world.js";
import { type NodeTimes, watchNodes } from "./roll-path.js";
import { credentials, sdkEnvironment } from "./sdk-environment.js";

/** A world with so many nodes, served as AWS and Kubernetes are, whose time goes on only when it is told to. */
export interface RollWorld {
  readonly scenario: Scenario;
  readonly clock: WorldClock;
  /** What became of each node, and when. */
  readonly times: NodeTimes;
  /** For the process that carries the roll. */
  readonly env: Readonly<Record<string, string>>;
  /** What it has been asked for since this was called last. */
  count(): Counts;
  close(): Promise<void>;
}

export interface Counts {
  readonly aws: number;
  readonly kubernetes: number;
  /** Bytes of the answers of both. */
  readonly bytes: number;
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
  const sent = countBytes();
  let calls = world.calls.length;
  return {
    ...{ scenario, clock },
    times: watchNodes(world, cluster),
    env: sdkEnvironment(aws.url),
    count() {
      const counts = {
        aws: world.calls.length - calls,
        kubernetes: api.requests.total(),
        bytes: sent.count(),
      };
      calls = world.calls.length;
      api.requests.reset();
      return counts;
    },
    async close() {
      sent.stop();
      world.stop();
      await Promise.all([aws.close(), api.close()]);
    },
  };
}

/** Bytes that HTTP servers of this process have answered with since it was called last. */
function countBytes(): { count(): number; stop(): void } {
  const before = new WeakMap<Socket, number>();
  let bytes = 0;
  const add = (message: unknown) => {
    const { socket } = message as { socket: Socket };
    bytes += socket.bytesWritten - (before.get(socket) ?? 0);
    before.set(socket, socket.bytesWritten);
  };
  subscribe("http.server.response.finish", add);
  return {
    count() {
      const counted = bytes;
      bytes = 0;
      return counted;
    },
    stop: () => void unsubscribe("http.server.response.finish", add),
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
