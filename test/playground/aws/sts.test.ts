import { DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";
import { DescribeSubnetsCommand } from "@aws-sdk/client-ec2";
import { ListClustersCommand } from "@aws-sdk/client-eks";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { describe, expect, it } from "vitest";
import { fleet } from "../../../playground/scenarios/fleet.js";
import { query, serving } from "./serving.js";
import { externalId, prodRole, servingFleet } from "./serving-fleet.js";

const asked = {
  Action: "AssumeRole",
  Version: "2011-06-15",
  RoleArn: prodRole,
  RoleSessionName: "bot",
  ExternalId: externalId,
};

type Clients = ReturnType<Awaited<ReturnType<typeof servingFleet>>["clients"]>;

/** The error that each service answers with. */
async function refusals({ eks, ssm, autoScaling, ec2 }: Clients) {
  const nameOf = (call: Promise<unknown>) =>
    call.then(
      () => "no error",
      (error: unknown) => (error instanceof Error ? error.name : "no Error"),
    );
  return {
    eks: await nameOf(eks.send(new ListClustersCommand())),
    ssm: await nameOf(ssm.send(new GetParameterCommand({ Name: "/nope" }))),
    autoScaling: await nameOf(autoScaling.send(new DescribeAutoScalingGroupsCommand())),
    ec2: await nameOf(ec2.send(new DescribeSubnetsCommand())),
  };
}

describe("AssumeRole", () => {
  it("gives credentials that the account of the role is seen with, for an hour of real time", async () => {
    const { assume, world } = await servingFleet();
    const before = Date.now();
    const credentials = await assume()();
    expect(credentials.accessKeyId).toMatch(/^ASIA[A-Z0-9]{16}$/);
    expect(credentials.expiration?.getTime()).toBeGreaterThan(before + 3_598_000);
    expect(credentials.expiration?.getTime()).toBeLessThan(Date.now() + 3_600_001);
    expect(world.sessions.get(credentials.accessKeyId)).toMatchObject({
      account: "444455556666",
      arn: "arn:aws:sts::444455556666:assumed-role/eks-upgrade-bot/bot",
    });
  });

  it.each([
    ["another external id", prodRole, "guess"],
    ["no external id", prodRole, ""],
    ["a role that does not exist", "arn:aws:iam::444455556666:role/nobody", externalId],
  ])("with %s is AccessDenied, in AWS' words", async (_sentence, role, id) => {
    const { assume } = await servingFleet();
    await expect(assume(role, id)()).rejects.toMatchObject({
      name: "AccessDenied",
      $metadata: { httpStatusCode: 403 },
      message: `User: arn:aws:sts::111122223333:assumed-role/eks-upgrade-bot/playground is not authorized to perform: sts:AssumeRole on resource: ${role}`,
    });
  });

  it("of a role that lets nobody in is AccessDenied", async () => {
    const [role] = fleet.roles ?? [];
    const { server, config } = await serving({
      ...fleet,
      roles: [{ arn: prodRole, account: role?.account ?? "", denied: true }],
    });
    const credentials = fromTemporaryCredentials({
      masterCredentials: config.credentials,
      params: { RoleArn: prodRole },
      clientConfig: { region: "us-west-2", endpoint: server.url },
    });
    await expect(credentials()).rejects.toMatchObject({ name: "AccessDenied" });
  });

  it.each([
    ["a session of less than 15 minutes", { DurationSeconds: "899" }, "greater than or equal to 900"],
    ["one of more than 12 hours", { DurationSeconds: "43201" }, "less than or equal to 43200"],
    ["one longer than the role's", { DurationSeconds: "3601" }, "exceeds the MaxSessionDuration"],
    ["a session without a name", { RoleSessionName: "" }, "roleSessionName"],
    ["a name with blanks", { RoleSessionName: "my bot" }, "roleSessionName"],
  ])("refuses %s", async (_sentence, changes, why) => {
    const { server } = await serving(fleet);
    const { status, body } = await query(server.url, "sts", { ...asked, ...changes });
    expect(status).toBe(400);
    expect(body).toContain("<Code>ValidationError</Code>");
    expect(body).toContain(why);
  });

  it("gives as little as 15 minutes", async () => {
    const { server, world } = await serving(fleet);
    const before = Date.now();
    expect((await query(server.url, "sts", { ...asked, DurationSeconds: "900" })).status).toBe(200);
    const [session] = world.sessions.values();
    expect(session?.endsAt).toBeLessThan(before + 901_000);
  });

  it("is served for the global endpoint too, which is signed for us-east-1", async () => {
    const { server, config } = await serving(fleet);
    const credentials = fromTemporaryCredentials({
      masterCredentials: config.credentials,
      params: { RoleArn: prodRole, ExternalId: externalId },
      clientConfig: { region: "us-east-1", endpoint: server.url },
    });
    expect((await credentials()).accessKeyId).toMatch(/^ASIA/);
  });
});

describe("a session's credentials are refused", () => {
  it("once it is over, by every service in its own words", async () => {
    const { clients, world } = await servingFleet();
    const made = clients("us-west-2", "prod");
    await made.eks.send(new ListClustersCommand());
    for (const [id, session] of world.sessions) world.sessions.set(id, { ...session, endsAt: Date.now() });
    expect(await refusals(made)).toEqual({
      eks: "ExpiredTokenException",
      ssm: "ExpiredTokenException",
      autoScaling: "ExpiredToken",
      ec2: "RequestExpired",
    });
  });

  it("where nobody began it, by every service in its own words", async () => {
    const { clients, world } = await servingFleet();
    const made = clients("us-west-2", "prod");
    await made.eks.send(new ListClustersCommand());
    world.sessions.clear();
    expect(await refusals(made)).toEqual({
      eks: "UnrecognizedClientException",
      ssm: "UnrecognizedClientException",
      autoScaling: "InvalidClientTokenId",
      ec2: "AuthFailure",
    });
  });

  it("with another session's token", async () => {
    const { clients, world } = await servingFleet();
    const { eks } = clients("us-west-2", "prod");
    await eks.send(new ListClustersCommand());
    for (const [id, session] of world.sessions) world.sessions.set(id, { ...session, sessionToken: "other" });
    await expect(eks.send(new ListClustersCommand())).rejects.toMatchObject({
      name: "UnrecognizedClientException",
      $metadata: { httpStatusCode: 403 },
    });
  });
});

it("every call is kept with the region it was signed for and the account of its credentials", async () => {
  const { clients, world } = await servingFleet();
  await clients("eu-west-1", "prod").eks.send(new ListClustersCommand());
  expect(world.calls).toMatchObject([
    { service: "sts", operation: "AssumeRole", region: "eu-west-1", account: "111122223333", status: 200 },
    { service: "eks", operation: "ListClusters", region: "eu-west-1", account: "444455556666" },
  ]);
});
