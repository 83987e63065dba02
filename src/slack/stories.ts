import type { RunEvent } from "../core/events.js";
import type { Instant } from "../core/instant.js";
import type { PhaseName } from "../core/plan.js";
import type { Problem } from "../core/problems.js";
import type { DrainBlocker, TroubleId } from "../core/run.js";
import type {
  BlockedCallStory,
  BlockedStory,
  CallStory,
  EndStory,
  PhaseStory,
  ProblemStory,
  Story,
} from "./story.js";

/**
 * What the thread tells, in the order in which it began. More events only add to the end or finish what is there:
 * a reply, once posted, keeps its place.
 */
export function storiesOf(events: readonly RunEvent[]): Story[] {
  const stories: Story[] = [];
  for (const event of events) tell(stories, event);
  return stories;
}

function tell(stories: Story[], event: RunEvent): void {
  tellPhases(stories, event);
  tellTroubles(stories, event);
  tellEnds(stories, event);
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
    case "RunFailed":
      change(stories, isOpenPhase(), (story) => ({ ...story, ended: { at: event.at, how: "stopped" } }));
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

/** Problems of ours and pods that do not leave: neither outlives the run, or the attempt. */
function tellTroubles(stories: Story[], event: RunEvent): void {
  const unblock = (how: "cleared" | "failed", step?: number, id?: string) =>
    change(stories, isOpenBlocked(step, id), (story) => ({ ...story, ended: { at: event.at, how } }));
  const clear = (id?: TroubleId, code?: string, at: Instant = event.at) =>
    change(stories, isOpenProblem(id, code), (story) => ({ ...story, clearedAt: at }));
  const leave = () => change(stories, isOpenProblem(), (story) => ({ ...story, leftAt: event.at }));
  switch (event.type) {
    case "ProblemMet":
      meet(stories, event.id, event.problem, event.at);
      return;
    case "ProblemLasts":
      call(stories, event.id, event.at);
      return;
    case "ProblemCleared":
      clear(event.id, event.code, event.quietSince);
      return;
    case "DrainBlocked":
      block(stories, event.step, event.blocker);
      return;
    case "DrainBlockLasts":
      callForBlocked(stories, event.step, event.id);
      return;
    case "DrainUnblocked":
      unblock("cleared", event.step, event.id);
      return;
    case "StepSucceeded":
      unblock("cleared", event.step);
      return;
    case "RunSucceeded":
      clear();
      return;
    case "RunFailed":
      unblock("failed");
      leave();
      return;
    case "RunCancelled":
      leave();
      return;
    default:
      return;
  }
}

function tellEnds(stories: Story[], event: RunEvent): void {
  switch (event.type) {
    case "RunSucceeded":
    case "RunCancelled":
      end(stories, event.at);
      return;
    case "RunFailed":
      end(stories, event.at, event.problem);
      return;
    case "RetryRequested":
      change(stories, isLastEnd, (story) => ({ ...story, retriedBy: event.by }));
      stories.push({ kind: "retry", step: event.step, attempt: event.attempt, by: event.by, at: event.at });
      return;
    default:
      return;
  }
}

/** Every attempt begins with its setup, unless it failed before, and within one a phase comes once. */
function begin(stories: readonly Story[], step: number, phase: PhaseName, at: Instant): PhaseStory {
  const count = (name: PhaseName) =>
    stories.filter((story) => story.kind === "phase" && story.step === step && story.phase === name).length;
  const retries = stories.flatMap((story) =>
    story.kind === "retry" && story.step === step ? story.attempt : [],
  );
  const attempt = Math.max(count("setup"), count(phase) + 1, ...retries);
  return { kind: "phase", step, attempt, phase, startedAt: at, joined: 0, gone: 0 };
}

function meet(stories: Story[], id: TroubleId | undefined, problem: Problem, at: Instant): void {
  const isMet = isOpenProblem(id, problem.code);
  if (change(stories, isMet, (story) => ({ ...story, ...(id && { id }), problem }))) return;
  const index = stories.filter((story) => story.kind === "problem").length;
  // Older bots called at once for whatever had a next step.
  const called = id === undefined && problem.next !== "";
  stories.push({ kind: "problem", index, ...(id && { id }), problem, metAt: at, called });
}

function call(stories: Story[], id: TroubleId, at: Instant): void {
  const story = stories.filter(isOpenProblem(id)).find(({ kind }) => kind === "problem");
  if (story?.kind !== "problem") return;
  if (story.metAt === at) {
    stories[stories.indexOf(story)] = { ...story, called: true };
    return;
  }
  const { called: _called, ...told } = story;
  const isFormer = (each: Story): each is CallStory => each.kind === "call" && each.index === story.index;
  const call = stories.filter(isFormer).length + 1;
  change(stories, isFormer, (each) => ({ ...each, calledAgainAt: each.calledAgainAt ?? at }));
  stories.push({ ...told, kind: "call", call, calledAt: at });
}

function block(stories: Story[], step: number, blocker: DrainBlocker): void {
  const index = stories.filter((story) => story.kind === "blocked").length;
  stories.push({ kind: "blocked", index, step, blocker, called: blocker.called ?? true });
}

function callForBlocked(stories: Story[], step: number, id: string): void {
  const story = stories.filter(isOpenBlocked(step, id)).find(({ kind }) => kind === "blocked");
  if (story?.kind !== "blocked") return;
  const { called: _called, ...told } = story;
  stories.push({ ...told, kind: "blocked call" });
}

function end(stories: Story[], at: Instant, problem?: Problem): void {
  const index = stories.filter((story) => story.kind === "end").length;
  stories.push({ kind: "end", index, at, ...(problem && { problem }) });
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

/** By its id, or by its code where an older bot told of it or of its end. */
function isOpenProblem(id?: TroubleId, code?: string) {
  return (story: Story): story is ProblemStory | CallStory =>
    (story.kind === "problem" || story.kind === "call") &&
    story.clearedAt === undefined &&
    story.leftAt === undefined &&
    goesBy(story, id, code);
}

function goesBy(story: ProblemStory | CallStory, id?: TroubleId, code?: string): boolean {
  if (id !== undefined && (story.id !== undefined || code === undefined)) return story.id === id;
  return code === undefined || story.problem.code === code;
}

function isOpenBlocked(step?: number, id?: string) {
  return (story: Story): story is BlockedStory | BlockedCallStory =>
    (story.kind === "blocked" || story.kind === "blocked call") &&
    story.ended === undefined &&
    (step === undefined || story.step === step) &&
    (id === undefined || story.blocker.id === id);
}

function isLastEnd(story: Story): story is EndStory {
  return story.kind === "end" && story.retriedBy === undefined;
}

/** Changes every story that is meant; says whether there was one. */
function change<S extends Story>(
  stories: Story[],
  isMeant: (story: Story) => story is S,
  to: (story: S) => Story,
): boolean {
  let found = false;
  for (const [index, story] of stories.entries()) {
    if (!isMeant(story)) continue;
    stories[index] = to(story);
    found = true;
  }
  return found;
}
