import type { HomeView, KnownBlock } from "@slack/types";
import type { Instant } from "../../core/instant.js";
import type { Lock } from "../../core/locks.js";
import type { Run } from "../../core/run.js";
import type { DigestRow } from "../../core/scan/digest.js";
import type { ClusterFound } from "../../core/scan/scanned.js";
import type { View } from "../limits.js";
import { code, context, foreign, moment, mrkdwn, plural, section, sections } from "../text.js";
import { button } from "./button.js";
import { canUpgrade, upgradeButton } from "./digest-actions.js";
import { fittingRows, worstFirst } from "./digest-order.js";
import { rowLines, severityCounts } from "./digest-rows.js";
import { ageWords, behindCount, clusterHead, isCluster, isNew, type ListedCluster } from "./fleet.js";
import { lockBlocks } from "./locks.js";
import { planTitle, summaryOf } from "./plan.js";
import { open, type RunWithLink, stateLine } from "./status.js";

export const homeRefreshAction = "eks-upgrade:home-refresh";

/** An environment that whoever opens App Home may see. */
export interface HomeEnvironment {
  readonly name: string;
  readonly clusters: readonly ListedCluster[];
  /** What is behind, worst first; what is snoozed is left out. */
  readonly rows: readonly DigestRow[];
  /** They may start upgrades there. */
  readonly mayOperate: boolean;
}

/**
 * Why a run waits for whoever opens App Home:
 * - approval: they may approve it
 * - answer: its drain waits for an answer or a confirmation that they may give
 * - asked: they asked for it, and somebody else has to approve it
 * - failed: they asked for it, and it failed
 */
export type WaitingFor = "approval" | "answer" | "asked" | "failed";

export interface HomeFacts {
  /** Empty: they may see nothing. */
  readonly environments: readonly HomeEnvironment[];
  /** In these environments. */
  readonly locks?: readonly Lock[];
  /** Runs under way in these environments. */
  readonly running: readonly RunWithLink[];
  readonly waiting: readonly (RunWithLink & { readonly why: WaitingFor })[];
}

/** Parts of the view, in characters. Slack documents none for it: as many as a message takes, and a reader. */
const room = { waiting: 2_500, running: 2_500, rows: 4_000, clusters: 4_000 } as const;
const rowsShown = 10;

/** The fleet as whoever opens App Home may see it. */
export function homeView(facts: HomeFacts, now: Instant): HomeView {
  const { environments } = facts;
  if (environments.length === 0) return { type: "home", blocks: [...greeting(), nobody] };
  return {
    type: "home",
    blocks: [
      ...greeting(),
      ...lockBlocks(facts.locks ?? [], now),
      ...waitingBlocks(facts),
      ...runningBlocks(facts, now),
      ...behindBlocks(environments),
      ...fleetBlocks(environments, now),
      ...endBlocks(environments, now),
    ],
  };
}

/** For who is not let in, with why. */
export function closedHome(refused: View): HomeView {
  return { type: "home", blocks: [...greeting(), ...refused.blocks] };
}

function greeting(): KnownBlock[] {
  return [
    section([
      "*EKS upgrades*",
      `I upgrade node groups of Amazon EKS: somebody asks, it is approved where that is asked for, and I tell how it goes. New here? ${code("/eks-upgrade help")}`,
    ]),
  ];
}

const nobody = section([
  "There is nothing that I may show you: you have no part in any environment.",
  "Ask whoever keeps fleet.yaml for a place there.",
]);

function waitingBlocks({ waiting }: HomeFacts): KnownBlock[] {
  if (waiting.length === 0) return [heading("Waits for you", "nothing.")];
  const lines = waiting.map(
    ({ run, link, why }) => `• ${runName(run)} ${waitingWords(run, why)}.${open(link)}`,
  );
  return [heading("Waits for you"), ...sections(lines, hintStatus, room.waiting)];
}

function waitingWords(run: Run, why: WaitingFor): string {
  switch (why) {
    case "approval":
      return `waits for your approval until ${moment(run.expiresAt)}: ${summaryOf(run.plan)}`;
    case "asked":
      return `waits for somebody's approval until ${moment(run.expiresAt)}: you asked for it`;
    case "answer":
      return "asks what to do next: answer in its thread";
    case "failed":
      return "failed, and you asked for it: its live message says why, and what can be done";
  }
}

