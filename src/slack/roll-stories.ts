import type { RunEvent } from "../core/events.js";
import type { Instant } from "../core/instant.js";
import type {
  AnswerTold,
  BlockedCallStory,
  BlockedStory,
  HoldStory,
  Note,
  NoteStory,
  QuestionStory,
  SizesStory,
  StopStory,
  Story,
} from "./story.js";
import { change, countOf } from "./story-change.js";
import { isOpenBlocked } from "./trouble-stories.js";

/** What mostly a roll of our own has to tell: what is asked and answered, and what is done about it. */
export function tellRoll(stories: Story[], event: RunEvent): void {
  tellAnswers(stories, event);
  tellControl(stories, event);
  tellDeeds(stories, event);
}

function tellAnswers(stories: Story[], event: RunEvent): void {
  const close = (how: NonNullable<QuestionStory["ended"]>["how"], step?: number, id?: string) =>
    change(stories, isOpenQuestion(step, id), (story) => ({ ...story, ended: { at: event.at, how } }));
  switch (event.type) {
    case "QuestionAsked": {
      const index = countOf(stories, "question");
      const { step, question } = event;
      stories.push({ kind: "question", index, step, question, answers: [] });
      return;
    }
    case "QuestionClosed":
      close(event.answered ? "answered" : "over", event.step, event.id);
      return;
    case "Answered": {
      const { choice, by, at } = event;
      change(stories, isAsked(event.step, event.about), (story) => ({
        ...story,
        answers: [...story.answers, { choice, by, at }],
      }));
      if (choice === "force") callSecond(stories, event.step, event.about, by, at);
      return;
    }
    case "AnswerFailed":
      change(stories, isAsked(event.step, event.about), (story) => ({
        ...story,
        answers: changeLast(story.answers, isDeed, { failed: event.problem }),
      }));
      return;
    case "ForceConfirmed":
      change(stories, isAsked(event.step, event.about), (story) => ({
        ...story,
        answers: changeLast(story.answers, isForce, { confirmedBy: event.by }),
      }));
      change(stories, isForceWanted(event.step, event.about), (story) =>
        withNote(story, { confirmedBy: event.by }),
      );
      return;
    case "DrainUnblocked":
      change(stories, isForceWanted(event.step, event.id), (story) => withNote(story, { over: true }));
      return;
    case "StepSucceeded":
      change(stories, isForceWanted(event.step), (story) => withNote(story, { over: true }));
      return;
    case "StopRequested":
      close("stopped");
      change(stories, isForceWanted(), (story) => withNote(story, { over: true }));
      return;
    case "RunFailed":
      close("failed");
      change(stories, isForceWanted(), (story) => withNote(story, { over: true }));
      return;
    default:
      return;
  }
}

/** Whoever is to confirm it is called, as far as it is known what they are to confirm. */
function callSecond(stories: Story[], step: number, about: string, by: string, at: Instant): void {
  const story = stories.filter(isOpenBlocked(step, about)).find(({ kind }) => kind === "blocked");
  if (!story) return;
  note(stories, at, { what: "force wanted", step, blocker: story.blocker, by });
}

function isForceWanted(step?: number, id?: string) {
  return (story: Story): story is NoteStory =>
    story.kind === "note" &&
    story.note.what === "force wanted" &&
    story.note.confirmedBy === undefined &&
    story.note.over === undefined &&
    (step === undefined || story.note.step === step) &&
    (id === undefined || story.note.blocker.id === id);
}

/** Those that are acted on by the bot alone, and may turn out impossible. */
const isDeed = ({ choice }: AnswerTold) => choice === "restart owner" || choice === "surge owner";
const isForce = ({ choice }: AnswerTold) => choice === "force";

function changeLast(
  answers: readonly AnswerTold[],
  isMeant: (answer: AnswerTold) => boolean,
  over: Partial<AnswerTold>,
): AnswerTold[] {
  const last = answers.findLastIndex(isMeant);
  return answers.map((answer, index) => (index === last ? { ...answer, ...over } : answer));
}

