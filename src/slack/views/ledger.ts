import { leftIn } from "../../core/decide-repair.js";
import type { LedgerEntry } from "../../core/roll/ledger.js";
import type { GroupTemplate } from "../../core/roll/seen.js";
import type { Run } from "../../core/run.js";
import { pairs } from "../progress.js";
import { code, foreign, listed, plural } from "../text.js";

/** What of ours a run has out there, the latest first: a line each, with how it was before. */
export function leftLines(run: Run): string[] {
  return pairs(run).flatMap(([step, progress]) =>
    leftIn(progress).flatMap((entry) => entryWords(entry, code(step.nodeGroup, 80))),
  );
}

function entryWords(entry: LedgerEntry, group: string): string[] {
  switch (entry.kind) {
    case "template version":
      return [];
    case "group template":
      return [`${group} takes ${templateWords(entry.after)} (before: ${templateWords(entry.before)})`];
    case "processes":
      return [`${group}: ${foreign(listed(entry.suspended, "and"), 200)} suspended`];
    case "sizes":
      return [`${group}: ${sizeWords(entry)}`];
    case "tags":
      return [`${group}: tags ${code("eks-upgrade-bot:…")}`];
    case "node marks":
      return [`${group}: marks on its nodes (taint, load balancer label, autoscaler annotation, cordon)`];
    case "owner surged":
      return [
        `${code(`${entry.owner.kind.toLowerCase()} ${entry.owner.namespace}/${entry.owner.name}`)}: one replica more (before: ${entry.from})`,
      ];
  }
}

function sizeWords({ before, ours, maxRaisedBy }: Extract<LedgerEntry, { kind: "sizes" }>): string {
  const parts = [
    ours > 0 ? `${plural(ours, "node")} more than others want` : undefined,
    maxRaisedBy > 0 ? `maximum raised by ${maxRaisedBy}` : undefined,
  ].filter((part) => part !== undefined);
  const was = `min ${before.min}, desired ${before.desired}, max ${before.max}`;
  return `${listed(parts, "and") || "sizes touched"} (before: ${was})`;
}

function templateWords(template: GroupTemplate): string {
  if (template.kind === "launch configuration") return `launch configuration ${code(template.name)}`;
  return `version ${foreign(template.template.version, 20)} of launch template ${code(template.template.name)}`;
}
