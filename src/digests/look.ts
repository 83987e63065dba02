import type { ScannedCluster } from "../core/scan/scanned.js";
import type { DigestOptions } from "../digests.js";
import type { Environment } from "../fleet.js";
import type { Scan } from "../phases/scan/scan.js";

/** Scans, and keeps what was found. */
export async function look(
  options: Pick<DigestOptions, "scan" | "scans" | "clock">,
  environments: readonly Environment[],
  signal?: AbortSignal,
  only?: string,
): Promise<readonly ScannedCluster[]> {
  const found = await options.scan(environments, signal, only);
  signal?.throwIfAborted();
  await keep(options, environments, found, only === undefined);
  return found.clusters;
}

/** `whole`: of these environments nothing was left out. */
export async function keep(
  { scans, clock }: Pick<DigestOptions, "scans" | "clock">,
  environments: readonly Environment[],
  { clusters, newest }: Scan,
  whole: boolean,
): Promise<void> {
  await scans.save(clusters);
  await scans.noteNewest(newest, clock.now());
  if (whole) await scans.forget(goneSince(await scans.all(), environments, clusters));
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
