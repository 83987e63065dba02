import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ConfigError, readConfig } from "../../src/config.js";

const directory = mkdtempSync(join(tmpdir(), "eks-upgrade-bot-config-"));
const fleetFile = join(directory, "fleet.yaml");
const badFleetFile = join(directory, "bad.yaml");
const linkFleetFile = join(directory, "link.yaml");

const fleet = `environments:
  - name: prod
    channel: C0PROD
    operators: { groups: [S0OPS] }
    approvers: { groups: [S0APPROVERS] }
    clusters: [{ name: eks-workshop, region: us-west-2 }]
`;

beforeAll(() => {
  writeFileSync(fleetFile, fleet);
  writeFileSync(linkFleetFile, `${fleet}    approvals: { mode: slack+link }\n`);
  writeFileSync(badFleetFile, fleet.replace("C0PROD", "prod").replace("us-west-2", "here"));
});
afterAll(() => rmSync(directory, { recursive: true }));

type Variables = Record<string, string | undefined>;

const good: Variables = {
  SLACK_BOT_TOKEN: "xoxb-1-secret",
  SLACK_APP_TOKEN: "xapp-1-secret",
  FLEET_FILE: fleetFile,
};

const http: Variables = {
  SLACK_APP_TOKEN: undefined,
  SLACK_SIGNING_SECRET: "s3cret",
  PORT: "3000",
};

