import { afterEach, vi } from "vitest";
import { type AwsServer, serveAws } from "../../../playground/aws/server.js";
import type { Answer } from "../../../playground/aws/skin.js";
import { eksWorkshop } from "../../../playground/scenarios/eks-workshop.js";
import type { Scenario } from "../../../playground/scenarios/types.js";
import { startClock, type WorldClock } from "../../../playground/world/clock.js";
import type { World } from "../../../playground/world/state.js";
import { createWorld } from "../../../playground/world/world.js";
import { connectRegions, type Region } from "../../../src/aws/region.js";

export const keys = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
};

export interface Wire {
  readonly world: World;
  readonly clock: WorldClock;
  readonly server: AwsServer;
  readonly region: Region;
  /** How often an operation was called. */
  calls(operation: string): number;
}

const opened: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of opened.splice(0).reverse()) await close();
});

/** Registers what must be closed when the test is over. */
export function closeLater(close: () => Promise<void> | void): void {
  opened.push(close);
}

const ambient = [
  "AWS_PROFILE",
  "AWS_SESSION_TOKEN",
  "AWS_MAX_ATTEMPTS",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
];

/** The SDK's own environment, and nothing that this machine may have set up for it. */
export function pointSdkAt(url: string): void {
  vi.stubEnv("AWS_ENDPOINT_URL", url);
  vi.stubEnv("AWS_ACCESS_KEY_ID", keys.accessKeyId);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", keys.secretAccessKey);
  vi.stubEnv("AWS_CONFIG_FILE", "/dev/null");
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
  for (const name of ambient) vi.stubEnv(name, undefined);
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
