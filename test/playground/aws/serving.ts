import { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { EC2Client } from "@aws-sdk/client-ec2";
import { EKSClient } from "@aws-sdk/client-eks";
import { SSMClient } from "@aws-sdk/client-ssm";
import { onTestFinished } from "vitest";
import { serveAws } from "../../../playground/aws/server.js";
import type { Scenario } from "../../../playground/scenarios/types.js";
import type { World } from "../../../playground/world/state.js";
import { ownStage, stage } from "../world/stage.js";

/** A staged world behind the AWS wire, with the real clients in front of it; all of it ends with the test. */
export async function serving(scenario?: Scenario) {
  const staged = await stage(scenario);
  return { ...staged, ...(await serve(staged.world)) };
}

/** The same, with the self-managed group "workers". */
export async function servingOwn(scenario?: Scenario) {
  const staged = await ownStage(scenario);
  return { ...staged, ...(await serve(staged.world)) };
}

async function serve(world: World) {
  const server = await serveAws(world);
  const config = {
    region: "us-west-2",
    endpoint: server.url,
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
    maxAttempts: 1,
  };
  const clients = {
    eks: new EKSClient(config),
    ssm: new SSMClient(config),
    autoScaling: new AutoScalingClient(config),
    ec2: new EC2Client(config),
  };
  onTestFinished(async () => {
    for (const client of Object.values(clients)) client.destroy();
    await server.close();
    world.stop();
  });
  return { server, ...clients, config };
}

/** What a signed request's Authorization header looks like. */
export function authorization(service: string, region = "us-west-2"): string {
  return `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261121/${region}/${service}/aws4_request, SignedHeaders=host;x-amz-date, Signature=${"0".repeat(64)}`;
}

/** A signed AWS Query call by hand: status and body. */
export async function query(url: string, service: string, form: Readonly<Record<string, string>>) {
  const response = await fetch(url, {
    method: "POST",
    headers: { authorization: authorization(service) },
    body: new URLSearchParams(form),
  });
  return { status: response.status, body: await response.text() };
}
