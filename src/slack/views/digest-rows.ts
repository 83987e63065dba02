import {
  type Concern,
  type DigestContent,
  type DigestRow,
  type Severity,
  severities,
} from "../../core/scan/digest.js";
import { capital, clean, code, foreign, listed, plural } from "../text.js";
import { canUpgrade } from "./digest-actions.js";
import { problemWords } from "./plan.js";

/** The words of a digest's rows: the same in the message, in its thread, in `check` and in App Home. */

/** Names are cut where there are many rows; a button carries the whole key. */
const nameRoom = 100;
const releaseRoom = 60;
const whyRoom = 400;

const marks: Readonly<Record<Severity, string>> = {
  critical: ":red_circle:",
  warning: ":large_yellow_circle:",
  notice: ":white_circle:",
};

/** A row as people read it on a phone: what it is, why it matters, and what to do where no button does it. */
export function rowLines(row: DigestRow, isNews = false): string[] {
  const todo = todoWords(row);
  return [
    `${marks[row.severity]} *${rowName(row)}*${kindWords(row)}  ${fromTo(row)}`,
    foreign([`${capital(row.severity)}${isNews ? " (new)" : ""}`, ...whyWords(row)].join(" · "), whyRoom),
    ...(todo === undefined ? [] : [`To do: ${todo}.`]),
  ];
}

/** In one line, for notifications and screen readers, which show no blocks. */
export function rowLine(row: DigestRow): string {
  const what = `${capital(row.severity)}: ${rowName(row)}${kindWords(row)} ${fromTo(row)}`;
  return [what, ...whyWords(row).map((words) => foreign(words, whyRoom))].join(", ");
}

/** "eks-workshop/default"; "eks-workshop" for its control plane. In mrkdwn. */
export function rowName({ cluster, group }: DigestRow): string {
  const name = foreign(cluster, nameRoom);
  return group ? `${name}/${foreign(group.name, nameRoom)}` : name;
}

/** What to type to upgrade it. */
export function startWords({ cluster, group }: DigestRow, option = ""): string {
  return code(`/eks-upgrade start ${cluster}/${group?.name ?? ""}${option}`, 400);
}

function kindWords({ group }: DigestRow): string {
  if (!group) return " (control plane)";
  return group.kind === "self-managed node group" ? " (self-managed)" : "";
}

function fromTo(row: DigestRow): string {
  const from = `${row.group ? "" : "Kubernetes "}${foreign(row.from, releaseRoom)}`;
  if (row.to === undefined) return from;
  const to = foreign(row.to, releaseRoom);
  return row.group && !canUpgrade(row) ? `${from} (AWS now lists ${to})` : `${from} → ${to}`;
}

type Behind = Pick<DigestRow, "daysBehind" | "releasesBehind">;

/** How far behind, and why it matters: the worst first. Not in mrkdwn. */
function whyWords(row: DigestRow): string[] {
  const behind = behindWords(row) ?? (canUpgrade(row) ? "a newer release is out" : undefined);
  return [behind, ...row.concerns.map(concernWords)].filter((words) => words !== undefined);
}

/** Undefined where nobody can say how far. */
export function behindWords({ daysBehind, releasesBehind }: Behind): string | undefined {
  const releases = releasesBehind === undefined ? undefined : plural(releasesBehind, "release");
  if (daysBehind === undefined) return releases && `${releases} behind`;
  const days = daysBehind === 0 ? "less than a day" : plural(daysBehind, "day");
  return `${days} behind${releases === undefined ? "" : ` (${releases})`}`;
}

export function concernWords(concern: Concern): string {
  switch (concern.kind) {
    case "support ends":
      return supportWords(concern);
    case "ended family":
      return "Amazon Linux 2 gets no AMIs any more";
    case "skew":
      return skewWords(concern);
    case "withdrawn":
      return concern.runs
        ? "AWS took back this release"
        : `AWS took back ${clean(concern.release, releaseRoom)}, which was newer`;
    case "old image":
      return `custom AMI, ${plural(concern.days, "day")} old`;
  }
}

function supportWords({ which, days, next }: Extract<Concern, { kind: "support ends" }>): string {
  if (days < 0) {
    const then =
      next === "costs more" ? "extended support costs more" : "EKS upgrades the control plane any day";
    return `${which} support ended ${plural(-days, "day")} ago: ${then}`;
  }
  const then = next === "costs more" ? "extended support costs more" : "EKS upgrades the control plane then";
  return `${which} support ends ${inDays(days)}: ${then}`;
}

/** "today", "in 1 day", "in 45 days". */
export function inDays(days: number): string {
  return days === 0 ? "today" : `in ${plural(days, "day")}`;
}

