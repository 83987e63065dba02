import { readFileSync } from "node:fs";
import { z } from "zod";
import type { ClockSetting } from "./clock.js";
import { type At, type Fleet, parseFleet } from "./fleet.js";
import { parseRedisUrl, type RedisAddress } from "./redis/address.js";

/** Everything the bot is told from outside. Secrets and addresses come from the environment, people and clusters from fleet.yaml. */
export interface Config {
  readonly role: "all" | "bot" | "worker";
  readonly slack: {
    readonly botToken: string;
    /** Socket Mode: the bot calls Slack. Undefined for workers, which take no orders, and in HTTP mode. */
    readonly appToken: string | undefined;
    /** HTTP mode: Slack calls the bot. Undefined for workers and in Socket Mode. */
    readonly http: { readonly signingSecret: string; readonly port: number } | undefined;
    readonly apiUrl: string | undefined;
  };
  readonly redis: RedisAddress | { readonly dataDirectory: string };
  readonly fleet: Fleet;
  /** Where something of the fleet's file stands, for what is found to be wrong with it later. */
  readonly fleetAt: At;
  /** Where people open the links that approve (`slack+link`), and what those are signed with. Undefined for workers. */
  readonly link: { readonly publicUrl: string; readonly secret: string; readonly port: number } | undefined;
  /** The audit is appended to it, beside its stream in Redis. */
  readonly auditFile: string | undefined;
  readonly logLevel: string;
  readonly clock: ClockSetting | undefined;
  /** Where /healthz and /readyz are served; absent: nowhere. */
  readonly healthPort: number | undefined;
}

/** Every problem at once, each with the name of what is wrong and what to write. The process ends with code 78 (EX_CONFIG). */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n"));
  }
}

const url = z.url({
  protocol: /^https?$/,
  error: "is not an address: write it like http://127.0.0.1:3000/api/",
});

const publicUrl = z
  .string()
  .refine(isPublic, {
    error: "must be an https address without a path, such as https://upgrades.example.com",
  })
  .transform((text) => new URL(text).origin);

/** The page must be at its root, and out of reach of whoever listens on the way; nobody does on the machine itself. */
function isPublic(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, pathname, search, hash } = new URL(text);
  const local = protocol === "http:" && ["127.0.0.1", "[::1]", "localhost"].includes(hostname);
  const bare = `${username}${password}${search}${hash}` === "" && pathname === "/";
  return bare && (protocol === "https:" || local);
}

const port = z
  .string()
  .regex(/^\d{1,5}$/, { error: "must be a port, for example 8080" })
  .transform(Number)
  .refine((number) => number < 65_536, { error: "must be below 65536" });

type Given = Readonly<Record<string, string | undefined>>;

const environment = z.object({
  ROLE: z.enum(["all", "bot", "worker"], { error: "must be all, bot or worker" }).default("all"),
  SLACK_BOT_TOKEN: z
    .string({
      error:
        "is missing: the bot user's token, which begins with xoxb- (Slack app page, OAuth & Permissions)",
    })
    .startsWith("xoxb-", { error: "is not a bot token: it must begin with xoxb-" }),
  SLACK_APP_TOKEN: z
    .string()
    .startsWith("xapp-", { error: "is not an app-level token: it must begin with xapp-" })
    .optional(),
  SLACK_SIGNING_SECRET: z.string().optional(),
  PORT: port.optional(),
  PUBLIC_URL: publicUrl.optional(),
  LINK_SECRET: z
    .string()
    .min(32, {
      error: "is too short: at least 32 characters that nobody can guess, such as openssl rand -hex 32",
    })
    .optional(),
  SLACK_API_URL: url.optional(),
  REDIS_URL: z
    .string()
    .transform((text, context): RedisAddress => {
      const parsed = parseRedisUrl(text);
      if ("address" in parsed) return parsed.address;
      context.addIssue({ code: "custom", message: parsed.problem });
      return z.NEVER;
    })
    .optional(),
  DATA_DIR: z.string().default("./data"),
  FLEET_FILE: z.string().default("fleet.yaml"),
  LOG_LEVEL: z
    .enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"], {
      error: "must be fatal, error, warn, info, debug, trace or silent",
    })
    .default("info"),
  HEALTH_PORT: port.optional(),
  AUDIT_FILE: z.string().optional(),
  CLOCK: z
    .string()
    .regex(/^\d+,\d+,\d+(\.\d+)?$/, {
      error: "must be <real origin>,<world origin>,<speed> (leave it unset in production)",
    })
    .transform((text): ClockSetting => {
      const [realOrigin = 0, worldOrigin = 0, speed = 1] = text.split(",").map(Number);
      return { realOrigin, worldOrigin, speed };
    })
    .refine((setting) => setting.speed > 0, { error: "needs a speed above 0" })
    .optional(),
});

