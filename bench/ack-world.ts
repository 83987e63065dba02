import { serveAws } from "../playground/aws/server.js";
import { serveKubernetes } from "../playground/kubernetes/server.js";
import { startClock } from "../playground/world/clock.js";
import { createWorld } from "../playground/world/world.js";
import { type AckFleetSize, ackFleet, region } from "./ack-fleet.js";
import { credentials, sdkEnvironment } from "./sdk-environment.js";

/** AWS and the clusters, in a process of their own, in real time. */

export interface WorldOrder extends AckFleetSize {
  /** Milliseconds by which every answer comes later. */
  readonly latency: number;
}

export interface OpenWorld {
  /** World time at which it began. */
  readonly origin: number;
  /** For the bot. */
  readonly env: Readonly<Record<string, string>>;
}

/** So far in the past that no client ever meets the future. */
const worldIsBehind = 30 * 24 * 3600_000;

async function open({ latency, ...size }: WorldOrder): Promise<OpenWorld> {
  const clock = startClock({ speed: 1, worldOrigin: Date.now() - worldIsBehind });
  const world = createWorld({ scenario: ackFleet(size).scenario, clock });
  const aws = await serveAws(world, { latency });
  for (const { kubernetes, name } of world.clusters.values()) {
    world.setKubernetesAccess(name, await serveKubernetes(kubernetes, { region, credentials, latency }));
  }
  const env = { ...sdkEnvironment(aws.url), AWS_REGION: region, AWS_EC2_METADATA_DISABLED: "true" };
  return { origin: world.origin, env: { ...env, CLOCK: clock.variable } };
}

process.once("message", (order: WorldOrder) => {
  open(order).then(
    (opened) => process.send?.(opened),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.once("disconnect", () => process.exit(0));
