import { refusesCredentials } from "../aws/trouble.js";
import { isTrouble } from "../core/problems.js";
import { type Finding, failed } from "./finding.js";

const policy = "docs/permissions/iam-policy.json";

/** What AWS refused, to whom, and where to grant it. Undefined for what is no refusal. */
export function awsTrouble(error: unknown): Finding | undefined {
  if (!isTrouble(error, "denied")) return undefined;
  if (refusesCredentials(error)) return failed(error.code, error.next);
  const who = principalIn(error.cause);
  return failed(`${error.code}${who && ` for ${who}`}`, `${error.next} See ${policy}.`);
}

/**
 * "role eks-upgrade-bot": so much of the ARN that AWS names as is needed to know whose policy it is. The account and
 * the name of a session are left out.
 */
export function principalIn(cause: unknown): string {
  if (!(cause instanceof Error)) return "";
  const [, kind = "", name = ""] =
    /\barn:aws[\w-]*:(?:iam|sts)::\d*:(assumed-role|role|user)\/([\w+=,.@/-]+)/.exec(cause.message) ?? [];
  if (kind === "assumed-role") return `role ${name.split("/")[0]}`;
  return kind && `${kind} ${name}`;
}
