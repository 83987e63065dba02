import type { Actor, Authority, Ruling } from "../src/authority.js";
import { isNobody, nobodyLeft, others } from "../src/core/access/question.js";
import type { Refusal as DecisionRefusal } from "../src/core/decide.js";
import { titleOf } from "../src/core/plan.js";
import type { Run } from "../src/core/run.js";
import type { Environment } from "../src/fleet.js";
import type { View } from "../src/slack/limits.js";
import { problemsAnswer, type Refusal, refusal } from "../src/slack/views/answers.js";
import { type ApprovalValue, parseApprovalValue } from "../src/slack/views/approval-card.js";
import { linkAnswer, refusedClickWords } from "../src/slack/views/decisions.js";
import { rulesOf } from "../src/upgrades/rules.js";
import type { Decided } from "../src/upgrades/types.js";
import type { LinkWish } from "./links.js";
import { staleRequest, unknownRequest } from "./stale.js";
import type { Tools } from "./tools.js";
import { blockedBy, recordUndecided, type Undecided } from "./undecided.js";

/** What deciding about a request needs of the tools. */
export type DecisionTools = Pick<Tools, "fleet" | "upgrades" | "authority" | "audit" | "links">;

/** The request a click is about, as the record has it now, and the environment that rules over it. */
export interface ClickedRequest extends ApprovalValue {
  readonly run: Run;
  readonly environment: Environment;
}

/** Nothing in a button's value is trusted but the run's id. Undefined: there is no such request. */
export async function clickedRequest(
  clicked: ApprovalValue | undefined,
  { fleet, upgrades }: Pick<Tools, "fleet" | "upgrades">,
): Promise<ClickedRequest | undefined> {
  const run = clicked && (await upgrades.find(clicked.runId))?.run;
  const environment = fleet.environments.find(({ name }) => name === run?.plan.environment);
  return clicked && run && environment && { ...clicked, run, environment };
}

/** Whether this person may approve or reject it. Whoever asked for it may turn it down. */
export function mayDecide(
  what: "approve" | "reject",
  { run, environment, planHash }: ClickedRequest,
  actor: Actor,
  { authority }: { readonly authority: Pick<Authority, "may"> },
): Promise<Ruling> {
  const own = what === "reject" || environment.approvals.requesterMayApprove;
  return authority.may("approve", environment, actor, {
    what: `${what} ${titleOf(run.plan)}`,
    cluster: run.plan.cluster,
    run: run.id,
    planHash,
    approvals: run.approvals,
    ...(!own && { requestedBy: run.requestedBy }),
  });
}

/** *Approve*. Answers the person who clicked; undefined when the card itself says it all. */
export async function approve(value: string, actor: Actor, tools: Tools): Promise<View | undefined> {
  const clicked = parseApprovalValue(value);
  const given = await giveApproval(clicked, actor, tools);
  if ("refused" in given) return given.refused === unknownRequest ? staleRequest : refusal(given.refused);
  const { decided } = given;
  switch (decided.outcome) {
    case "decided":
      return undefined;
    case "blocked":
      return problemsAnswer("Not approved yet. Press the button again when this is over:", decided.blockers);
    case "asked again":
      return refusal(refusedClickWords("plan changed", decided.run));
    case "refused":
      return decided.refusal === "link needed" && tools.links
        ? linkTo(decided.run, actor, tools.links)
        : refusal(undecidedWords(decided.refusal, decided.run, actor));
  }
}

/** For this person and this plan alone. */
function linkTo(run: Run, { user, team }: Actor, links: NonNullable<Tools["links"]>): View {
  const url = links.make({ runId: run.id, planHash: run.plan.hash, user, team });
  return linkAnswer(run, url, links.validFor);
}

/**
 * The button on the page of a signed link: the same as the click, with all its checks once more.
 * @returns what came of it, in plain words
 */
