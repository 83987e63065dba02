import { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { EC2Client } from "@aws-sdk/client-ec2";
import { EKSClient } from "@aws-sdk/client-eks";
import { SSMClient } from "@aws-sdk/client-ssm";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { onTestFinished } from "vitest";
import { fleet } from "../../../playground/scenarios/fleet.js";
import { serving } from "./serving.js";

export const prodRole = "arn:aws:iam::444455556666:role/eks-upgrade-bot";
export const externalId = "playground-fleet";

/** The fleet behind the AWS wire: "test" is the account of everybody's credentials, "prod" that of a role. */
export async function servingFleet() {
  const { server, world, clock, config } = await serving(fleet);
  /** The SDK's own way of taking a role; "" for no external id. */
  const assume = (role = prodRole, id = externalId) =>
    fromTemporaryCredentials({
      masterCredentials: config.credentials,
      params: { RoleArn: role, RoleSessionName: "bot", ...(id !== "" && { ExternalId: id }) },
      clientConfig: { region: "eu-west-1", endpoint: server.url, maxAttempts: 1 },
    });
  let taken: ReturnType<ReturnType<typeof assume>> | undefined;
  /** Taken once for all clients. */
  const prod = () => (taken ??= assume()());
  /** Clients of one region, with their own, or the role's, credentials. */
  const clients = (region: string, account: "test" | "prod" = "test", maxAttempts = 1) => {
    const credentials = account === "prod" ? prod : config.credentials;
    const settings = { ...config, region, credentials, maxAttempts };
    const made = {
      eks: new EKSClient(settings),
      ssm: new SSMClient(settings),
      autoScaling: new AutoScalingClient(settings),
      ec2: new EC2Client(settings),
    };
    onTestFinished(() => {
      for (const client of Object.values(made)) client.destroy();
    });
    return made;
  };
  return { server, world, clock, clients, assume };
}
