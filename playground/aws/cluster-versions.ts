import { flag, text, texts } from "./input.js";
import { epochSeconds } from "./json.js";
import type { Input } from "./skin.js";

/** Kubernetes minors in EKS: released, end of standard support, end of extended support (EKS Kubernetes release calendar). */
const calendar = [
  ["1.36", "2026-06-02", "2027-08-02", "2028-08-02"],
  ["1.35", "2026-01-27", "2027-03-27", "2028-03-27"],
  ["1.34", "2025-10-02", "2026-12-02", "2027-12-02"],
  ["1.33", "2025-05-29", "2026-07-29", "2027-07-29"],
  ["1.32", "2025-01-23", "2026-03-23", "2027-03-23"],
  ["1.31", "2024-09-26", "2025-11-26", "2026-11-26"],
  ["1.30", "2024-05-23", "2025-07-23", "2026-07-23"],
] as const;

/** DescribeClusterVersions as of `now`: unsupported minors only when all are asked for. */
export function clusterVersions(now: number, input: Input) {
  const wanted = texts(input, "clusterVersions");
  const status = text(input, "versionStatus");
  const released = calendar.filter(([, releasedOn]) => Date.parse(releasedOn) <= now);
  return released
    .map(([version, releasedOn, standardUntil, extendedUntil]) => ({
      ...supportAt(now, standardUntil, extendedUntil),
      clusterVersion: version,
      clusterType: "eks",
      defaultVersion: version === released[0]?.[0],
      releaseDate: epochSeconds(Date.parse(releasedOn)),
      endOfStandardSupportDate: epochSeconds(Date.parse(standardUntil)),
      endOfExtendedSupportDate: epochSeconds(Date.parse(extendedUntil)),
    }))
    .filter((minor) => !wanted || wanted.includes(minor.clusterVersion))
    .filter((minor) => !status || minor.versionStatus === status)
    .filter((minor) => !flag(input, "defaultOnly") || minor.defaultVersion)
    .filter(
      (minor) => minor.versionStatus !== "UNSUPPORTED" || status || wanted || flag(input, "includeAll"),
    );
}

/** Told twice: the deprecated field still comes. */
function supportAt(now: number, standardUntil: string, extendedUntil: string) {
  if (now < Date.parse(standardUntil))
    return { status: "standard-support", versionStatus: "STANDARD_SUPPORT" };
  return now < Date.parse(extendedUntil)
    ? { status: "extended-support", versionStatus: "EXTENDED_SUPPORT" }
    : { status: "unsupported", versionStatus: "UNSUPPORTED" };
}
