import type { View } from "../src/slack/limits.js";
import { problemsAnswer, refusal } from "../src/slack/views/answers.js";
import { parseApprovalValue } from "../src/slack/views/approval-card.js";
import { refusedClick } from "../src/slack/views/status.js";
import { rulesOf } from "../src/upgrades/rules.js";
import type { Actor } from "./authorize.js";
import type { Tools } from "./tools.js";

const stale = refusal({
  what: "Nothing was decided.",
  why: "This button belongs to a request that I do not know any more.",
  next: "/eks-upgrade status shows what is open.",
});

/**
 * A click on Approve or Reject. Nothing in it is trusted but the run's id: the run, the rules and the person's rights
 * are read again. Answers the person who clicked; undefined when the card itself says it all.
 */
export async function decide(
  decision: "approve" | "reject",
  value: string,
  actor: Actor,
  tools: Tools,
): Promise<View | undefined> {
  const clicked = parseApprovalValue(value);
  const found = clicked && (await tools.upgrades.find(clicked.runId));
  const environment = tools.fleet.environments.find((each) => each.name === found?.run.plan.environment);
  if (!clicked || !found || !environment) return stale;

  const ruling = await tools.authority.mayApprove(environment, actor);
  if (!ruling.allowed) {
    tools.log.info({ run: clicked.runId, user: actor.user, decision }, "click refused");
    return refusal({ what: `You cannot ${decision} this.`, why: `${ruling.why}.`, ask: ruling.ask });
  }
  const { runId, planHash: hash } = clicked;
  const click = { decision, by: actor.user, hash, rules: rulesOf(environment) };
  const decided = await tools.upgrades.decide(runId, click);
  switch (decided.outcome) {
    case "decided":
      return undefined;
    case "unknown run":
      return stale;
    case "blocked":
      return problemsAnswer("Not approved yet. Press the button again when this is over:", decided.blockers);
    case "asked again":
      return refusedClick("plan changed", decided.run);
    case "refused":
      return refusedClick(decided.refusal, decided.run);
  }
}
