import { type Milliseconds, second } from "../core/instant.js";
import { type AutoScaling, connectAutoScaling } from "./auto-scaling.js";
import { connectEc2, type Ec2 } from "./ec2.js";
import { connectEks, type Eks } from "./eks.js";
import { connectLoadBalancers, type LoadBalancers } from "./load-balancers.js";
import { connectReleases, type Releases } from "./releases.js";
import { type Role, type RoleCredentials, roleCredentials } from "./role.js";
import { type ClusterToken, tokenMaker } from "./token.js";
import { type Answer, type Client, type OnAwsWrite, recordWrites } from "./writes.js";

/** AWS in one region. */
export interface Region {
  readonly eks: Eks;
  readonly releases: Releases;
  readonly autoScaling: AutoScaling;
  readonly ec2: Ec2;
  readonly loadBalancers: LoadBalancers;
  readonly clusterToken: ClusterToken;
}

export interface RegionOptions {
  /** Real time, for each attempt. */
  readonly connectTimeout?: Milliseconds;
  readonly requestTimeout?: Milliseconds;
  /** Assumed for every call; without it the SDK's own credentials are used as they are. */
  readonly role?: Role;
  /** "adaptive": once a service has throttled a client, all its calls together keep to the pace that the service allows. */
  readonly retryMode?: "standard" | "adaptive";
  /** How often the SDK tries a call; 3 unless told. */
  readonly maxAttempts?: number;
  /** Sent with every request, and kept by CloudTrail: "run/calm-heron-42". */
  readonly userAgent?: readonly string[];
  /** Called when a call that changes something is over. */
  readonly onWrite?: OnAwsWrite;
  /** Called with how to close what was opened, for each client. */
  readonly opened?: (close: () => void) => void;
}

/**
 * Regions by name ("us-west-2"), each connected once, with one client of each service. Credentials and endpoints are the
 * SDK's business: it reads its own environment variables and files. A client is made, and its SDK loaded, at its first call.
 */
export function connectRegions(options: RegionOptions = {}): (region: string) => Region {
  const regions = new Map<string, Region>();
  const credentials = options.role && roleCredentials(options.role);
  return (name) => {
    const region = regions.get(name) ?? connectRegion(name, options, credentials);
    regions.set(name, region);
    return region;
  };
}

function connectRegion(
  region: string,
  options: RegionOptions,
  credentials: RoleCredentials | undefined,
): Region {
  const ownSettings = {
    region,
    maxAttempts: options.maxAttempts ?? 3,
    retryMode: options.retryMode ?? "standard",
    requestHandler: {
      connectionTimeout: options.connectTimeout ?? 5 * second,
      requestTimeout: options.requestTimeout ?? 15 * second,
      // Without it the SDK only warns.
      throwOnRequestTimeout: true,
    },
    ...(options.userAgent && { customUserAgent: options.userAgent.map((part): [string] => [part]) }),
  };
  const settings = { ...ownSettings, ...(credentials && { credentials: credentials(ownSettings) }) };
  const open = opening(region, options);
  const eks = open("eks", async () => new (await import("@aws-sdk/client-eks")).EKS(settings));
  const ssm = open("ssm", async () => new (await import("@aws-sdk/client-ssm")).SSM(settings));
  const autoScaling = (more: { maxAttempts?: number } = {}) =>
    open("autoscaling", async () => {
      const { AutoScaling } = await import("@aws-sdk/client-auto-scaling");
      return new AutoScaling({ ...settings, ...more });
    });
  const balancing = open("elasticloadbalancing", async () => {
    const { ElasticLoadBalancingV2 } = await import("@aws-sdk/client-elastic-load-balancing-v2");
    return new ElasticLoadBalancingV2(settings);
  });
  const ec2 = open("ec2", async () => new (await import("@aws-sdk/client-ec2")).EC2(settings));
  return {
    eks: connectEks(region, eks),
    releases: connectReleases(region, ssm),
    autoScaling: connectAutoScaling(autoScaling(), autoScaling({ maxAttempts: 1 })),
    ec2: connectEc2(ec2),
    loadBalancers: connectLoadBalancers(balancing),
    clusterToken: tokenMaker(region, async () => (await eks()).config),
  };
}

/** Clients are made at their first call, recorded, and closed by whoever opened the region. */
function opening(region: string, { onWrite, opened }: RegionOptions) {
  return <Input extends object, Output extends Answer, Opened extends { destroy(): void }>(
    service: string,
    make: () => Promise<Opened & Client<Input, Output>>,
  ): (() => Promise<Opened>) =>
    once(async () => {
      const client = await make();
      if (onWrite) recordWrites(client, { service, region, onWrite });
      opened?.(() => client.destroy());
      return client;
    });
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
