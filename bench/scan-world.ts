import { serveAws } from "../playground/aws/server.js";
import { type KubernetesServer, serveKubernetes } from "../playground/kubernetes/server.js";
import { startClock } from "../playground/world/clock.js";
import type { World } from "../playground/world/state.js";
import { createWorld } from "../playground/world/world.js";
import { type FleetSize, manyClusters } from "./scan-fleet.js";
import { credentials, sdkEnvironment } from "./sdk-environment.js";

/** The world of a scan, in a process of its own: what its servers compute is not computed beside what is measured. */

export interface WorldOrder extends FleetSize {
  /** Milliseconds by which every answer comes later. */
  readonly latency: number;
}

/** To the world after its order: tell what was asked for since it was told last. */
export type ToWorld = "count";

export type FromWorld =
  | { readonly kind: "open"; readonly env: Readonly<Record<string, string>> }
  | { readonly kind: "counted"; readonly counts: ScanCounts };

export interface ScanCounts {
  /** "eks DescribeNodegroup" */
  readonly aws: Readonly<Record<string, number>>;
  /** "list nodes" */
  readonly kubernetes: Readonly<Record<string, number>>;
  /** By region: calls to SSM, and the names they asked for that differ. */
  readonly parameters: Readonly<Record<string, { readonly calls: number; readonly names: number }>>;
  /** Not answered with 200. */
  readonly refused: number;
}

async function open({ latency, ...size }: WorldOrder): Promise<void> {
  // Time stands still: a scan does not wait for anything to happen.
  const clock = startClock({ speed: 0, worldOrigin: Date.parse("2026-10-22T08:00:00Z") });
  const world = createWorld({ scenario: manyClusters(size), clock });
  const aws = await serveAws(world, { latency });
  const apis = await Promise.all(
    [...world.clusters.values()].map(async ({ kubernetes, name, region }) => {
      const api = await serveKubernetes(kubernetes, { region, credentials, latency });
      world.setKubernetesAccess(name, api);
      return api;
    }),
  );
  process.on("message", () => tell({ kind: "counted", counts: count(world, apis) }));
  tell({ kind: "open", env: sdkEnvironment(aws.url) });
}

function count({ calls }: World, apis: readonly KubernetesServer[]): ScanCounts {
  const made = calls.splice(0);
  const requests = apis.flatMap((api) => api.requests.list());
  for (const api of apis) api.requests.reset();
  return {
    aws: tally(made.map(({ service, operation }) => `${service} ${operation}`)),
    kubernetes: tally(requests.flatMap(({ request, count }) => Array.from({ length: count }, () => request))),
    parameters: parametersOf(made.filter(({ operation }) => operation === "GetParameters")),
    refused: made.filter(({ status }) => status !== 200).length,
  };
}

function parametersOf(made: World["calls"]): ScanCounts["parameters"] {
  const regions = [...new Set(made.map(({ region }) => region))].sort();
  const counts = regions.map((region) => {
    const here = made.filter((call) => call.region === region);
    const names = here.flatMap(({ input }) => input.Names as readonly string[]);
    return [region, { calls: here.length, names: new Set(names).size }] as const;
  });
  return Object.fromEntries(counts);
}

function tally(keys: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
}

function tell(message: FromWorld): void {
  process.send?.(message);
}

process.once("message", (order: WorldOrder) => {
  open(order).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
});
process.once("disconnect", () => process.exit(0));
