import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, vi } from "vitest";
import { serveKubernetes } from "../../../playground/kubernetes/server.js";
import { connectRegions, type Region } from "../../../src/aws/region.js";
import type { TokenOptions } from "../../../src/aws/token.js";
import { refusesCredentials } from "../../../src/aws/trouble.js";
import { Trouble } from "../../../src/core/problems.js";
import { connectKubernetes } from "../../../src/kubernetes/cluster.js";
import { closeLater, keys, pointSdkAt } from "./sdk.js";
import { openWire } from "./wire.js";

/** A listener on the loopback: `port` of one that is closed again is a port where nobody listens. */
async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

describe("connectRegions", () => {
  it("connects each region once", () => {
    const regions = connectRegions();
    expect(regions("us-west-2")).toBe(regions("us-west-2"));
    expect(regions("us-west-2")).not.toBe(regions("eu-central-1"));
  });

  it("gives out all it takes to read the cluster's own API", async () => {
    const { region, world } = await openWire();
    const simulated = world.clusters.get("eks-workshop");
    if (!simulated) throw new Error("The scenario has no cluster eks-workshop.");
    const server = await serveKubernetes(simulated.kubernetes, { credentials: keys });
    closeLater(() => server.close());
    world.setKubernetesAccess("eks-workshop", server);
    const { access } = await region.eks.cluster("eks-workshop");
    if (!access) throw new Error("DescribeCluster does not say how to reach the cluster.");
    const token = (options?: TokenOptions) => region.clusterToken("eks-workshop", options);
    const nodes = await connectKubernetes({ access, token }).nodes("default");
    expect(nodes.map(({ ready }) => ready)).toEqual(["True", "True", "True"]);
    const running = await region.releases.find("AL2023_x86_64_STANDARD", "1.34", "1.34.4-20260224");
    expect(nodes.map(({ image }) => image)).toEqual(Array(3).fill(running?.image));
  });

  it.each<[string, string, (region: Region) => Promise<unknown>]>([
    ["EKS", "InvalidSignatureException", ({ eks }) => eks.clusterNames()],
    [
      "Systems Manager",
      "InvalidSignatureException",
      ({ releases }) => releases.latest("AL2023_x86_64_STANDARD", "1.34"),
    ],
    ["Auto Scaling", "SignatureDoesNotMatch", ({ autoScaling }) => autoScaling.groups(["eks-default"])],
    ["EC2", "SignatureDoesNotMatch", ({ ec2 }) => ec2.subnets(["subnet-1"])],
  ])(
    "%s that takes the signature for another region's is told as bad credentials",
    async (_service, code, call) => {
      await openWire();
      const refused = await call(connectRegions()("eu-central-1")).catch((error: unknown) => error);
      expect(refused).toMatchObject({ kind: "denied", code });
      expect(refused instanceof Trouble && refusesCredentials(refused)).toBe(true);
    },
  );

  it("unreachable where nobody listens", async () => {
    const server = createServer();
    pointSdkAt(await listen(server));
    await close(server);
    await expect(connectRegions()("us-west-2").eks.clusterNames()).rejects.toMatchObject({
      kind: "unreachable",
      code: "ECONNREFUSED",
    });
  });

  it("unreachable where nobody answers in time", async () => {
    const server = createServer(() => {});
    pointSdkAt(await listen(server));
    closeLater(() => close(server));
    const region = connectRegions({ requestTimeout: 50 })("us-west-2");
    await expect(region.eks.clusterNames()).rejects.toMatchObject({
      kind: "unreachable",
      code: "ETIMEDOUT",
    });
  });

  it("an abort ends a call that waits, with the signal's reason", async () => {
    const waiting = new AbortController();
    const server = createServer(() => waiting.abort(new Error("shutting down")));
    pointSdkAt(await listen(server));
    closeLater(() => close(server));
    const asked = connectRegions()("us-west-2").eks.cluster("c", waiting.signal);
    await expect(asked).rejects.toThrow("shutting down");
  });

  it("denied without credentials, before anything is sent", async () => {
    const { region, world } = await openWire();
    vi.stubEnv("AWS_ACCESS_KEY_ID", undefined);
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", undefined);
    vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
    const denied = { kind: "denied", next: expect.stringContaining("valid AWS credentials") };
    await expect(region.eks.clusterNames()).rejects.toMatchObject(denied);
    await expect(region.clusterToken("eks-workshop")).rejects.toMatchObject(denied);
    expect(world.calls).toEqual([]);
  });
});
