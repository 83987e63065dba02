import { describe, expect, it } from "vitest";
import { minute } from "../../../../src/core/instant.js";
import type { DrainBlocker } from "../../../../src/core/run.js";
import type { BlockedCallStory, BlockedStory, PhaseStory } from "../../../../src/slack/story.js";
import { blockedCall, blockedReply, phaseReply, retryReply } from "../../../../src/slack/views/thread.js";
import { aBlocker, aPlan, aRunningRun, aStep, someProgress, start } from "../../../builders.js";

/** A reply is one section that says what its notification says. */
function saying(...lines: string[]) {
  const text = lines.join("\n");
  return { text, blocks: [{ type: "section", text: { type: "mrkdwn", text, verbatim: true } }] };
}

const ten = "<!date^1784541600^{time}|2026-07-20 10:00 UTC>";
const story = (over: Partial<PhaseStory>): PhaseStory => ({
  kind: "phase",
  step: 0,
  attempt: 1,
  phase: "upgrade",
  startedAt: start,
  joined: 0,
  gone: 0,
  changed: [],
  ...over,
});
const done = { at: start + 22 * minute, how: "done" } as const;

describe("a phase", () => {
  it.each<[string, PhaseStory, string]>([
    [
      "that began says what happens in it",
      story({ phase: "setup" }),
      `*Setup* started ${ten}. EKS prepares a launch template version with the new AMI.`,
    ],
    [
      "scale up",
      story({ phase: "scale up" }),
      `*Scale up* started ${ten}. EKS adds nodes on the new release and waits until they are Ready.`,
    ],
    ["upgrade", story({}), `*Upgrade* started ${ten}. EKS drains and terminates the old nodes, 1 at a time.`],
    [
      "scale down",
      story({ phase: "scale down" }),
      `*Scale down* started ${ten}. EKS gives the extra nodes back.`,
    ],
    ["that is done says how long it took", story({ ended: done }), "*Upgrade* done in 22 min."],
    [
      "that moved nodes says how many",
      story({ ended: done, joined: 1, gone: 3 }),
      "*Upgrade* done in 22 min: 1 node joined, 3 nodes left.",
    ],
    ["that was stopped", story({ ended: { ...done, how: "stopped" } }), "*Upgrade* stopped after 22 min."],
    [
      "that was skipped says why",
      story({ phase: "scale up", skipped: "update strategy MINIMAL adds no nodes first" }),
      "*Scale up* skipped: update strategy MINIMAL adds no nodes first.",
    ],
    ["of a second attempt", story({ attempt: 2, ended: done }), "*Upgrade* (attempt 2) done in 22 min."],
  ])("%s", (_, phase, text) => {
    expect(phaseReply(aRunningRun(), phase)).toEqual(saying(text));
  });

  it("names its node group where there are several", () => {
    const run = aRunningRun({ plan: aPlan({ steps: [aStep(), aStep({ nodeGroup: "gpu" })] }) });
    expect(phaseReply(run, story({ step: 1, ended: done })).text).toBe("*Upgrade* of `gpu` done in 22 min.");
  });
});

