import type { ScannedCluster } from "../core/scan/scanned.js";
import type { DigestOptions } from "../digests.js";
import type { Environment } from "../fleet.js";

/** Scans, and keeps what was found. */
export async function look(
  options: Pick<DigestOptions, "scan" | "scans" | "clock">,
  environments: readonly Environment[],
  signal?: AbortSignal,
  only?: string,
): Promise<readonly ScannedCluster[]> {
  const { scan, scans, clock } = options;
  const { clusters, newest } = await scan(environments, signal, only);
  signal?.throwIfAborted();
  await scans.save(clusters);
  await scans.noteNewest(newest, clock.now());
  if (only === undefined) await scans.forget(goneSince(await scans.all(), environments, clusters));
  return clusters;
}

/** Clusters that were looked at once and are not there any more. */
function goneSince(
  kept: readonly ScannedCluster[],
  environments: readonly Environment[],
  clusters: readonly ScannedCluster[],
): ScannedCluster[] {
  const whole = environments.map(({ name }) => name).filter((name) => !hasUnlisted(clusters, name));
  return kept.filter(
    (each) =>
      whole.includes(each.environment) &&
      !clusters.some(
        ({ environment, region, name }) =>
          environment === each.environment && region === each.region && name === each.name,
      ),
  );
}

/** Where a region could not be listed, nobody knows which clusters are gone. */
function hasUnlisted(clusters: readonly ScannedCluster[], environment: string): boolean {
  return clusters.some((each) => each.environment === environment && each.region === "");
}
