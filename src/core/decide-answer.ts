import { type Control, cancel } from "./decide-control.js";
import { type Instant, minute } from "./instant.js";
import type { Answer, Choice, DrainBlocker, Question, Run, StepProgress } from "./run.js";

/** What was asked, as the reader of its card saw it: the same cause may come back later, and is asked about anew. */
export interface Asked {
  readonly step: number;
  /** The id of the drain blocker or of the question. */
  readonly about: string;
  readonly since: Instant;
}

/**
 * - over: it does not stand in the way any more, or the run is over
 * - stopping: the run is being ended
 * - not offered: this choice would not help with this
 * - given already: somebody said the same, and it is still being acted on
 * - same person: who asked for force cannot confirm it
 * - nothing to confirm: nobody asked for force
 */
export type AnswerRefusal =
  | "over"
  | "stopping"
  | "not offered"
  | "given already"
  | "same person"
  | "nothing to confirm";

/** Kinds whose pods can be made anew elsewhere, in their own way. */
const ownersWeCanMove: ReadonlySet<string> = new Set(["Deployment", "StatefulSet"]);

/** What can be chosen about a drain that does not go on: only what may help. */
export function choicesFor({
  owner,
  reason,
  allowsNone = false,
}: Pick<DrainBlocker, "owner" | "reason" | "allowsNone">): readonly Choice[] {
  // A pod that was told to end is not helped by another.
  const movable = owner !== undefined && ownersWeCanMove.has(owner.kind) && reason !== "does not end";
  // One replica more frees a budget that counts pods; the others refuse whatever the number.
  const counts = !allowsNone && (reason === "budget used up" || reason === "budget never allows it");
  return [
    "wait",
    ...(movable ? (["restart owner"] as const) : []),
    ...(movable && counts ? (["surge owner"] as const) : []),
    "skip node",
    "force",
    "stop",
  ];
}

/** Extra nodes that are given back at the end may be blocked too; what is being ended need not be ended again. */
export function stillOffered(
  { stopping }: Pick<Run, "stopping">,
  offered: readonly Choice[],
): readonly Choice[] {
  return stopping ? offered.filter((choice) => choice !== "stop") : offered;
}

/** A person's answer, kept for the worker to act on. Of "force" it only asks for a second person. */
export function answer(
  run: Run,
  asked: Asked,
  choice: Choice,
  by: string,
  at: Instant,
): Control<AnswerRefusal> {
  const found = lookUp(run, asked);
  if ("refusal" in found) return { ok: false, refusal: found.refusal };
  if (!found.choices.includes(choice)) return { ok: false, refusal: "not offered" };
  const given = standingAnswers(found.progress, asked, at).some((each) => each.choice === choice);
  if (given) return { ok: false, refusal: "given already" };

  const { step, about } = asked;
  const answers = [...(found.progress.answers ?? []), { about, choice, by, at }];
  const fact = { type: "Answered", step, about, choice, by } as const;
  const answered = withAnswers(run, step, answers);
  if (choice !== "stop") return { ok: true, run: answered, facts: [fact] };
  const stopped = cancel(answered, by, at);
  return stopped.ok ? { ...stopped, facts: [fact, ...stopped.facts] } : { ok: false, refusal: "stopping" };
}

/** The second person: only now pods may be deleted. */
export function confirmForce(run: Run, asked: Asked, by: string, at: Instant): Control<AnswerRefusal> {
  const found = lookUp(run, asked);
  if ("refusal" in found) return { ok: false, refusal: found.refusal };
  const wanted = standingAnswers(found.progress, asked, at).find(({ choice }) => choice === "force");
  if (!wanted) return { ok: false, refusal: "nothing to confirm" };
  if (wanted.confirmedBy !== undefined) return { ok: false, refusal: "given already" };
  if (wanted.by === by) return { ok: false, refusal: "same person" };

  const answers = found.progress.answers?.map((each) =>
    each === wanted ? { ...each, confirmedBy: by } : each,
  );
  const { step, about } = asked;
  return {
    ok: true,
    run: withAnswers(run, step, answers ?? []),
    facts: [{ type: "ForceConfirmed", step, about, by }],
  };
}

/** Answers to what is asked now that are still to be acted on; those to an earlier appearance of it do not count. */
export function standingAnswers(
  { answers = [] }: Pick<StepProgress, "answers">,
  { about, since }: Pick<Asked, "about" | "since">,
  now: Instant,
): readonly Answer[] {
  return answers.filter((answer) => {
    if (answer.about !== about || answer.at < since || answer.doneAt !== undefined) return false;
    return answer.choice !== "wait" || now < waitsUntil(answer, since);
  });
}

/** "Wait longer": as long again as it had taken until somebody said so. */
export function waitsUntil(answer: Pick<Answer, "at">, since: Instant): Instant {
  return answer.at + Math.max(minute, answer.at - since);
}

type Found =
  | { readonly progress: StepProgress; readonly choices: readonly Choice[] }
  | { readonly refusal: AnswerRefusal };

function lookUp(run: Run, { step, about, since }: Asked): Found {
  const progress = run.steps[step];
  const ours = run.plan.steps[step]?.kind === "self-managed node group";
  if (run.state !== "running" || !progress || !ours) return { refusal: "over" };
  const blocker = progress.blockers?.find((each) => each.id === about && each.since === since);
  if (blocker) return { progress, choices: stillOffered(run, choicesFor(blocker)) };
  const question: Question | undefined = progress.roll?.question;
  if (question?.id === about && question.since === since)
    return { progress, choices: stillOffered(run, question.choices) };
  return { refusal: run.stopping ? "stopping" : "over" };
}

function withAnswers(run: Run, index: number, answers: readonly Answer[]): Run {
  return { ...run, steps: run.steps.map((each, at) => (at === index ? { ...each, answers } : each)) };
}