describe("a pod that cannot leave", () => {
  const twelve = "<!date^1784542320^{time}|2026-07-20 10:12 UTC>";
  const limit = "<!date^1784543220^{time}|2026-07-20 10:27 UTC>";
  const story = (over: Partial<BlockedStory> = {}): BlockedStory => ({
    kind: "blocked",
    index: 0,
    step: 0,
    blocker: aBlocker(),
    called: true,
    answers: [],
    ...over,
  });
  const draining = (...blockers: DrainBlocker[]) =>
    aRunningRun({ steps: [someProgress(["done", "done", "active"], { blockers })] });
  const what =
    "Pod orders/orders-6d5f7-x2x4z (Deployment orders) cannot leave node ip-10-0-1-7.us-west-2.compute.internal: disruption budget orders needs 2 healthy pods and has 2, so it never lets one go.";
  const next = "Scale deployment orders up by one, or loosen budget orders. Waiting does not help.";

  it("calls the person who asked, and says which budget, since when, until when and what to do", () => {
    expect(blockedReply(draining(aBlocker()), story())).toEqual(
      saying(
        `:no_entry: <@U0OPERATOR> *eks-workshop/default is blocked:* ${what} ${next}`,
        `Since ${twelve}. EKS gives up at ${limit}.`,
      ),
    );
  });

  it("calls nobody while it may pass, and says that it would", () => {
    const reply = blockedReply(draining(aBlocker({ called: false })), story({ called: false }));
    expect(reply).toEqual(
      saying(
        `:hourglass_flowing_sand: ${what} ${next}`,
        `Since ${twelve}. EKS gives up at ${limit}. If it lasts, I call whoever asked for the upgrade.`,
      ),
    );
  });

  it.each<[string, Partial<BlockedCallStory>, string]>([
    [
      "calls when it lasts, with everything one has to know",
      {},
      `:no_entry: <@U0OPERATOR> *eks-workshop/default is blocked:* ${what} ${next}\nSince ${twelve}. EKS gives up at ${limit}.`,
    ],
    [
      "takes the call back when it cleared",
      { ended: { at: start + 17 * minute, how: "cleared" } },
      ":white_check_mark: Cleared after 5 min, at <!date^1784542620^{time}|2026-07-20 10:17 UTC>.",
    ],
    [
      "says that the update failed over it",
      { ended: { at: start + 27 * minute, how: "failed" } },
      ":x: In the way for 15 min, until the update failed.",
    ],
  ])("%s", (_, over, text) => {
    const { called: _called, ...told } = story();
    expect(blockedCall(draining(aBlocker()), { ...told, kind: "blocked call", call: 1, ...over }).text).toBe(
      text,
    );
  });

  it("knows of no limit before its node is drained, and learns it with the next look", () => {
    const { givesUpAt, ...early } = aBlocker();
    expect(blockedReply(draining(early), story({ blocker: early })).text).toMatch(
      /Since <[^>]*>\. EKS gives up 15 min after it began to drain the node\.$/,
    );
    expect(
      blockedReply(draining({ ...early, givesUpAt: givesUpAt ?? 0 }), story({ blocker: early })).text,
    ).toContain(`EKS gives up at ${limit}.`);
  });

  it("is deleted in the end under force", () => {
    const run = { ...draining(aBlocker()), plan: aPlan({ steps: [aStep({ force: true })] }) };
    const { text } = blockedReply(run, story());
    expect(text).toContain(`EKS deletes what is left at ${limit}.`);
    expect(text).toContain("The update is forced: nothing has to be done.");
    expect(text).not.toContain("Scale");
    const ended = { at: start + 17 * minute, how: "cleared" } as const;
    expect(blockedReply(run, story({ ended })).text).toMatch(/^Over after 5 min, at /);
  });

  it("and left in the end says how long it took, and asks for nothing", () => {
    const ended = { at: start + 17 * minute, how: "cleared" } as const;
    expect(blockedReply(draining(), story({ ended }))).toEqual(
      saying(
        `:white_check_mark: Cleared after 5 min, at <!date^1784542620^{time}|2026-07-20 10:17 UTC>: ${what}`,
      ),
    );
  });

  it("until the update failed over it says just that", () => {
    const ended = { at: start + 27 * minute, how: "failed" } as const;
    expect(blockedReply(draining(aBlocker()), story({ ended }))).toEqual(
      saying(`:x: In the way for 15 min, until the update failed: ${what}`),
    );
  });
});

it("says who had it tried again", () => {
  const retry = { kind: "retry", step: 0, attempt: 2, by: "U0APPROVER", at: start } as const;
  expect(retryReply(retry)).toEqual(saying(`*Attempt 2*: <@U0APPROVER> had it tried again ${ten}.`));
});
