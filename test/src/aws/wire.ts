import { type AwsServer, serveAws } from "../../../playground/aws/server.js";
import type { Answer } from "../../../playground/aws/skin.js";
import { eksWorkshop } from "../../../playground/scenarios/eks-workshop.js";
import type { Scenario } from "../../../playground/scenarios/types.js";
import { startClock, type WorldClock } from "../../../playground/world/clock.js";
import type { World } from "../../../playground/world/state.js";
import { createWorld } from "../../../playground/world/world.js";
import { connectRegions, type Region } from "../../../src/aws/region.js";
import { closeLater, pointSdkAt } from "./sdk.js";

export interface Wire {
  readonly world: World;
  readonly clock: WorldClock;
  readonly server: AwsServer;
  readonly region: Region;
  /** How often an operation was called. */
  calls(operation: string): number;
}

/** A simulated AWS whose time stands still, and the bot's adapters over the real SDKs. */
export async function openWire(changes: Partial<Scenario> = {}): Promise<Wire> {
  const scenario = { ...eksWorkshop, ...changes };
  const clock = startClock({ speed: 0, worldOrigin: Date.parse("2026-07-20T09:00:00Z") });
  const world = createWorld({ scenario, clock });
  const server = await serveAws(world);
  closeLater(() => server.close());
  closeLater(() => world.stop());
  pointSdkAt(server.url);
  return {
    world,
    clock,
    server,
    region: connectRegions()(scenario.region),
    calls: (operation) => world.calls.filter((call) => call.operation === operation).length,
  };
}

/** An answer of EKS' protocol. */
export function eksAnswer(status: number, body: unknown, error?: string): Answer {
  const headers = { "content-type": "application/json", ...(error && { "x-amzn-errortype": error }) };
  return { status, headers, body: JSON.stringify(body) };
}
