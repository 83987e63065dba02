import { DescribeClusterCommand, EKSClient, type EKSClientConfig } from "@aws-sdk/client-eks";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { Agent, fetch } from "undici";
import { expect, it, onTestFinished } from "vitest";
import { openPlayground } from "../../playground/playground.js";
import { fleet } from "../../playground/scenarios/fleet.js";
import { tokenMaker } from "../../src/aws/token.js";

type Credentials = NonNullable<EKSClientConfig["credentials"]>;

/** The playground of the fleet, and how a cluster's API answers the bot's own token, signed with these credentials. */
async function knocking() {
  const playground = await openPlayground({ scenario: fleet, speed: 1, pureJavaScript: true });
  onTestFinished(() => playground.close());
  const { environment, kubernetes, world } = playground;
  const { AWS_ACCESS_KEY_ID: accessKeyId = "", AWS_SECRET_ACCESS_KEY: secretAccessKey = "" } = environment;
  const [own, endpoint] = [{ accessKeyId, secretAccessKey }, environment.AWS_ENDPOINT_URL ?? ""];
  const role = fromTemporaryCredentials({
    masterCredentials: own,
    params: { RoleArn: fleet.roles?.[0]?.arn ?? "", ExternalId: fleet.roles?.[0]?.externalId ?? "" },
    clientConfig: { region: "us-west-2", endpoint },
  });
  const knock = async (name: string, region: string, credentials: Credentials) => {
    const client = new EKSClient({ region, endpoint, credentials });
    onTestFinished(() => client.destroy());
    const token = await tokenMaker(region, async () => client.config)(name);
    const { endpoint: address = "", certificateAuthorityData = "" } = kubernetes.get(name) ?? {};
    const ca = Buffer.from(certificateAuthorityData, "base64").toString();
    const dispatcher = new Agent({ connect: { ca } });
    onTestFinished(() => dispatcher.close());
    const headers = { authorization: `Bearer ${token}` };
    const { status } = await fetch(`${address}/api/v1/nodes`, { headers, dispatcher });
    return status;
  };
  return { world, own, role, knock, endpoint };
}

it("a cluster's API lets in the credentials of its own account, and no others", async () => {
  const { own, role, knock, world } = await knocking();
  expect(await knock("shop-test", "us-west-2", own)).toBe(200);
  expect(await knock("lab-test", "eu-west-1", own)).toBe(200);
  expect(await knock("shop-prod", "us-west-2", own)).toBe(401);
  expect(await knock("shop-prod", "us-west-2", role)).toBe(200);
  expect(await knock("ml-prod", "eu-west-1", role)).toBe(200);
  expect(await knock("shop-test", "us-west-2", role)).toBe(401);
  const session = await role();
  for (const [id, known] of world.sessions) world.sessions.set(id, { ...known, endsAt: Date.now() });
  expect(await knock("shop-prod", "us-west-2", session)).toBe(401);
});

it("DescribeCluster tells the account of the role where its API is", async () => {
  const { role, endpoint } = await knocking();
  const client = new EKSClient({ region: "us-west-2", endpoint, credentials: role });
  onTestFinished(() => client.destroy());
  const { cluster } = await client.send(new DescribeClusterCommand({ name: "shop-prod" }));
  expect(cluster?.endpoint).toMatch(/^https:\/\/127\.0\.0\.1:/);
});
