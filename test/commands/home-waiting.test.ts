import { describe, expect, it } from "vitest";
import { waitingFor } from "../../commands/home-waiting.js";
import type { Actor, Authority } from "../../src/authority.js";
import { day } from "../../src/core/instant.js";
import type { Run } from "../../src/core/run.js";
import type { WaitingFor } from "../../src/slack/views/home.js";
import { aBlocker, aPlan, aRun, aRunningRun, aStep, someProgress, start, stoppedAt } from "../builders.js";
import { anEnvironment } from "../digest-stage.js";

const me = "U0ME";
const actor: Actor = { user: me, team: "T0", entry: "home" };
type May = "start" | "approve";

const allowing = (...may: readonly May[]): Pick<Authority, "could"> => ({
  could: async (right) =>
    may.some((each) => each === right)
      ? { allowed: true }
      : { allowed: false, rule: "role", why: "Only others may", ask: { groups: [], users: [] } },
});

const mine = { requestedBy: me };
const approved = { by: me, at: start };
const blocker = aBlocker();
const blocked = (over: Partial<Run["steps"][number]> = {}): Run =>
  aRunningRun({
    plan: aPlan({ steps: [aStep({ kind: "self-managed node group" })] }),
    steps: [someProgress(["active"], { blockers: [blocker], ...over })],
  });
const force = (by: string, confirmedBy?: string) =>
  blocked({
    answers: [
      {
        about: blocker.id,
        choice: "force",
        by,
        at: start,
        ...(confirmedBy !== undefined && { confirmedBy }),
      },
    ],
  });
const failed = (over: Partial<Run> = {}) => aRun({ state: "failed", endedAt: start, ...mine, ...over });

interface Case {
  readonly open?: readonly Run[];
  readonly recent?: readonly Run[];
  readonly may?: readonly May[];
  readonly approvesOwn?: boolean;
  readonly expected: readonly WaitingFor[];
}

describe("what waits for somebody", () => {
  it.each<[string, Case]>([
    ["a request, for who approves", { open: [aRun()], may: ["approve"], expected: ["approval"] }],
    ["not for who operates alone", { open: [aRun()], may: ["start"], expected: [] }],
    [
      "not for who has approved it already",
      { open: [aRun({ approvals: [approved] })], may: ["approve"], expected: [] },
    ],
    ["one's own waits for others", { open: [aRun(mine)], may: ["start", "approve"], expected: ["asked"] }],
    [
      "unless one may approve one's own",
      { open: [aRun(mine)], may: ["approve"], approvesOwn: true, expected: ["approval"] },
    ],
    [
      "a drain that is blocked, for who operates",
      { open: [blocked()], may: ["start"], expected: ["answer"] },
    ],
    ["not for who approves alone", { open: [blocked()], may: ["approve"], expected: [] }],
    [
      "pods that somebody wants deleted, for who approves",
      { open: [force("U0ADA")], may: ["approve"], expected: ["answer"] },
    ],
    ["not for who asked for that", { open: [force(me)], may: ["approve"], expected: [] }],
    ["nor when it is confirmed", { open: [force("U0ADA", "U0BOB")], may: ["approve"], expected: [] }],
    ["nor does a scheduled one", { open: [aRun({ ...mine, state: "scheduled" })], expected: [] }],
    ["a run under way waits for nobody", { open: [aRunningRun(mine)], may: ["start"], expected: [] }],
    ["one's own that failed", { recent: [failed()], expected: ["failed"] }],
    ["not somebody else's", { recent: [failed({ requestedBy: "U0ADA" })], expected: [] }],
    ["nor one that was tried anew since", { recent: [aRun({ state: "succeeded" }), failed()], expected: [] }],
    ["nor one that failed a week ago", { recent: [failed({ endedAt: start - 7 * day })], expected: [] }],
  ])("%s", async (_, { open = [], recent = [], may = [], approvesOwn = false, expected }) => {
    const name = aRun().plan.environment;
    const approvals = { ...anEnvironment().approvals, requesterMayApprove: approvesOwn };
    const tools = { authority: allowing(...may), clock: stoppedAt(start) };
    const waiting = await waitingFor(
      actor,
      { open, recent },
      [anEnvironment(name, {}, { approvals })],
      tools,
    );
    expect(waiting.map(({ why }) => why)).toEqual(expected);
  });
});