const secret = "0123456789abcdef0123456789abcdef";
const page: Variables = { PUBLIC_URL: "https://upgrades.example.com", LINK_SECRET: secret, PORT: "3000" };

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
      fleetAt: expect.any(Function),
      logLevel: "info",
      clock: undefined,
    });
  });

  it("where something of the fleet's file stands", () => {
    expect(readConfig(good).fleetAt(["environments", 0, "approvers"])).toBe(`${fleetFile}:5`);
  });

  it.each<[string, Variables, object]>([
    [
      "a variable that is set to nothing is not set",
      { ROLE: "", REDIS_URL: "", SLACK_API_URL: "" },
      { role: "all" },
    ],
    ["a Redis", { REDIS_URL: "redis://cache:6379" }, { redis: { url: "redis://cache:6379" } }],
    ["a Redis with TLS", { REDIS_URL: "rediss://cache" }, { redis: { url: "rediss://cache" } }],
    [
      "a Redis that Sentinels know",
      { REDIS_URL: "redis-sentinel://a:26379/upgrades" },
      { redis: { sentinels: [{ host: "a", port: 26_379 }], master: "upgrades" } },
    ],
    ["a cluster", { REDIS_URL: "redis-cluster://a:1" }, { redis: { nodes: [{ host: "a", port: 1 }] } }],
    ["where to keep our own", { DATA_DIR: "/var/lib/bot" }, { redis: { dataDirectory: "/var/lib/bot" } }],
    ["a worker", { ROLE: "worker", REDIS_URL: "redis://cache" }, { role: "worker" }],
    [
      "a worker, which nobody calls: no token for that",
      { ROLE: "worker", REDIS_URL: "redis://cache", SLACK_APP_TOKEN: undefined },
      { role: "worker", slack: { botToken: "xoxb-1-secret", appToken: undefined } },
    ],
    ["HTTP mode", http, { slack: { appToken: undefined, http: { signingSecret: "s3cret", port: 3000 } } }],
    [
      "Socket Mode, whatever port the platform sets",
      { PORT: "8080" },
      { slack: { appToken: "xapp-1-secret", http: undefined } },
    ],
    [
      "a page for links, on the way of Socket Mode",
      page,
      {
        slack: { appToken: "xapp-1-secret", http: undefined },
        link: { publicUrl: "https://upgrades.example.com", secret, port: 3000 },
      },
    ],
    [
      "a page for links, on the port of HTTP mode",
      { ...http, ...page, PUBLIC_URL: "https://upgrades.example.com:8443/" },
      {
        slack: { http: { port: 3000 } },
        link: { publicUrl: "https://upgrades.example.com:8443", secret, port: 3000 },
      },
    ],
    [
      "a page for the machine itself",
      { ...page, PUBLIC_URL: "http://127.0.0.1:3000" },
      { link: { publicUrl: "http://127.0.0.1:3000" } },
    ],
    [
      "a port without a page, and a secret without one",
      { PORT: "80", LINK_SECRET: secret },
      { link: undefined },
    ],
    [
      "a worker, which has no page",
      { ROLE: "worker", REDIS_URL: "redis://cache", ...page },
      { role: "worker", link: undefined },
    ],
    [
      "a worker of a fleet whose approvals need one",
      { ROLE: "worker", REDIS_URL: "redis://cache", FLEET_FILE: linkFleetFile },
      { fleet: { environments: [{ approvals: { mode: "slack+link" } }] } },
    ],
    [
      "approvals by link",
      { ...page, FLEET_FILE: linkFleetFile },
      { fleet: { environments: [{ approvals: { mode: "slack+link" } }] } },
    ],
    ["a file for the audit", { AUDIT_FILE: "/var/log/audit.jsonl" }, { auditFile: "/var/log/audit.jsonl" }],
    [
      "a worker, which takes no orders: what belongs to bots is let be",
      { ROLE: "worker", REDIS_URL: "redis://cache", SLACK_SIGNING_SECRET: "s3cret", PORT: "3000" },
      { role: "worker", slack: { http: undefined } },
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
    "SLACK_APP_TOKEN is missing: the app-level token for Socket Mode with scope connections:write, which begins with xapp- (Slack app page, Basic Information). For HTTP mode set SLACK_SIGNING_SECRET and PORT instead";
  const badRedis =
    "REDIS_URL must begin with redis:// (one server), redis-sentinel:// or redis-cluster://, or with rediss, rediss-sentinel or rediss-cluster for TLS; for example redis://127.0.0.1:6379";
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
      "a signing secret without a port",
      { SLACK_APP_TOKEN: undefined, SLACK_SIGNING_SECRET: "s3cret" },
      ["PORT is missing: HTTP mode (SLACK_SIGNING_SECRET) needs a port to listen on, for example 3000"],
    ],
    [
      "a port without a signing secret",
      { SLACK_APP_TOKEN: undefined, PORT: "3000" },
      [
        "SLACK_SIGNING_SECRET is missing: HTTP mode (PORT) needs it to tell Slack's requests from forged ones (Slack app page, Basic Information). For Socket Mode set SLACK_APP_TOKEN instead",
      ],
    ],
    [
      "both ways of Slack at once",
      { SLACK_SIGNING_SECRET: "s3cret", PORT: "3000" },
      [
        "SLACK_APP_TOKEN and SLACK_SIGNING_SECRET are both set, but Slack sends orders one way alone: unset SLACK_SIGNING_SECRET for Socket Mode, or SLACK_APP_TOKEN for HTTP mode",
      ],
    ],
    [
      "one port for two things",
      { ...http, HEALTH_PORT: "3000" },
      ["HEALTH_PORT must be another port than PORT: only Slack's requests belong on that one"],
    ],
    [
      "the page's port for health, too",
      { ...page, HEALTH_PORT: "3000" },
      ["HEALTH_PORT must be another port than PORT: only the page of PUBLIC_URL belongs on that one"],
    ],
    [
      "one port for three things",
      { ...http, ...page, HEALTH_PORT: "3000" },
      ["HEALTH_PORT must be another port than PORT: only Slack's requests belong on that one"],
    ],
    [
      "a page without a port",
      { ...page, PORT: undefined },
      ["PORT is missing: PUBLIC_URL needs a port where the bot serves its page, for example 3000"],
    ],
    [
      "a page without a port in HTTP mode, told once",
      { ...http, ...page, PORT: undefined },
      ["PORT is missing: HTTP mode (SLACK_SIGNING_SECRET) needs a port to listen on, for example 3000"],
    ],
    ["a page and a port, but no way to Slack", { ...page, SLACK_APP_TOKEN: undefined }, [noAppToken]],
    [
      "a page without a secret",
      { ...page, LINK_SECRET: undefined },
      [
        "LINK_SECRET is missing: PUBLIC_URL needs it to sign its links; at least 32 characters that nobody can guess, such as openssl rand -hex 32",
      ],
    ],
    [
      "a secret that can be guessed",
      { ...page, LINK_SECRET: "hunter2" },
      [
        "LINK_SECRET is too short: at least 32 characters that nobody can guess, such as openssl rand -hex 32",
      ],
    ],
    ...[
      "http://upgrades.example.com",
      "https://upgrades.example.com/bot",
      "https://upgrades.example.com/?a=b",
      "https://upgrades.example.com/#a",
      "https://ana:pw@upgrades.example.com",
      "ftp://127.0.0.1",
      "http://127.0.0.1.example.com",
      "upgrades.example.com",
    ].map((PUBLIC_URL): [string, Variables, string[]] => [
      `a page at ${PUBLIC_URL}`,
      { ...page, PUBLIC_URL },
      ["PUBLIC_URL must be an https address without a path, such as https://upgrades.example.com"],
    ]),
    [
      "approvals by link without a page",
      { FLEET_FILE: linkFleetFile },
      [
        `${linkFleetFile}:7: environments[0].approvals.mode needs PUBLIC_URL, where the bot serves the page of the link: set it, or write slack`,
      ],
    ],
    ["a port that is none", { ...http, PORT: "web" }, ["PORT must be a port, for example 8080"]],
    ["a port too high", { ...http, PORT: "70000" }, ["PORT must be below 65536"]],
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
    ["a link's secret", { ...page, LINK_SECRET: "hunter2" }],
    ["a page's password", { ...page, PUBLIC_URL: "https://bot:hunter2@example.com" }],
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