export async function approveByLink(
  { runId, planHash, user, team }: LinkWish,
  tools: DecisionTools,
): Promise<{ readonly approved: boolean; readonly words: string }> {
  const actor: Actor = { user, team, entry: "link" };
  const given = await giveApproval({ runId, planHash }, actor, tools, true);
  if ("refused" in given) return { approved: false, words: plainly(given.refused) };
  const { decided } = given;
  switch (decided.outcome) {
    case "decided":
      return { approved: true, words: approvedWords(decided.run) };
    case "blocked": {
      const why = decided.blockers.map(({ what, next }) => sentences(what, next)).join(" ");
      return { approved: false, words: `Not approved yet: ${why} Press Approve in Slack when this is over.` };
    }
    case "asked again":
      return { approved: false, words: plainly(refusedClickWords("plan changed", decided.run)) };
    case "refused":
      return { approved: false, words: plainly(undecidedWords(decided.refusal, decided.run, actor)) };
  }
}

/** Neither the one who clicked nor whoever has spoken by now, or was spoken for, is worth asking. */
export function undecidedWords(
  why: DecisionRefusal | "claimed",
  run: Run,
  { user }: Pick<Actor, "user">,
): Refusal {
  const words = refusedClickWords(why, run);
  if (!words.ask) return words;
  const spoken = run.approvals.flatMap(({ by, deputyOf = by }) => [by, deputyOf]);
  const asker = why === "requester" ? [run.requestedBy] : [];
  const ask = others(words.ask, [user, ...spoken, ...asker]);
  return isNobody(ask) ? { ...words, ask, next: nobodyLeft } : { ...words, ask };
}

function approvedWords({ state }: Run): string {
  if (state === "awaiting approval")
    return "Your approval counts. Others are still needed: the card says whose.";
  return state === "scheduled"
    ? "The upgrade is approved, and begins later: the card says when."
    : "The upgrade is approved, and begins. The live message in Slack shows it.";
}

function plainly({ what, why, next }: Refusal): string {
  return sentences(what, why, next);
}

function sentences(...parts: readonly (string | undefined)[]): string {
  return parts.flatMap((part) => (part ? [/[.!?…]$/.test(part) ? part : `${part}.`] : [])).join(" ");
}

type Given =
  | { readonly decided: Exclude<Decided, { outcome: "unknown run" }> }
  | { readonly refused: Refusal };

/** The run, the rules and the person's rights are read again, however the approval came; refusals are recorded. */
async function giveApproval(
  clicked: ApprovalValue | undefined,
  actor: Actor,
  tools: DecisionTools,
  byLink = false,
): Promise<Given> {
  const request = await clickedRequest(clicked, tools);
  if (!request) return { refused: unknownRequest };
  const ruling = await mayDecide("approve", request, actor, tools);
  if (!ruling.allowed) {
    const { why, ask, places = [] } = ruling;
    return { refused: { what: "You cannot approve this.", why, ask, places } };
  }
  const { deputyOf, groups } = ruling;
  const decided = await tools.upgrades.decide(request.runId, {
    ...{ decision: "approve", by: actor.user, hash: request.planHash, rules: rulesOf(request.environment) },
    ...(deputyOf !== undefined && { deputyOf }),
    ...(groups && { groups }),
    ...(byLink && { byLink }),
  });
  if (decided.outcome === "unknown run") return { refused: unknownRequest };
  // A link is the way to go on, not a no.
  const goesOn = decided.outcome === "refused" && decided.refusal === "link needed" && tools.links;
  if (!goesOn) keepUndecided("approve", decided, request, actor, tools);
  return { decided };
}

/** What a click did not decide is kept as well: who tried, and what stood against it. */
export function keepUndecided(
  what: "approve" | "reject",
  decided: Exclude<Decided, { outcome: "unknown run" }>,
  { planHash }: ClickedRequest,
  actor: Actor,
  { audit }: Pick<Tools, "audit">,
): void {
  const against = whyUndecided(decided);
  if (against) recordUndecided(audit, { actor, run: decided.run, what, planHash, ...against });
}

function whyUndecided(
  decided: Exclude<Decided, { outcome: "unknown run" }>,
): Pick<Undecided, "rule" | "why"> | undefined {
  switch (decided.outcome) {
    case "decided":
      return undefined;
    case "asked again":
      return { rule: "plan changed" };
    case "refused":
      return { rule: decided.refusal };
    case "blocked":
      return blockedBy(decided.blockers);
  }
}
