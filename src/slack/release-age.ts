import type { Instant } from "../core/instant.js";
import { releaseDate } from "../core/releases.js";
import { code, sayAge } from "./text.js";

/** "`1.34.9-20260714` (45 days old)"; without an age where the release does not tell its day (Bottlerocket). */
export function releaseWithAge(amiType: string, release: string, now: Instant): string {
  const madeAt = releaseDate(amiType, release);
  return madeAt === undefined || madeAt > now
    ? code(release)
    : `${code(release)} (${sayAge(now - madeAt)} old)`;
}