/** Reads and checks everything. @throws ConfigError with every problem found in the environment and in the fleet file. */
export function readConfig(variables: Given): Config {
  const given: Given = Object.fromEntries(
    Object.entries(variables).filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = environment.safeParse(given);
  const problems = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`);
  const role = given.ROLE;
  if (role !== "worker") problems.push(...waysOfSlack(given), ...pageOfLinks(given));
  // A worker is asked for no link, and shows no page.
  const servesLinks = role === "worker" || given.PUBLIC_URL !== undefined;
  const fleet = readFleet(given.FLEET_FILE ?? "fleet.yaml", servesLinks);
  if ("problems" in fleet) problems.push(...fleet.problems);
  if ((role === "bot" || role === "worker") && !given.REDIS_URL) {
    problems.push(
      `REDIS_URL is missing: ROLE=${role} shares its Redis with other processes, so it must be told where it is`,
    );
  }
  if (problems.length > 0 || !parsed.success || !("fleet" in fleet)) throw new ConfigError(problems);

  const { data } = parsed;
  return {
    role: data.ROLE,
    ...portUsers(data),
    redis: data.REDIS_URL ?? { dataDirectory: data.DATA_DIR },
    fleet: fleet.fleet,
    fleetAt: fleet.at,
    auditFile: data.AUDIT_FILE,
    logLevel: data.LOG_LEVEL,
    clock: data.CLOCK,
    healthPort: data.HEALTH_PORT,
  };
}

/** What listens on the port; a worker does not. */
function portUsers(data: z.infer<typeof environment>): Pick<Config, "slack" | "link"> {
  const { SLACK_SIGNING_SECRET: signingSecret, PUBLIC_URL: publicUrl, LINK_SECRET: secret } = data;
  const port = data.ROLE === "worker" ? undefined : data.PORT;
  const slack = {
    ...{ botToken: data.SLACK_BOT_TOKEN, appToken: data.SLACK_APP_TOKEN, apiUrl: data.SLACK_API_URL },
    http: signingSecret !== undefined && port !== undefined ? { signingSecret, port } : undefined,
  };
  if (publicUrl === undefined || secret === undefined || port === undefined)
    return { slack, link: undefined };
  return { slack, link: { publicUrl, secret, port } };
}

/**
 * Slack sends orders one way alone, so both at once would leave people with a bot that hears nothing. A PORT beside an
 * app token is let be: many platforms set it for every process, and with PUBLIC_URL the page of links is served there.
 */
function waysOfSlack(given: Given): string[] {
  const { SLACK_APP_TOKEN: appToken, SLACK_SIGNING_SECRET: secret, PORT } = given;
  if (appToken && secret) {
    return [
      "SLACK_APP_TOKEN and SLACK_SIGNING_SECRET are both set, but Slack sends orders one way alone: unset SLACK_SIGNING_SECRET for Socket Mode, or SLACK_APP_TOKEN for HTTP mode",
    ];
  }
  if (secret && !PORT) {
    return ["PORT is missing: HTTP mode (SLACK_SIGNING_SECRET) needs a port to listen on, for example 3000"];
  }
  if (secret && Number(PORT) === Number(given.HEALTH_PORT)) {
    return ["HEALTH_PORT must be another port than PORT: only Slack's requests belong on that one"];
  }
  if (!appToken && !secret && PORT && !given.PUBLIC_URL) {
    return [
      "SLACK_SIGNING_SECRET is missing: HTTP mode (PORT) needs it to tell Slack's requests from forged ones (Slack app page, Basic Information). For Socket Mode set SLACK_APP_TOKEN instead",
    ];
  }
  if (!appToken && !secret) {
    return [
      "SLACK_APP_TOKEN is missing: the app-level token for Socket Mode with scope connections:write, which begins with xapp- (Slack app page, Basic Information). For HTTP mode set SLACK_SIGNING_SECRET and PORT instead",
    ];
  }
  return [];
}

/** What the page of links needs beside its address. */
function pageOfLinks(given: Given): string[] {
  const { PUBLIC_URL, LINK_SECRET, PORT, SLACK_SIGNING_SECRET } = given;
  if (!PUBLIC_URL) return [];
  const problems: string[] = [];
  if (!LINK_SECRET) {
    problems.push(
      "LINK_SECRET is missing: PUBLIC_URL needs it to sign its links; at least 32 characters that nobody can guess, such as openssl rand -hex 32",
    );
  }
  // In HTTP mode the port is Slack's, too, and was asked for.
  if (SLACK_SIGNING_SECRET) return problems;
  if (!PORT) {
    problems.push("PORT is missing: PUBLIC_URL needs a port where the bot serves its page, for example 3000");
  } else if (Number(PORT) === Number(given.HEALTH_PORT)) {
    problems.push(
      "HEALTH_PORT must be another port than PORT: only the page of PUBLIC_URL belongs on that one",
    );
  }
  return problems;
}

function readFleet(file: string, servesLinks: boolean): { fleet: Fleet; at: At } | { problems: string[] } {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const why =
      error instanceof Error && "code" in error && error.code === "ENOENT"
        ? "there is no such file"
        : String(error);
    return {
      problems: [
        `FLEET_FILE ${file}: ${why}. Copy fleet.example.yaml to fleet.yaml and name your clusters and people`,
      ],
    };
  }
  return parseFleet(text, file, { servesLinks });
}
