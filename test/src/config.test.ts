import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ConfigError, readConfig } from "../../src/config.js";

const directory = mkdtempSync(join(tmpdir(), "eks-upgrade-bot-config-"));
const fleetFile = join(directory, "fleet.yaml");
const badFleetFile = join(directory, "bad.yaml");

const fleet = `environments:
  - name: prod
    channel: C0PROD
    operators: { groups: [S0OPS] }
    approvers: { groups: [S0APPROVERS] }
    clusters: [{ name: eks-workshop, region: us-west-2 }]
`;

beforeAll(() => {
  writeFileSync(fleetFile, fleet);
  writeFileSync(badFleetFile, fleet.replace("C0PROD", "prod").replace("us-west-2", "here"));
});
afterAll(() => rmSync(directory, { recursive: true }));

type Variables = Record<string, string | undefined>;

const good: Variables = {
  SLACK_BOT_TOKEN: "xoxb-1-secret",
  SLACK_APP_TOKEN: "xapp-1-secret",
  FLEET_FILE: fleetFile,
};

function problemsOf(variables: Variables): readonly string[] {
  try {
    readConfig(variables);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe("what is read", () => {
  it("only the tokens and the fleet: everything else has a default", () => {
    expect(readConfig(good)).toEqual({
      role: "all",
      slack: { botToken: "xoxb-1-secret", appToken: "xapp-1-secret", apiUrl: undefined },
      redis: { dataDirectory: "./data" },
      fleet: expect.objectContaining({ environments: [expect.objectContaining({ name: "prod" })] }),
      logLevel: "info",
      clock: undefined,
    });
  });

  it.each<[string, Variables, object]>([
    [
      "a variable that is set to nothing is not set",
      { ROLE: "", REDIS_URL: "", SLACK_API_URL: "" },
      { role: "all" },
    ],
    ["a Redis", { REDIS_URL: "redis://cache:6379" }, { redis: { url: "redis://cache:6379" } }],
    ["a Redis with TLS", { REDIS_URL: "rediss://cache" }, { redis: { url: "rediss://cache" } }],
    ["where to keep our own", { DATA_DIR: "/var/lib/bot" }, { redis: { dataDirectory: "/var/lib/bot" } }],
    ["a worker", { ROLE: "worker", REDIS_URL: "redis://cache" }, { role: "worker" }],
    [
      "a worker, which nobody calls: no token for that",
      { ROLE: "worker", REDIS_URL: "redis://cache", SLACK_APP_TOKEN: undefined },
      { role: "worker", slack: { botToken: "xoxb-1-secret", appToken: undefined } },
    ],
    [
      "another Slack",
      { SLACK_API_URL: "http://127.0.0.1:3000/api/" },
      { slack: { apiUrl: "http://127.0.0.1:3000/api/" } },
    ],
    ["a level", { LOG_LEVEL: "debug" }, { logLevel: "debug" }],
    ["a clock", { CLOCK: "1000,2000,60" }, { clock: { realOrigin: 1000, worldOrigin: 2000, speed: 60 } }],
    ["a slow clock", { CLOCK: "0,0,0.5" }, { clock: { speed: 0.5 } }],
    ["what is not ours is left alone", { HOME: "/root", SLACK_TEAM: "T1" }, { role: "all" }],
  ])("%s", (_, variables, config) => {
    expect(readConfig({ ...good, ...variables })).toMatchObject(config);
  });
});

describe("what is wrong with it, and what to write", () => {
  const noBotToken =
    "SLACK_BOT_TOKEN is missing: the bot user's token, which begins with xoxb- (Slack app page, OAuth & Permissions)";
  const noAppToken =
    "SLACK_APP_TOKEN is missing: the app-level token for Socket Mode with scope connections:write, which begins with xapp- (Slack app page, Basic Information)";
  const badRedis = "REDIS_URL must begin with redis:// or rediss://, for example redis://127.0.0.1:6379";
  const badUrl = "SLACK_API_URL is not an address: write it like http://127.0.0.1:3000/api/";
  const badClock = "CLOCK must be <real origin>,<world origin>,<speed> (leave it unset in production)";
  const sharedRedis = (role: string) =>
    `REDIS_URL is missing: ROLE=${role} shares its Redis with other processes, so it must be told where it is`;

  it.each<[string, Variables, string[]]>([
    ["no bot token", { SLACK_BOT_TOKEN: undefined }, [noBotToken]],
    ["a bot token set to nothing", { SLACK_BOT_TOKEN: "" }, [noBotToken]],
    [
      "the tokens swapped",
      { SLACK_BOT_TOKEN: "xapp-1", SLACK_APP_TOKEN: "xoxb-1" },
      [
        "SLACK_BOT_TOKEN is not a bot token: it must begin with xoxb-",
        "SLACK_APP_TOKEN is not an app-level token: it must begin with xapp-",
      ],
    ],
    ["no app token", { SLACK_APP_TOKEN: undefined }, [noAppToken]],
    [
      "no app token for a bot",
      { ROLE: "bot", REDIS_URL: "redis://cache", SLACK_APP_TOKEN: undefined },
      [noAppToken],
    ],
    [
      "a worker with a token that is none",
      { ROLE: "worker", REDIS_URL: "redis://cache", SLACK_APP_TOKEN: "xapp" },
      ["SLACK_APP_TOKEN is not an app-level token: it must begin with xapp-"],
    ],
    [
      "a signing secret instead",
      { SLACK_APP_TOKEN: undefined, SLACK_SIGNING_SECRET: "s3cret" },
      [
        noAppToken,
        "SLACK_SIGNING_SECRET is set, but this version speaks to Slack in Socket Mode only: set SLACK_APP_TOKEN",
      ],
    ],
    ["an unknown role", { ROLE: "boss" }, ["ROLE must be all, bot or worker"]],
    ["a bot without a Redis", { ROLE: "bot" }, [sharedRedis("bot")]],
    ["a worker without a Redis", { ROLE: "worker" }, [sharedRedis("worker")]],
    ["a Redis without a scheme", { REDIS_URL: "cache:6379" }, [badRedis]],
    ["a Redis of the web", { REDIS_URL: "https://cache" }, [badRedis]],
    ["a Slack without a scheme", { SLACK_API_URL: "127.0.0.1:3000" }, [badUrl]],
    ["a Slack that looks like a scheme", { SLACK_API_URL: "localhost:3000/api/" }, [badUrl]],
    [
      "a level nobody knows",
      { LOG_LEVEL: "loud" },
      ["LOG_LEVEL must be fatal, error, warn, info, debug, trace or silent"],
    ],
    ["a clock of two parts", { CLOCK: "1,2" }, [badClock]],
    ["a clock that runs backwards", { CLOCK: "1,2,-3" }, [badClock]],
    ["a clock that stands still", { CLOCK: "1,2,0" }, ["CLOCK needs a speed above 0"]],
    [
      "no fleet file",
      { FLEET_FILE: "/nowhere/fleet.yaml" },
      [
        "FLEET_FILE /nowhere/fleet.yaml: there is no such file. Copy fleet.example.yaml to fleet.yaml and name your clusters and people",
      ],
    ],
    [
      "everything at once",
      {
        SLACK_BOT_TOKEN: undefined,
        SLACK_APP_TOKEN: "xapp",
        ROLE: "worker",
        LOG_LEVEL: "loud",
        FLEET_FILE: badFleetFile,
      },
      [
        noBotToken,
        "SLACK_APP_TOKEN is not an app-level token: it must begin with xapp-",
        "LOG_LEVEL must be fatal, error, warn, info, debug, trace or silent",
        `${badFleetFile}:3: environments[0].channel must be a Slack channel id such as C0123ABCD, not a name (channel details, at the bottom)`,
        `${badFleetFile}:6: environments[0].clusters[0].region must be an AWS region such as us-west-2`,
        sharedRedis("worker"),
      ],
    ],
  ])("%s", (_, variables, problems) => {
    expect(problemsOf({ ...good, ...variables })).toEqual(problems);
  });

  it("a directory is no fleet file", () => {
    const [problem] = problemsOf({ ...good, FLEET_FILE: directory });
    expect(problem).toMatch(/^FLEET_FILE .*EISDIR.* Copy fleet\.example\.yaml/);
  });

  it.each<[string, Variables]>([
    ["a bot token", { SLACK_BOT_TOKEN: "hunter2" }],
    ["an app token", { SLACK_APP_TOKEN: "hunter2" }],
    ["a signing secret", { SLACK_APP_TOKEN: undefined, SLACK_SIGNING_SECRET: "hunter2" }],
    ["a Redis' password", { REDIS_URL: "http://:hunter2@cache" }],
    ["a Slack's password", { SLACK_API_URL: "ftp://bot:hunter2@slack" }],
    ["a role, a level and a clock pasted wrong", { ROLE: "hunter2", LOG_LEVEL: "hunter2", CLOCK: "hunter2" }],
  ])("secrets are never said: %s", (_, variables) => {
    const problems = problemsOf({ ...good, ...variables });
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.join("\n")).not.toContain("hunter2");
  });

  it("the error's message has a line for each problem", () => {
    const error = new ConfigError(["ROLE must be all, bot or worker", "CLOCK needs a speed above 0"]);
    expect(error.message).toBe("ROLE must be all, bot or worker\nCLOCK needs a speed above 0");
  });
});
