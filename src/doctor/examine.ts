import { openClusters } from "../clusters.js";
import { type Config, ConfigError, readConfig } from "../config.js";
import { connectOutside } from "../outside.js";
import { environmentSections } from "./environment.js";
import { type Finding, failed, type Section, section, untried } from "./finding.js";
import { redisFindings } from "./redis.js";
import { lineOf, verdictOf } from "./report.js";
import { settingsFindings } from "./settings.js";
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
  const { line, well } = verdictOf(await told(partsOf(config, variables.PATH ?? ""), write));
  write(line);
  return well ? 0 : 1;
}

/** Writes each section as soon as those before it are written: the order is always the same. */
async function told(
  parts: readonly Promise<readonly Section[]>[],
  write: (line: string) => void,
): Promise<Finding[]> {
  const all: Finding[] = [];
  for (const part of parts) {
    for (const { title, findings } of await part) {
      const found = await findings;
      write(title);
      for (const finding of found) write(lineOf(finding));
      write("");
      all.push(...found);
    }
  }
  return all;
}

/** Everything is begun at once, but for what must be found first. */
function partsOf(config: Config, path: string): Promise<readonly Section[]>[] {
  const { fleet } = config;
  const outsides = connectOutside(fleet);
  const clusters = openClusters(fleet, outsides, Date.now);
  const begun = [
    section("Configuration", settingsFindings(config)),
    section("Slack", slackFindings(config)),
    section("Redis", redisFindings(config, path)),
  ];
  const environments = fleet.environments.map((environment) => {
    const sections = environmentSections(environment, outsides.in(environment.name), clusters);
    const title = `Environment ${environment.name}`;
    return sections.catch((error: unknown) => [section(title, Promise.reject(error))]);
  });
  const last = section("Not tried, because it would change something", Promise.resolve([update]));
  return [Promise.resolve(begun), ...environments, Promise.resolve([last])];
}

const update = untried(
  "eks:UpdateNodegroupVersion: would start an upgrade",
  "See that the IAM policy of the bot's role allows it (docs/permissions/iam-policy.json).",
);