function skewWords({ kubelet, behind, allowed }: Extract<Concern, { kind: "skew" }>): string {
  const lag = `kubelet ${clean(kubelet, releaseRoom)} is ${plural(behind, "version")} behind the control plane`;
  if (behind > allowed) return `${lag}, more than the ${allowed} that Kubernetes allows`;
  return behind === allowed ? `${lag}, the most that Kubernetes allows` : lag;
}

/** What helps where *Upgrade* does not. In mrkdwn. */
export function todoWords(row: DigestRow): string | undefined {
  const { group, concerns, to } = row;
  if (!group)
    return to === undefined ? "upgrade the control plane in EKS" : `upgrade it to ${foreign(to)} in EKS`;
  const ours = group.kind === "self-managed node group";
  if (concerns.some(({ kind }) => kind === "ended family")) {
    return "move its pods to a node group with Amazon Linux 2023 or Bottlerocket";
  }
  const skew = concerns.find((concern) => concern.kind === "skew");
  if (concerns.some(({ kind }) => kind === "old image") || (skew && isImage(row.from))) {
    return `build a newer AMI, then ${startWords(row, " --ami <its id>")}`;
  }
  if (concerns.some((concern) => concern.kind === "withdrawn" && concern.runs)) {
    const back = ours ? `, or go back: ${startWords(row, " --ami <an older one>")}` : "";
    return `wait for the next release${back}`;
  }
  if (!skew || skew.behind < skew.allowed || (ours && canUpgrade(row))) return undefined;
  // A self-managed group goes to the control plane's version by itself, a managed one stays at its own.
  return `bring it to the control plane's version: ${startWords(row, ` --to ${minorAfter(skew.kubelet, skew.behind)}`)}`;
}

function isImage(from: string): boolean {
  return from.startsWith("ami-");
}

/** "1.31" and 3 make "1.34". */
function minorAfter(minor: string, count: number): string {
  const [major = "1", number = "0"] = minor.split(".");
  return `${major}.${Number(number) + count}`;
}

/** "2 critical, 1 warning, 9 notices"; empty without rows. */
export function severityCounts(rows: readonly Pick<DigestRow, "severity">[]): string {
  return severities
    .flatMap((severity) => {
      const count = rows.filter((row) => row.severity === severity).length;
      if (count === 0) return [];
      return [severity === "critical" ? `${count} critical` : plural(count, severity)];
    })
    .join(", ");
}

/** "prod", "prod and test", "5 environments". Not in mrkdwn. */
export function placesWords(environments: readonly string[]): string {
  return environments.length > 3 || environments.length === 0
    ? plural(environments.length, "environment")
    : listed(
        environments.map((name) => clean(name, 60)),
        "and",
      );
}

/** What could not be looked at, by name: "`shop` and 3 more". */
export function unseenWords(problems: DigestContent["problems"]): string {
  const names = [...new Set(problems.map(({ name }) => code(name, nameRoom)))];
  const named = names.slice(0, 2);
  const more = names.length - named.length;
  return listed(more > 0 ? [...named, `${more} more`] : named, "and");
}

/** What could not be looked at, why, and what to do about it; no lines where everything could. */
export function problemLines(problems: DigestContent["problems"]): string[] {
  if (problems.length === 0) return [];
  const lines = problems.map(
    ({ environment, name, problem }) =>
      `• *${foreign(name, nameRoom)}* (${foreign(environment, 60)}): ${problemWords(problem, 250)}`,
  );
  return [":warning: *Not looked at, or not in full:*", ...lines];
}

/** The columns of a row in a table, whose cells Slack shows as they are. */
export const columns = [
  "Severity",
  "Environment",
  "Cluster",
  "Node group",
  "Runs",
  "Newest",
  "Days behind",
  "Nodes",
  "Why",
] as const;

export function rowCells(row: DigestRow): (string | number)[] {
  const { cluster, group, from, to, daysBehind, nodes } = row;
  return [
    capital(row.severity),
    filled(row.environment, 40),
    filled(cluster, nameRoom),
    group ? filled(`${group.name}${kindWords(row)}`, nameRoom + 20) : "control plane",
    filled(from, releaseRoom),
    filled(to ?? "", releaseRoom),
    daysBehind ?? "–",
    nodes ?? "–",
    filled(row.concerns.map(concernWords).join(" · "), whyRoom),
  ];
}

/** Slack takes no empty cell. */
function filled(text: string, max: number): string {
  return clean(text, max) || "–";
}

/** What "nothing is behind" does not speak of. */
export function uncomparedWords({ looked: { uncompared } }: Pick<DigestContent, "looked">): string {
  if (uncompared === undefined) return "";
  return `, ${uncompared} of which I cannot compare with a release (${code("/eks-upgrade list")} shows which)`;
}
