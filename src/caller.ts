/** By which name AWS and Kubernetes know who asks: their own records tell the same story as ours. */
export interface Caller {
  /** Of the session in an assumed role: part of the ARN that CloudTrail shows. 2 to 64 of the characters that STS takes. */
  readonly sessionName: string;
  /** Sent with every request: CloudTrail and the API server's audit log keep it. "run/calm-heron-42" */
  readonly userAgent: readonly string[];
}

const bot = "eks-upgrade-bot";

/** Looks that belong to no run, at a few things or at a whole fleet. */
export const looking: Readonly<Record<"plan" | "scan", Caller>> = {
  plan: { sessionName: `${bot}-plan`, userAgent: [bot, "plan"] },
  scan: { sessionName: `${bot}-scan`, userAgent: [bot, "scan"] },
};

/** STS takes 64 characters; a run's id has 20 at most, a person's 11 so far. */
const longest = { run: 40, person: 23 };

export function callerOf(run: { readonly id: string; readonly requestedBy: string }): Caller {
  const id = named(run.id, longest.run);
  const person = named(run.requestedBy, longest.person);
  return { sessionName: `${id}@${person}`, userAgent: [bot, `run/${id}`, `by/${person}`] };
}

/** Only what all of them take: STS refuses whole calls over a character. */
function named(text: string, most: number): string {
  return text.replace(/[^\w+=,.-]/g, "-").slice(0, most) || "unknown";
}