/** Held, let go, called off. */
function tellControl(stories: Story[], event: RunEvent): void {
  const end = () => {
    change(stories, isOpenHold, (story) => ({ ...story, ended: { at: event.at } }));
    change(stories, isOpenRuleHold, (story) => ({ ...story, ended: { at: event.at } }));
    change(stories, isOpenStop, (story) => ({ ...story, endedAt: event.at }));
  };
  switch (event.type) {
    case "RunPaused":
      stories.push({ kind: "hold", index: countOf(stories, "hold"), by: event.by, at: event.at });
      return;
    case "RunResumed":
      change(stories, isOpenHold, (story) => ({ ...story, ended: { at: event.at, by: event.by } }));
      return;
    case "RunHeld":
      change(stories, isOpenRuleHold, (story) => ({ ...story, ended: { at: event.at } }));
      stories.push({ kind: "hold", index: countOf(stories, "hold"), at: event.at, held: event.held });
      return;
    case "RunReleased":
      change(stories, isOpenRuleHold, (story) => ({
        ...story,
        ended: { at: event.at, ...(event.by !== undefined && { by: event.by }) },
      }));
      return;
    case "StopRequested":
      end();
      stories.push({
        ...{ kind: "stop", index: countOf(stories, "stop"), by: event.by, at: event.at },
        repair: stories.at(-1)?.kind === "end",
        ...{ putBack: [], notPutBack: [] },
      });
      return;
    case "StopTooLate":
      change(stories, isOpenStop, (story) => ({ ...story, endedAt: event.at, tooLate: true }));
      note(stories, event.at, { what: "too late", by: event.by });
      return;
    case "PutBack":
      change(stories, isOpenStop, (story) => ({ ...story, putBack: [...story.putBack, event.what] }));
      return;
    case "NotPutBack":
      change(stories, isOpenStop, (story) => {
        const { what, next } = event;
        const others = story.notPutBack.filter((each) => each.what !== what);
        return { ...story, notPutBack: [...others, { what, next }] };
      });
      return;
    case "RunCancelled":
    case "RunFailed":
    case "RunSucceeded":
      end();
      return;
    default:
      return;
  }
}

function tellDeeds(stories: Story[], event: RunEvent): void {
  switch (event.type) {
    case "SizesMoved":
      moveSizes(stories, event.step, event);
      return;
    case "NodeSkipped":
      note(stories, event.at, { what: "put off", node: event.node, by: event.by });
      return;
    case "NodeGone":
      change(stories, isNote("put off", "node", event.node), (story) =>
        withNote(story, { goneAt: event.at }),
      );
      return;
    case "OwnerRestarted":
      note(stories, event.at, { what: "restarted", owner: event.owner });
      return;
    case "OwnerSurged":
      note(stories, event.at, { what: "surged", owner: event.owner });
      return;
    case "OwnerRestored":
      change(stories, isNote("surged", "owner", event.owner), (story) =>
        withNote(story, { restoredAt: event.at }),
      );
      return;
    case "PodsDeleted": {
      const { node, pods, about, step } = event;
      note(stories, event.at, { what: "deleted", node, pods, by: whoForced(stories, step, about) });
      return;
    }
    default:
      return;
  }
}

/** An autoscaler may move it every minute: one story for all of it. */
function moveSizes(
  stories: Story[],
  step: number,
  { from, to, at }: { from: number; to: number; at: Instant },
): void {
  const isOfStep = (story: Story): story is SizesStory => story.kind === "sizes" && story.step === step;
  if (change(stories, isOfStep, (story) => ({ ...story, moves: story.moves + 1, to, at }))) return;
  stories.push({ kind: "sizes", step, moves: 1, from, to, at });
}

function note(stories: Story[], at: Instant, it: Note): void {
  stories.push({ kind: "note", index: countOf(stories, "note"), at, note: it });
}

function withNote(
  story: NoteStory,
  over: { goneAt: Instant } | { restoredAt: Instant } | { confirmedBy: string } | { over: true },
): NoteStory {
  return { ...story, note: { ...story.note, ...over } };
}

/** The last two people to say so: what they answered may have been told on a card that is over by now. */
function whoForced(stories: readonly Story[], step: number, about: string): string[] {
  const answers = stories.flatMap((story) =>
    story.kind === "blocked" && story.step === step && story.blocker.id === about ? story.answers : [],
  );
  const force = answers.findLast(({ choice, confirmedBy }) => choice === "force" && confirmedBy);
  return force?.confirmedBy ? [force.by, force.confirmedBy] : [];
}

function isNote(what: Note["what"], key: "node" | "owner", value: string) {
  return (story: Story): story is NoteStory =>
    story.kind === "note" &&
    story.note.what === what &&
    key in story.note &&
    subjectOf(story.note, key) === value;
}

function subjectOf(it: Note, key: "node" | "owner"): string | undefined {
  if (key === "node") return "node" in it ? it.node : undefined;
  return "owner" in it ? it.owner : undefined;
}

function isAsked(step: number, id: string) {
  const isBlocked = isOpenBlocked(step, id);
  const isQuestion = isOpenQuestion(step, id);
  return (story: Story): story is BlockedStory | BlockedCallStory | QuestionStory =>
    isBlocked(story) || isQuestion(story);
}

function isOpenQuestion(step?: number, id?: string) {
  return (story: Story): story is QuestionStory =>
    story.kind === "question" &&
    story.ended === undefined &&
    (step === undefined || story.step === step) &&
    (id === undefined || story.question.id === id);
}

function isOpenHold(story: Story): story is HoldStory {
  return story.kind === "hold" && story.held === undefined && story.ended === undefined;
}

function isOpenRuleHold(story: Story): story is HoldStory {
  return story.kind === "hold" && story.held !== undefined && story.ended === undefined;
}

function isOpenStop(story: Story): story is StopStory {
  return story.kind === "stop" && story.endedAt === undefined;
}
