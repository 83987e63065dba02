import { Refusal, type World } from "../world/state.js";

export interface Caller {
  readonly account: string;
  /** Its ARN. */
  readonly caller: string;
}

/**
 * Whom the credentials of a request belong to: a role's session, which must not have ended in real time, or for any
 * other key the scenario's own account. Throws a Refusal for a session that nobody began, or that is over.
 */
export function callerOf(
  { sessions, scenario: { account } }: World,
  accessKeyId: string,
  sessionToken: string | undefined,
): Caller {
  if (!accessKeyId.startsWith("ASIA"))
    return { account, caller: `arn:aws:sts::${account}:assumed-role/eks-upgrade-bot/playground` };
  const session = sessions.get(accessKeyId);
  if (!session || session.sessionToken !== sessionToken)
    throw new Refusal(
      "UnrecognizedClientException",
      "The security token included in the request is invalid.",
    );
  if (Date.now() >= session.endsAt)
    throw new Refusal("ExpiredTokenException", "The security token included in the request is expired");
  return { account: session.account, caller: session.arn };
}
