import { randomBytes } from "node:crypto";
import type { ScenarioRole } from "../scenarios/environments.js";
import type { Session } from "../world/sessions.js";
import { Refusal } from "../world/state.js";
import type { Here } from "./here.js";
import { number, text } from "./input.js";
import { isoTime, querySkin } from "./query.js";
import type { Input } from "./skin.js";

/** Seconds: the least and the most that can be asked for, and what a role allows unless its owner says otherwise. */
const shortest = 900;
const longest = 43_200;
const usual = 3600;

export const sts = querySkin("sts", "https://sts.amazonaws.com/doc/2011-06-15/", {
  GetCallerIdentity({ caller, account }) {
    const session = caller.slice(caller.lastIndexOf("/") + 1);
    return { Arn: caller, UserId: `AROAEXAMPLEPLAYGROUND:${session}`, Account: account };
  },

  AssumeRole(here, input) {
    const name = sessionName(input);
    const seconds = durationOf(input);
    const role = roleFor(here, input);
    const session = begin(role, name, seconds);
    here.world.sessions.set(session.accessKeyId, session);
    return {
      Credentials: {
        AccessKeyId: session.accessKeyId,
        SecretAccessKey: session.secretAccessKey,
        SessionToken: session.sessionToken,
        Expiration: isoTime(session.endsAt),
      },
      AssumedRoleUser: { AssumedRoleId: `AROAEXAMPLEPLAYGROUND:${name}`, Arn: session.arn },
    };
  },
});

/** A role that does not exist, and one whose trust policy says no, are refused alike: nobody learns which it was. */
function roleFor({ world, caller }: Here, input: Input): ScenarioRole {
  const arn = text(input, "RoleArn") ?? "";
  const role = world.scenario.roles?.find((known) => known.arn === arn);
  const isKnown = role && (role.externalId === undefined || role.externalId === text(input, "ExternalId"));
  if (isKnown && !role.denied) return role;
  throw new Refusal(
    "AccessDenied",
    `User: ${caller} is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
  );
}

function sessionName(input: Input): string {
  const name = text(input, "RoleSessionName") ?? "";
  if (/^[\w+=,.@-]{2,64}$/.test(name)) return name;
  throw new Refusal(
    "ValidationError",
    `1 validation error detected: Value '${name}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
  );
}

function durationOf(input: Input): number {
  const seconds = number(input, "DurationSeconds") ?? usual;
  const violated =
    seconds < shortest
      ? `greater than or equal to ${shortest}`
      : seconds > longest
        ? `less than or equal to ${longest}`
        : undefined;
  if (violated)
    throw new Refusal(
      "ValidationError",
      `1 validation error detected: Value '${seconds}' at 'durationSeconds' failed to satisfy constraint: Member must have value ${violated}`,
    );
  if (seconds > usual)
    throw new Refusal(
      "ValidationError",
      "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    );
  return seconds;
}

function begin({ arn, account }: ScenarioRole, name: string, seconds: number): Session {
  const role = arn.slice(arn.lastIndexOf("/") + 1);
  return {
    accessKeyId: `ASIA${randomBytes(8).toString("hex").toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString("base64"),
    sessionToken: randomBytes(180).toString("base64"),
    account,
    arn: `arn:aws:sts::${account}:assumed-role/${role}/${name}`,
    // To the second, as STS tells it.
    endsAt: Math.floor(Date.now() / 1000 + seconds) * 1000,
  };
}