function runningBlocks({ running }: HomeFacts, now: Instant): KnownBlock[] {
  if (running.length === 0) return [heading("Under way", "nothing.")];
  const lines = running.map(
    ({ run, link }) => `• ${runName(run)} ${summaryOf(run.plan)}. ${stateLine(run, now)}${open(link)}`,
  );
  return [heading("Under way"), ...sections(lines, hintStatus, room.running)];
}

function runName({ plan }: Run): string {
  return `*${planTitle(plan)}* (${foreign(plan.environment, 60)})`;
}

const hintStatus = `All of them: ${code("/eks-upgrade status")}`;

function behindBlocks(environments: readonly HomeEnvironment[]): KnownBlock[] {
  const rows = environments.flatMap((environment) => environment.rows);
  if (rows.length === 0) {
    const scanned = environments.some(({ clusters }) => clusters.some(({ found }) => found));
    return scanned ? [heading("Behind", "nothing that I know of.")] : [];
  }
  const operated = new Set(environments.filter(({ mayOperate }) => mayOperate).map(({ name }) => name));
  const size = { blocks: 100, characters: room.rows, rows: rowsShown };
  const shown = fittingRows(rows, size, (row) => ({ blocks: 1, characters: linesOf(row).join("\n").length }));
  const left = rows.length - shown.length;
  return [
    heading("Behind", `${severityCounts(rows)}.`),
    ...worstFirst(shown).map((row) => rowBlock(row, operated.has(row.environment))),
    ...(left > 0 ? [section([`… and ${left} more: ${code("/eks-upgrade check <cluster>")}`])] : []),
  ];
}

function rowBlock(row: DigestRow, mayOperate: boolean): KnownBlock {
  const text = mrkdwn(linesOf(row).join("\n"));
  return mayOperate && canUpgrade(row)
    ? { type: "section", text, accessory: upgradeButton(row) }
    : { type: "section", text };
}

/** Rows of several environments stand together here: each says which is its own. */
function linesOf(row: DigestRow): string[] {
  const [what = "", ...more] = rowLines(row);
  return [`${what} · ${foreign(row.environment, 60)}`, ...more];
}

function fleetBlocks(environments: readonly HomeEnvironment[], now: Instant): KnownBlock[] {
  const each = Math.max(500, Math.floor(room.clusters / environments.length));
  // A view holds 100 blocks, and a fleet that is that large is read by command.
  const shown = environments.slice(0, 15);
  const left = environments.length - shown.length;
  return [
    ...shown.flatMap(({ name, clusters }) => [
      heading(foreign(name, 60), `${plural(clusters.filter(isCluster).length, "cluster")}.`),
      ...sections(
        clusters.map((cluster) => clusterLine(cluster, now)),
        `All of them: ${code("/eks-upgrade list")}`,
        each,
      ),
    ]),
    ...(left > 0
      ? [section([`… and ${plural(left, "more environment")}: ${code("/eks-upgrade list")}`])]
      : []),
  ];
}

function clusterLine(cluster: ListedCluster, now: Instant): string {
  const { found, problem } = cluster;
  const parts = [
    `• ${clusterHead(cluster, now)}`,
    ...(found ? [groupsWords(found)] : []),
    ...(problem ? [`:warning: ${foreign(problem.what, 200)}`] : []),
    ...(isNew(cluster) ? ["not looked at yet"] : []),
  ];
  return parts.join(" · ");
}

function groupsWords({ groups }: ClusterFound): string {
  const behind = behindCount(groups);
  return `${plural(groups.length, "node group")}${behind > 0 ? `, ${behind} behind` : ""}`;
}

function endBlocks(environments: readonly HomeEnvironment[], now: Instant): KnownBlock[] {
  const clusters = environments.flatMap((environment) => environment.clusters);
  return [
    {
      type: "actions",
      elements: [button({ action: homeRefreshAction, text: "Refresh", value: "refresh" })],
    },
    context([ageWords(clusters, now)]),
  ];
}

function heading(title: string, said = ""): KnownBlock {
  return section([`*${title}*${said === "" ? "" : `  ${said}`}`]);
}
