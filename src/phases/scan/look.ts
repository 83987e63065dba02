import pMap from "p-map";
import { isTrouble, type Problem } from "../../core/problems.js";
import { type ReleaseWanted, releaseDate } from "../../core/releases.js";
import type { RollNodeSeen } from "../../core/roll/seen.js";
import type { GroupFacts } from "../../core/scan/judge.js";
import type { ListedRelease } from "../../core/scan/scanned.js";
import type { ClusterSeen, NodeGroupSeen } from "../../core/seen.js";
import { amisOf, type NodesLeftAlone, type SelfManagedGroup } from "../../core/self-managed.js";
import { compareMinors, parseKubelet } from "../../core/versions.js";
import { type Discovered, discover } from "../discover.js";
import type { Outside } from "../outside.js";
import { asProblem } from "../trouble.js";

/** What one cluster shows of itself. */
export interface ClusterLook {
  readonly cluster: ClusterSeen;
  readonly groups: readonly GroupLook[];
  readonly leftAlone: readonly NodesLeftAlone[];
  /** Why nodes could not be looked at. */
  readonly unseen?: Problem;
  /** Why it is not known how old custom AMIs are. */
  readonly ageless?: Problem;
}

/** What a group runs, and which releases it is to be compared with. */
export interface GroupLook {
  readonly facts: Omit<GroupFacts, "newest" | "known">;
  readonly newest?: ReleaseWanted;
  /** Its own release, where its name does not tell its day. */
  readonly pinned?: ReleaseWanted;
}

/** Node groups of one cluster described side by side. */
const groupsAtOnce = 5;

/**
 * One cluster and everything in it. Nodes that cannot be listed leave managed node groups to be seen.
 * @throws Trouble where EKS does not tell of the cluster.
 */
export async function lookAtCluster(
  outside: Outside,
  { name, region }: { readonly name: string; readonly region: string },
  signal?: AbortSignal,
): Promise<ClusterLook> {
  const { eks } = outside.region(region);
  const [cluster, names] = await Promise.all([eks.cluster(name, signal), eks.nodeGroupNames(name, signal)]);
  const described = await pMap(names, (each) => eks.nodeGroup(name, each, signal).catch(ifGone), {
    concurrency: groupsAtOnce,
  });
  const managed = described.flatMap((group) => group ?? []);
  const owned = new Set(managed.flatMap(({ autoScalingGroups }) => autoScalingGroups));
  const [found, { images, ageless }] = await Promise.all([
    findNodes(outside, cluster, owned, signal),
    imagesOf(outside, region, managed, signal),
  ]);
  return {
    cluster,
    groups: [
      ...managed.map((group) => managedLook(group, images, found.nodes)),
      ...found.groups.map((group) => selfManagedLook(group, cluster)),
    ],
    leftAlone: found.leftAlone,
    ...(found.unseen && { unseen: found.unseen }),
    ...(ageless && { ageless }),
  };
}

/** It was deleted after it was listed. */
function ifGone(error: unknown): undefined {
  if (!isTrouble(error, "not found")) throw error;
}

async function findNodes(
  outside: Outside,
  cluster: ClusterSeen,
  owned: ReadonlySet<string>,
  signal: AbortSignal | undefined,
): Promise<Discovered & { unseen?: Problem }> {
  try {
    return await discover(outside, cluster, owned, signal);
  } catch (error) {
    if (!isTrouble(error)) throw error;
    return { nodes: [], groups: [], leftAlone: [], unseen: asProblem(error) };
  }
}

type Images = ReadonlyMap<string, ListedRelease>;

/** Custom AMIs of managed groups: what is known of them is when they were made. */
async function imagesOf(
  outside: Outside,
  region: string,
  groups: readonly NodeGroupSeen[],
  signal: AbortSignal | undefined,
): Promise<{ images: Images; ageless?: Problem }> {
  const custom = groups.filter(({ amiType, release }) => amiType === "CUSTOM" && release.startsWith("ami-"));
  if (custom.length === 0) return { images: new Map() };
  const ids = [...new Set(custom.map(({ release }) => release))];
  try {
    const seen = await outside.region(region).ec2.images(ids, signal);
    const images = seen.map(
      ({ id, createdAt }) => [id, { release: id, image: id, publishedAt: createdAt }] as const,
    );
    return { images: new Map(images) };
  } catch (error) {
    if (!isTrouble(error)) throw error;
    return { images: new Map(), ageless: asProblem(error) };
  }
}

function managedLook(group: NodeGroupSeen, images: Images, nodes: readonly RollNodeSeen[]): GroupLook {
  const { name, amiType, version, release, status, sizes } = group;
  const own = nodes.filter(({ labels }) => labels["eks.amazonaws.com/nodegroup"] === name);
  const kubelet = oldestKubelet(own);
  const listed = amiType !== "CUSTOM";
  const made = releaseDate(amiType, release);
  return {
    facts: {
      kind: "managed node group",
      name,
      amiType,
      nodes: sizes.desired,
      status,
      version,
      current: images.get(release) ?? { release, ...(made !== undefined && { publishedAt: made }) },
      ...(kubelet !== undefined && { kubelet }),
    },
    ...(listed && { newest: { amiType, minor: version } }),
    ...(listed && made === undefined && { pinned: { amiType, minor: version, release } }),
  };
}

/** It is rolled to the newest release for the control plane's version: with that it is compared. */
function selfManagedLook(found: SelfManagedGroup, { version: minor }: ClusterSeen): GroupLook {
  const { group, nodes } = found;
  const [oldest, ...others] = amisOf(found);
  const count = group.instances.length;
  const kubelet = oldestKubelet(nodes);
  const facts = { kind: "self-managed node group", name: group.name, nodes: count } as const;
  const seen = { ...facts, ...(kubelet !== undefined && { kubelet }) };
  if (!oldest) return { facts: { ...seen, version: "", current: { release: "" } } };
  const { amiType, image, release, version = "", madeAt } = oldest;
  return {
    facts: {
      ...seen,
      version,
      current: { release, image, ...(madeAt !== undefined && { publishedAt: madeAt }) },
      ...(amiType !== undefined && { amiType }),
      ...(version !== minor && { newestFor: minor }),
      ...(others.length > 0 && { mixed: oldest.count }),
    },
    ...(amiType !== undefined && { newest: { amiType, minor } }),
  };
}

function oldestKubelet(nodes: readonly RollNodeSeen[]): string | undefined {
  const minors = nodes.flatMap(({ kubelet }) => parseKubelet(kubelet)?.minor ?? []);
  return minors.sort(compareMinors)[0];
}
