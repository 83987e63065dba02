import { readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";
import type { Access } from "../../../playground/kubernetes/api/access.js";
import type { KubernetesServer } from "../../../playground/kubernetes/server.js";
import { openPlayground, type Playground } from "../../../playground/playground.js";
import { eksWorkshop } from "../../../playground/scenarios/eks-workshop.js";
import type { Scenario } from "../../../playground/scenarios/types.js";
import { examine } from "../../../src/doctor/examine.js";
import { startRedis } from "../../redis.js";

export type Variables = Readonly<Record<string, string>>;

/** A world in which the bot has everything it needs. */
export interface Scene extends Playground {
  readonly redisUrl: string;
  readonly cluster: KubernetesServer;
  /** What Kubernetes was asked, oldest first. */
  readonly asked: readonly Access[];
}

export async function openScene(scenario: Scenario = eksWorkshop): Promise<Scene> {
  const [playground, redis] = await Promise.all([
    openPlayground({ scenario, speed: 1 }),
    startRedis("real Redis", ["--appendonly", "yes"]),
  ]);
  const [cluster] = playground.kubernetes.values();
  if (!cluster) throw new Error("the scenario has no cluster");
  const asked: Access[] = [];
  cluster.faults = (access) => void asked.push(access);
  // The SDK reads its addresses and keys from the process's own variables.
  for (const [name, value] of Object.entries(playground.environment)) {
    if (name.startsWith("AWS_")) process.env[name] = value;
  }
  return {
    ...{ ...playground, cluster, asked, redisUrl: redis.url },
    async close() {
      await playground.close();
      await redis.close();
    },
  };
}

/** What `npm run doctor` writes there, and how it ends. */
export async function consult(
  { environment, redisUrl }: Scene,
  overrides: Variables = {},
): Promise<{ code: number; lines: string[] }> {
  const lines: string[] = [];
  const variables = { ...environment, REDIS_URL: redisUrl, ...overrides };
  return { code: await examine(variables, (line) => lines.push(line)), lines };
}

/** The scene's fleet.yaml with other words in it. */
export function fleetWith(
  { environment }: Scene,
  ...changes: readonly [from: string, to: string][]
): Variables {
  const file = `${environment.FLEET_FILE}.other.yaml`;
  const text = JSON.stringify(JSON.parse(readFileSync(environment.FLEET_FILE ?? "", "utf8")));
  writeFileSync(
    file,
    changes.reduce((before, [from, to]) => {
      if (!before.includes(from)) throw new Error(`${from} is not in ${before}`);
      return before.replace(from, to);
    }, text),
  );
  return { FLEET_FILE: file };
}

/** The scene's fleet.yaml with these keys in its first environment. */
export function withKeys(scene: Scene, keys: Readonly<Record<string, unknown>>): Variables {
  const { environments } = fleetOf.parse(
    JSON.parse(readFileSync(scene.environment.FLEET_FILE ?? "", "utf8")),
  );
  const [first, ...others] = environments;
  const file = `${scene.environment.FLEET_FILE}.keys.yaml`;
  writeFileSync(file, JSON.stringify({ environments: [{ ...first, ...keys }, ...others] }));
  return { FLEET_FILE: file };
}

const fleetOf = z.object({ environments: z.array(z.record(z.string(), z.unknown())) });

/** AWS denies one action, in the words and form of its service. */
export function deny({ aws }: Scene, service: "eks" | "ssm" | "autoscaling", operation: string): void {
  const who = "arn:aws:sts::123456789012:assumed-role/eks-upgrade-bot/i-0123456789abcdef0";
  const message = `User: ${who} is not authorized to perform: ${service}:${operation} on resource: *`;
  const answers = {
    eks: {
      status: 403,
      headers: { "content-type": "application/json", "x-amzn-errortype": "AccessDeniedException" },
      body: JSON.stringify({ message }),
    },
    ssm: {
      status: 400,
      headers: { "content-type": "application/x-amz-json-1.1" },
      body: JSON.stringify({ __type: "AccessDeniedException", Message: message }),
    },
    autoscaling: {
      status: 403,
      headers: { "content-type": "text/xml" },
      body: `<ErrorResponse xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>${message}</Message></Error></ErrorResponse>`,
    },
  };
  aws.faults = (call) =>
    call.service === service && call.operation === operation ? answers[service] : undefined;
}
