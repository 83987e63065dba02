import type { RunEvent } from "../core/events.js";
import type { Instant } from "../core/instant.js";
import type { PhaseName } from "../core/plan.js";
import { tellRoll } from "./roll-stories.js";
import type { EndStory, PhaseStory, Story } from "./story.js";
import { change, countOf } from "./story-change.js";
import { tellTroubles } from "./trouble-stories.js";

/**
 * What the thread tells, in the order in which it began. More events only add to the end or finish what is there:
 * a reply, once posted, keeps its place.
 */
export function storiesOf(events: readonly RunEvent[]): Story[] {
  const stories: Story[] = [];
  for (const [index, event] of events.entries()) {
    tellPhases(stories, event);
    tellTroubles(stories, event);
    tellRoll(stories, event);
    tellEnds(stories, event, () => events.slice(0, index));
  }
  return stories;
}

function tellPhases(stories: Story[], event: RunEvent): void {
  switch (event.type) {
    case "PhaseStarted":
      stories.push(begin(stories, event.step, event.phase, event.at));
      return;
    case "PhaseSkipped":
      stories.push({ ...begin(stories, event.step, event.phase, event.at), skipped: event.reason });
      return;
    case "PhaseFinished":
      change(stories, isOpenPhase(event.step), (story) => ({
        ...story,
        ended: { at: event.at, how: "done" },
      }));
      return;
    case "Changed":
      change(stories, isOpenPhase(event.step), (story) => ({
        ...story,
        changed: [...story.changed, event.what],
      }));
      return;
    case "StopRequested":
    case "RunFailed":
      change(stories, isOpenPhase(), (story) => ({ ...story, ended: { at: event.at, how: "stopped" } }));
      return;
    case "StopTooLate":
      reopen(stories, event.step);
      return;
    case "NodeJoined":
      change(stories, isOpenPhase(event.step), (story) => ({ ...story, joined: story.joined + 1 }));
      tellNodes(stories, event.step);
      return;
    case "NodeGone":
      change(stories, isOpenPhase(event.step), (story) => ({ ...story, gone: story.gone + 1 }));
      tellNodes(stories, event.step);
      return;
    case "NodeReady":
    case "NodeUnschedulable":
    case "NodeDraining":
    case "NodeEmpty":
    case "NodeTerminating":
      tellNodes(stories, event.step);
      return;
    default:
      return;
  }
}

function tellEnds(stories: Story[], event: RunEvent, before: () => readonly RunEvent[]): void {
  switch (event.type) {
    case "RunSucceeded":
    case "RunCancelled":
    case "RunFailed": {
      const index = countOf(stories, "end");
      const failed = event.type === "RunFailed" ? { problem: event.problem } : {};
      stories.push({ kind: "end", index, at: event.at, ...putBackOrNot(before()), ...failed });
      return;
    }
    case "StopRequested":
      change(stories, isLastEnd, (story) => ({ ...story, followedBy: { by: event.by, how: "repair" } }));
      return;
    case "RetryRequested":
      change(stories, isLastEnd, (story) => ({ ...story, followedBy: { by: event.by, how: "retry" } }));
      stories.push({ kind: "retry", step: event.step, attempt: event.attempt, by: event.by, at: event.at });
      return;
    default:
      return;
  }
}

/** What of ours was put back and what could not be, since the run was called off, or last began. */
function putBackOrNot(events: readonly RunEvent[]): Pick<EndStory, "putBack" | "notPutBack"> {
  const from = events.findLastIndex(({ type }) => type === "StopRequested" || type === "RetryRequested");
  const late = events.slice(from + 1);
  const putBack = [...new Set(late.flatMap((event) => (event.type === "PutBack" ? event.what : [])))];
  const failed = new Map(
    late.flatMap((event) => (event.type === "NotPutBack" ? [[event.what, event.next] as const] : [])),
  );
  const notPutBack = [...failed].map(([what, next]) => ({ what, next }));
  return { putBack, notPutBack: notPutBack.filter(({ what }) => !putBack.includes(what)) };
}

/** Every attempt begins with its setup, unless it failed before, and within one a phase comes once. */
function begin(stories: readonly Story[], step: number, phase: PhaseName, at: Instant): PhaseStory {
  const count = (name: PhaseName) =>
    stories.filter((story) => story.kind === "phase" && story.step === step && story.phase === name).length;
  const retries = stories.flatMap((story) =>
    story.kind === "retry" && story.step === step ? story.attempt : [],
  );
  const attempt = Math.max(count("setup"), count(phase) + 1, ...retries);
  return { kind: "phase", step, attempt, phase, startedAt: at, joined: 0, gone: 0, changed: [] };
}

function tellNodes(stories: Story[], step: number): void {
  if (stories.some((story) => story.kind === "nodes" && story.step === step)) return;
  stories.push({ kind: "nodes", step });
}

function isOpenPhase(step?: number) {
  return (story: Story): story is PhaseStory =>
    story.kind === "phase" &&
    story.ended === undefined &&
    story.skipped === undefined &&
    (step === undefined || story.step === step);
}

/** What was closed when somebody called it off goes on after all. Phases of former attempts stay as they ended. */
function reopen(stories: Story[], step: number): void {
  const last = stories.findLast(
    (story) => story.kind === "phase" && story.step === step && story.ended?.how === "stopped",
  );
  change(
    stories,
    (story): story is PhaseStory => story === last,
    ({ ended: _ended, ...story }) => story,
  );
}

function isLastEnd(story: Story): story is EndStory {
  return story.kind === "end" && story.followedBy === undefined;
}
