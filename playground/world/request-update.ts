import type { PublishedRelease } from "../scenarios/types.js";
import { findCluster, findNodeGroup, runningUpdate } from "./lookup.js";
import { carryOut } from "./managed-update.js";
import { ownTarget, type TemplateRequest, templateVersionOf } from "./own-template.js";
import { everPublished, latestRelease, offerIn, releasesFor } from "./releases.js";
import { type Cluster, type NodeGroup, Refusal, type Update, type World } from "./state.js";

export interface UpdateRequest {
  readonly clusterName: string;
  readonly nodegroupName: string;
  readonly version?: string;
  readonly releaseVersion?: string;
  readonly force?: boolean;
  readonly clientRequestToken?: string;
  readonly launchTemplate?: TemplateRequest;
}

/** EKS updates a group in spite of these; any other health issue makes it refuse. */
const toleratedHealthIssues = [
  "AsgInstanceLaunchFailures",
  "InstanceLimitExceeded",
  "InsufficientFreeAddresses",
  "ClusterUnreachable",
];

/**
 * UpdateNodegroupVersion: refuses as EKS does, or starts the update. A token seen before answers with the update it started,
 * whatever has happened since.
 */
export function requestUpdate(world: World, request: UpdateRequest): Update {
  const cluster = findCluster(world, request.clusterName);
  const group = findNodeGroup(cluster, request.nodegroupName);
  const known = updateOfToken(cluster, group, request);
  if (known) return known;
  refuseWhileBusy(cluster, group);
  refuseWhenUnhealthy(group);
  const templateVersion = templateVersionOf(world, group, request);
  const update: Update = {
    id: world.random.uuid(),
    nodeGroup: group.name,
    token: request.clientRequestToken,
    target:
      group.amiType === "CUSTOM"
        ? ownTarget(world, group, templateVersion)
        : targetOf(world, cluster, group, request),
    ...(templateVersion && { templateVersion: templateVersion.number }),
    force: request.force ?? false,
    createdAt: world.clock.now(),
    status: "InProgress",
    errors: [],
  };
  cluster.updates.push(update);
  const subject = `${cluster.name}/${group.name}`;
  world.record("update", subject, `update to ${update.target.release} accepted`);
  void carryOut({ world, cluster, group, update, subject });
  return update;
}

function updateOfToken(cluster: Cluster, group: NodeGroup, request: UpdateRequest): Update | undefined {
  const { clientRequestToken: token } = request;
  if (token === undefined) return undefined;
  const known = cluster.updates.find((update) => update.nodeGroup === group.name && update.token === token);
  if (!known) return undefined;
  const differs =
    (request.version ?? known.target.version) !== known.target.version ||
    (request.releaseVersion ?? known.target.release) !== known.target.release ||
    (request.launchTemplate?.version ?? known.templateVersion?.toString()) !==
      known.templateVersion?.toString() ||
    (request.force ?? false) !== known.force;
  if (differs)
    throw refusal(
      group,
      "InvalidRequestException",
      "The client request token was already used with other parameters.",
    );
  return known;
}

function refuseWhileBusy(cluster: Cluster, group: NodeGroup): void {
  if (cluster.status !== "ACTIVE")
    throw refusal(
      group,
      "ResourceInUseException",
      `Cannot VersionUpdate because cluster ${cluster.name} currently has an update in progress`,
    );
  if (runningUpdate(cluster, group.name))
    throw refusal(
      group,
      "ResourceInUseException",
      `Cannot VersionUpdate because nodegroup ${group.name} currently has an update in progress`,
    );
}

function refuseWhenUnhealthy(group: NodeGroup): void {
  if (group.healthIssues.every(({ code }) => toleratedHealthIssues.includes(code))) return;
  throw refusal(
    group,
    "InvalidRequestException",
    `Nodegroup has health issue other than [${toleratedHealthIssues.join(", ")}]`,
  );
}

/** Without a version the cluster's counts, without a release that one's latest (EKS API reference: UpdateNodegroupVersion). */
function targetOf(
  world: World,
  cluster: Cluster,
  group: NodeGroup,
  request: UpdateRequest,
): PublishedRelease {
  const invalid = (message: string) => refusal(group, "InvalidParameterException", message);
  const version = request.version ?? cluster.version;
  if (minor(version) > minor(cluster.version) || Number.isNaN(minor(version)))
    throw invalid(
      `Requested Nodegroup version ${version} must not be newer than the cluster's ${cluster.version}`,
    );
  if (minor(version) < minor(group.version))
    throw invalid(`Requested Nodegroup version ${version} is older than the current ${group.version}`);
  const offer = offerIn(world, cluster.region);
  const release = request.releaseVersion
    ? releasesFor(offer, version, group.amiType).find(
        (published) => published.release === request.releaseVersion,
      )
    : latestRelease(offer, version, group.amiType);
  if (!release)
    throw invalid(
      `Requested release version ${request.releaseVersion} is not valid for kubernetes version ${version}.`,
    );
  if (isOlder(world, release, group))
    throw invalid(`Requested release version ${release.release} is older than the current ${group.release}.`);
  return release;
}

/** A group cannot go back to an earlier AMI release (EKS API reference: UpdateNodegroupVersion). */
function isOlder(world: World, release: PublishedRelease, group: NodeGroup): boolean {
  const order = everPublished(world, group.version, group.amiType).map((known) => known.release);
  return release.version === group.version && order.indexOf(release.release) < order.indexOf(group.release);
}

function minor(version: string): number {
  return Number(/^1\.(\d+)$/.exec(version)?.[1] ?? Number.NaN);
}

function refusal(group: NodeGroup, code: string, message: string): Refusal {
  return new Refusal(code, message, { clusterName: group.cluster, nodegroupName: group.name });
}
