import { constants, existsSync } from "node:fs";
import { access } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Config } from "../config.js";
import type { RedisAddress } from "../redis/address.js";
import { connectRedis, untilReady } from "../redis/connection.js";
import { policiesOf, whyUnfit } from "../redis/fitness.js";
import { findServer } from "../redis/server.js";
import { type ServerFacts, serverFacts } from "../redis/server-facts.js";
import { attempt } from "./attempt.js";
import { type Finding, failed, lacking, ok, untried } from "./finding.js";

/** Where runs are kept. `path`: where programs are looked for. */
export async function redisFindings({ redis }: Config, path: string): Promise<readonly Finding[]> {
  if (!("dataDirectory" in redis)) return serverFindings(redis);
  const tried = await Promise.all([ownServer(path), dataDirectory(redis.dataDirectory)]);
  return tried.flat();
}

/** Less than the 10 s of a check, so that the connection's own words are heard. */
const readyWithin = 8_000;

interface Answers {
  readonly unfit: string | undefined;
  readonly policies: readonly (string | undefined)[];
  readonly servers: readonly ServerFacts[];
}

async function serverFindings(address: RedisAddress): Promise<readonly Finding[]> {
  const connection = connectRedis(address, "producer", () => {});
  const ask = async (signal: AbortSignal): Promise<Answers> => {
    await untilReady(connection, readyWithin, signal);
    const unfit = await whyUnfit(connection);
    return { unfit, policies: await policiesOf(connection), servers: await serverFacts(connection) };
  };
  const { findings, got } = await attempt(ask, {
    title: "REDIS_URL",
    found: reached,
    failed: (error) => (error instanceof Error ? sentences(error.message) : undefined),
  });
  connection.disconnect();
  return [...findings, ...(got?.servers ?? []).flatMap(serverFinding)];
}

function reached({ unfit, policies }: Answers): Finding {
  if (unfit !== undefined) return sentences(unfit);
  return policies.every((policy) => policy === "noeviction")
    ? ok("reached, and keeps every key (noeviction)")
    : untried("reached, and does not say its maxmemory-policy", "See that it is noeviction.");
}

/** The first sentence says what is wrong; the rest, what to do. */
function sentences(text: string): Finding {
  const [, what = text, next = ""] = /^(.+?)\. (.+)$/s.exec(text) ?? [];
  return failed(what.replace(/\.$/, ""), next || "Check the address, the firewall, and that Redis runs.");
}

const oldest = 6.2;

function serverFinding({ version, appendOnly, replica }: ServerFacts): Finding[] {
  const found: Finding[] = [versionFinding(version)];
  if (replica) found.push(failed("role: a replica, which takes no writes", "Name the primary in REDIS_URL."));
  if (appendOnly === true) found.push(ok("persistence: append-only file"));
  if (appendOnly === false) {
    const lost = "if Redis crashes it forgets the latest steps, and an update may be followed by nobody";
    found.push(lacking(`persistence: no append-only file; ${lost}`, 'Set "appendonly yes" in redis.conf.'));
  }
  return found;
}

function versionFinding(version: string | undefined): Finding {
  if (version === undefined) return untried("version: the server does not say", "6.2 or later is needed.");
  const [major = "0", minor = "0"] = version.split(".");
  return Number(major) + Number(minor) / 10 >= oldest
    ? ok(`version: ${version}`)
    : failed(`version: ${version} is too old`, `Use Redis ${oldest} or later, or Valkey.`);
}

/** Without REDIS_URL the bot starts a server of its own. That it can be found is all that is tried. */
async function ownServer(path: string): Promise<readonly Finding[]> {
  const { findings } = await attempt(() => findServer(path), {
    title: "REDIS_URL is not set, so the bot starts its own",
    found: (program) => (program ? ok(program) : failed("no server program is found", install)),
  });
  return findings;
}

const install =
  "Set REDIS_URL, or install one (6.2 or later): apt-get install redis-server, or brew install valkey.";

async function dataDirectory(directory: string): Promise<readonly Finding[]> {
  const { findings } = await attempt(() => writableFrom(resolve(directory)), {
    title: `DATA_DIR ${directory}`,
    found: (there) => ok(there === resolve(directory) ? "can be written" : "can be made"),
    failed: (error) => failed(String(error), "Let the bot's user write there, or set DATA_DIR."),
  });
  return findings;
}

/** The directory, or the nearest one above it that exists: there it would be made. */
async function writableFrom(directory: string): Promise<string> {
  const parent = dirname(directory);
  if (parent !== directory && !existsSync(directory)) return writableFrom(parent);
  await access(directory, constants.W_OK);
  return directory;
}
