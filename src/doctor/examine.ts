import { connectRegions } from "../aws/region.js";
import { type Config, ConfigError, readConfig } from "../config.js";
import { clusterFindings } from "./cluster.js";
import { type Finding, failed, ok, type Section, untried } from "./finding.js";
import { redisFindings } from "./redis.js";
import { lineOf, verdictOf } from "./report.js";
import { slackFindings } from "./slack.js";

/** sysexits.h: something is wrong with the configuration. `npm start` ends with the same. */
const exitConfig = 78;

/**
 * Reads the configuration as the bot does, and tries everything that the bot will need. Changes nothing anywhere.
 * Resolves with the exit code: 0 only when the bot can do its work, 78 where the configuration is wrong, else 1.
 */
export async function examine(
  variables: Readonly<Record<string, string | undefined>>,
  write: (line: string) => void,
): Promise<number> {
  let config: Config;
  try {
    config = readConfig(variables);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    write("Configuration");
    for (const problem of error.problems) write(lineOf(failed(problem, "")));
    write("");
    write("Correct this first: nothing else was tried.");
    return exitConfig;
  }
  const { line, well } = verdictOf(await told(sectionsOf(config, variables.PATH ?? ""), write));
  write(line);
  return well ? 0 : 1;
}

/** Writes each section as soon as those before it are written: the order is always the same. */
async function told(sections: readonly Section[], write: (line: string) => void): Promise<Finding[]> {
  const all: Finding[] = [];
  for (const { title, findings } of sections) {
    const found = await findings;
    write(title);
    for (const finding of found) write(lineOf(finding));
    write("");
    all.push(...found);
  }
  return all;
}

/** Everything is begun at once. */
function sectionsOf(config: Config, path: string): Section[] {
  const region = connectRegions();
  const clusters = config.fleet.environments.flatMap((environment) =>
    environment.clusters.map((cluster) => ({ ...cluster, environment: environment.name })),
  );
  return [
    section("Configuration", Promise.resolve([configuration(config, clusters.length)])),
    section("Slack", slackFindings(config)),
    section("Redis", redisFindings(config, path)),
    ...clusters.map((cluster) =>
      section(
        `Cluster ${cluster.name} (${cluster.environment}, ${cluster.region})`,
        clusterFindings(region(cluster.region), cluster.name, cluster.region),
      ),
    ),
    section("Not tried, because it would change something", Promise.resolve([update])),
  ];
}

/** A fault of ours in one section must not hide the others. */
function section(title: string, findings: Promise<readonly Finding[]>): Section {
  const fault = (error: unknown) => [failed(`could not be looked at: ${String(error)}`, "")];
  return { title, findings: findings.catch(fault) };
}

function configuration({ role, fleet }: Config, clusters: number): Finding {
  const names = fleet.environments.map(({ name }) => name).join(", ");
  return ok(`role ${role}; ${clusters} ${clusters === 1 ? "cluster" : "clusters"} in ${names}`);
}

const update = untried(
  "eks:UpdateNodegroupVersion: would start an upgrade",
  "See that the IAM policy of the bot's role allows it (docs/permissions/iam-policy.json).",
);
