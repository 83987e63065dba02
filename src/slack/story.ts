import type { RunEvent } from "../core/events.js";
import type { Instant } from "../core/instant.js";
import type { PhaseName } from "../core/plan.js";
import type { Problem } from "../core/problems.js";

/** A phase as the thread tells it. */
export interface PhaseStory {
  readonly kind: "phase";
  readonly step: number;
  readonly attempt: number;
  readonly phase: PhaseName;
  readonly startedAt: Instant;
  readonly ended?: { readonly at: Instant; readonly how: "done" | "stopped" };
  /** Why it was skipped. */
  readonly skipped?: string;
  /** Nodes that came and went while it lasted. */
  readonly joined: number;
  readonly gone: number;
}

/** From the moment it stood in the way until it did not. Words that change while it lasts stay one story. */
export interface ProblemStory {
  readonly kind: "problem";
  readonly index: number;
  readonly problem: Problem;
  readonly metAt: Instant;
  readonly clearedAt?: Instant;
}

interface NodesStory {
  readonly kind: "nodes";
  readonly step: number;
}

export type Story = PhaseStory | ProblemStory | NodesStory;

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
    case "ProblemMet":
      meet(stories, event.problem, event.at);
      return;
    case "ProblemCleared":
      change(stories, isOpenProblem(event.code), (story) => ({ ...story, clearedAt: event.at }));
      return;
    case "RunFailed":
      change(stories, isOpenPhase(), (story) => ({ ...story, ended: { at: event.at, how: "stopped" } }));
      return;
    case "RunSucceeded":
      change(stories, isOpenProblem(), (story) => ({ ...story, clearedAt: event.at }));
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

/** Every attempt begins with its setup, and within one a phase comes once. */
function begin(stories: readonly Story[], step: number, phase: PhaseName, at: Instant): PhaseStory {
  const count = (name: PhaseName) =>
    stories.filter((story) => story.kind === "phase" && story.step === step && story.phase === name).length;
  const attempt = Math.max(count("setup"), count(phase) + 1);
  return { kind: "phase", step, attempt, phase, startedAt: at, joined: 0, gone: 0 };
}

function meet(stories: Story[], problem: Problem, at: Instant): void {
  if (change(stories, isOpenProblem(problem.code), (story) => ({ ...story, problem }))) return;
  const index = stories.filter((story) => story.kind === "problem").length;
  stories.push({ kind: "problem", index, problem, metAt: at });
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

function isOpenProblem(code?: string) {
  return (story: Story): story is ProblemStory =>
    story.kind === "problem" &&
    story.clearedAt === undefined &&
    (code === undefined || story.problem.code === code);
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
