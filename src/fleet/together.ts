import type { Issue } from "./issue.js";
import { missing } from "./words.js";

/** Keys of environments that need another, or are nothing without it: told together with whatever else is wrong. */
export function keysApart(data: unknown): Issue[] {
  const environments = keysOf(data).environments;
  if (!Array.isArray(environments)) return [];
  return environments.flatMap((environment, i) =>
    [...ofRole(keysOf(environment)), ...ofClusters(keysOf(environment)), ...ofDigest(environment)].map(
      ({ path, message }) => ({ path: ["environments", i, ...path], message }),
    ),
  );
}

type Keys = Readonly<Record<string, unknown>>;

function keysOf(data: unknown): Keys {
  return typeof data === "object" && data !== null ? (data as Keys) : {};
}

function ofRole({ roleArn, externalId }: Keys): Issue[] {
  if (externalId === undefined || roleArn !== undefined) return [];
  return [{ path: ["externalId"], message: "is for the role that roleArn names: write roleArn, too" }];
}

const orDiscover = "or discover: true with regions";

function ofClusters(environment: Keys): Issue[] {
  const { clusters, discover = false } = environment;
  const regionless = environment.regions === undefined;
  if (discover !== false) return regionless ? [{ path: ["regions"], message: missing("regions") }] : [];
  const idle = ["regions", "include", "exclude"].filter((key) => environment[key] !== undefined);
  const issues: Issue[] = idle.map((key) => ({
    path: [key],
    message: "is for discovered clusters: write discover: true, too",
  }));
  const none = Array.isArray(clusters) && clusters.length === 0;
  if (none) issues.push({ path: ["clusters"], message: `must name at least one cluster, ${orDiscover}` });
  if (clusters === undefined) {
    issues.push({ path: ["clusters"], message: `${missing("clusters")}, ${orDiscover}` });
  }
  return issues;
}

/** Severity alone makes no digest, and needs none: it serves whoever asks. */
function ofDigest(environment: unknown): Issue[] {
  const { digest } = keysOf(environment);
  const { schedule, severity } = keysOf(digest);
  if (typeof digest !== "object" || digest === null || schedule !== undefined) return [];
  const more = Object.keys(digest).some((key) => key !== "severity");
  if (severity !== undefined && !more) return [];
  return [{ path: ["digest", "schedule"], message: missing("schedule") }];
}
