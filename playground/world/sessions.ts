/** What somebody acts with who assumed a role. */
export interface Session {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly account: string;
  /** Of the role's session: "arn:aws:sts::111122223333:assumed-role/eks-upgrade-bot/playground". */
  readonly arn: string;
  /** Real milliseconds: clients hold it against their own clock. */
  readonly endsAt: number;
}

/** Credentials that are good now, of an account; undefined for a key of another one, and for a session that is over. */
export function sessionOf(
  sessions: ReadonlyMap<string, Session>,
  accessKeyId: string,
  account: string,
): Session | undefined {
  const session = sessions.get(accessKeyId);
  return session?.account === account && Date.now() < session.endsAt ? session : undefined;
}
