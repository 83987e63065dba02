import type { AuditLine } from "./entry.js";

/** A line of a history: an entry, or small ones of one run (or cluster) that belong together. */
export interface Gathered {
  /** The newest. */
  readonly line: AuditLine;
  /** What they are, where there may be several. */
  readonly small?: "kubernetes" | "aws" | "events";
  readonly count: number;
  readonly failed: number;
}

/** Node by node, phase by phase: what nobody reads one by one. */
const details: ReadonlySet<string> = new Set([
  ...["UpdateRequested", "UpdateStarted", "PhaseStarted", "PhaseFinished", "PhaseSkipped"],
  ...[
    "NodeJoined",
    "NodeReady",
    "NodeUnschedulable",
    "NodeDraining",
    "NodeEmpty",
    "NodeTerminating",
    "NodeGone",
  ],
  ...["DrainBlocked", "DrainBlockLasts", "DrainUnblocked", "QuestionAsked", "QuestionClosed", "AnswerFailed"],
  ...["OwnerRestarted", "OwnerSurged", "OwnerRestored", "Changed", "PutBack", "SizesMoved"],
  ...["ProblemMet", "ProblemLasts", "ProblemCleared", "StepSucceeded"],
]);

function smallness({ kind, what }: AuditLine): Gathered["small"] {
  if (kind === "write") return what.startsWith("kubernetes:") ? "kubernetes" : "aws";
  return details.has(what) ? "events" : undefined;
}

/**
 * Puts small entries of a run together, as far as nothing else of that run lies between them: others may go on beside it.
 * Lines are taken newest first.
 */
export function gatherer() {
  const found: { line: AuditLine; small?: "kubernetes" | "aws" | "events"; count: number; failed: number }[] =
    [];
  const open = new Map<string, (typeof found)[number]>();
  const smalls = ["kubernetes", "aws", "events"] as const;
  return {
    /** False: it belongs to what is there already. */
    take(line: AuditLine): boolean {
      const whose = line.run ?? line.cluster ?? line.who;
      const small = smallness(line);
      const failed = line.outcome === "failed" ? 1 : 0;
      const same = small && open.get(`${small} ${whose}`);
      if (same) {
        same.count += 1;
        same.failed += failed;
        return false;
      }
      const item = { line, count: 1, failed, ...(small && { small }) };
      if (small) open.set(`${small} ${whose}`, item);
      else for (const each of smalls) open.delete(`${each} ${whose}`);
      found.push(item);
      return true;
    },
    all: (): readonly Gathered[] => found,
  };
}
