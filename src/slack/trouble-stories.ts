import type { RunEvent } from "../core/events.js";
import type { Instant } from "../core/instant.js";
import type { Problem } from "../core/problems.js";
import type { DrainBlocker, TroubleId } from "../core/run.js";
import type { BlockedCallStory, BlockedStory, CallStory, ProblemStory, Story } from "./story.js";
import { change, countOf } from "./story-change.js";

/** Problems of ours and pods that do not leave: neither outlives the run, or the attempt. */
export function tellTroubles(stories: Story[], event: RunEvent): void {
  const unblock = (how: "cleared" | "failed" | "stopped", step?: number, id?: string) =>
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
      callForBlocked(stories, event.step, event.id, event.at);
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
    case "StopRequested":
      unblock("stopped");
      return;
    case "RunCancelled":
      leave();
      return;
    default:
      return;
  }
}

function meet(stories: Story[], id: TroubleId | undefined, problem: Problem, at: Instant): void {
  const isMet = isOpenProblem(id, problem.code);
  if (change(stories, isMet, (story) => ({ ...story, ...(id && { id }), problem }))) return;
  const index = countOf(stories, "problem");
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
  const index = countOf(stories, "blocked");
  stories.push({ kind: "blocked", index, step, blocker, called: blocker.called ?? true, answers: [] });
}

function callForBlocked(stories: Story[], step: number, id: string, at: Instant): void {
  const story = stories.filter(isOpenBlocked(step, id)).find(({ kind }) => kind === "blocked");
  if (story?.kind !== "blocked") return;
  const { called: _called, ...told } = story;
  const isFormer = (each: Story): each is BlockedCallStory =>
    each.kind === "blocked call" && each.index === story.index;
  const call = stories.filter(isFormer).length + 1;
  change(stories, isFormer, (each) => ({ ...each, calledAgainAt: each.calledAgainAt ?? at }));
  stories.push({ ...told, kind: "blocked call", call });
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

export function isOpenBlocked(step?: number, id?: string) {
  return (story: Story): story is BlockedStory | BlockedCallStory =>
    (story.kind === "blocked" || story.kind === "blocked call") &&
    story.ended === undefined &&
    (step === undefined || story.step === step) &&
    (id === undefined || story.blocker.id === id);
}
