import { sayDuration } from "../../core/instant.js";
import type { Run } from "../../core/run.js";
import type { View } from "../limits.js";
import { isLeftToEks } from "../standing.js";
import type { HoldStory, Note, NoteStory, SizesStory, StopStory } from "../story.js";
import { code, foreign, listed, mention, plural, say, timeOfDay, whoever } from "../text.js";
import { ownerName } from "./choices.js";
import { ruleHoldReply } from "./held.js";
import { planTitle } from "./plan.js";
import { putBackLines } from "./put-back.js";

/** Pods named of those that were deleted. */
const podsShown = 10;

export function holdReply(run: Run, story: HoldStory): View {
  const { by = "", at, held, ended } = story;
  if (held) return ruleHoldReply(run, { ...story, held });
  if (!ended)
    return say([`:double_vertical_bar: *Paused* by ${mention(by)} ${timeOfDay(at)}: nothing new is begun.`]);
  const lasted = sayDuration(ended.at - at);
  const how = ended.by === undefined ? "until the upgrade ended" : `then ${mention(ended.by)} let it go on`;
  return say([`Paused by ${mention(by)} for ${lasted}, ${how}.`]);
}

/** What is put back, as it is put back; the end tells what it came to. */
export function stopReply(run: Run, story: StopStory): View {
  const { by, at, repair, endedAt } = story;
  const what = repair
    ? `${mention(by)} has me put back what this upgrade left behind (${timeOfDay(at)}).`
    : `${mention(by)} called off upgrading ${planTitle(run.plan)} ${timeOfDay(at)}.`;
  const putting =
    endedAt === undefined
      ? "I am putting back what I changed; no further node is replaced."
      : `Putting back took ${sayDuration(endedAt - at)}.`;
  const now = isLeftToEks(run) ? lookedForWords(story) : putting;
  return say([`:leftwards_arrow_with_hook: ${what} ${now}`, ...putBackLines(story)]);
}

/** EKS was to be asked when it was called off, and may have been. */
function lookedForWords({ endedAt, tooLate }: StopStory): string {
  if (tooLate) return "It was too late: EKS had begun.";
  if (endedAt !== undefined) return "EKS had begun nothing.";
  return "I ask EKS for nothing any more, and am looking whether it has begun. If it has, the update goes on, for EKS can neither cancel nor pause one.";
}

export function sizesReply(run: Run, { step, moves, from, to, at }: SizesStory): View {
  const group = code(run.plan.steps[step]?.nodeGroup ?? "the group", 80);
  const often = moves > 1 ? `, in ${moves} moves` : "";
  return say([
    `Somebody else moved the desired size of ${group} from ${from} to ${to}${often} (last ${timeOfDay(at)}). The difference is theirs, and I keep it.`,
  ]);
}

export function noteReply(run: Run, { note, at }: NoteStory): View {
  return say([noteWords(run, note, timeOfDay(at))]);
}

function noteWords(run: Run, note: Note, at: string): string {
  switch (note.what) {
    case "put off": {
      if (run.steps.some(({ nodes }) => nodes[note.node]?.old === false))
        return `${mention(note.by)} left node ${code(note.node, 80)} as it is ${at}: it stays in the group.`;
      const then =
        note.goneAt === undefined
          ? "it comes back last."
          : `it came back last, and left ${timeOfDay(note.goneAt)}.`;
      return `${mention(note.by)} put node ${code(note.node, 80)} off ${at}: ${then}`;
    }
    case "too late":
      return `:warning: ${mention(note.by)} *It was too late to call it off:* EKS had begun, and it can neither cancel nor pause a node group update. It goes on, and I follow it to its end; the live message tells when something blocks it.`;
    case "restarted":
      return `Restarted ${code(note.owner)} ${at}, as ${code("kubectl rollout restart")} does it.`;
    case "surged":
      return note.restoredAt === undefined
        ? `Gave ${code(note.owner)} one replica more ${at}, until the old nodes are replaced.`
        : `Gave ${code(note.owner)} one replica more ${at}, and took it back ${timeOfDay(note.restoredAt)}.`;
    case "deleted":
      return deletedWords(run, note, at);
    case "force wanted":
      return wantedWords(run, note, at);
  }
}

function wantedWords(run: Run, note: Extract<Note, { what: "force wanted" }>, at: string): string {
  const { blocker, by, confirmedBy, over } = note;
  const pods = `${plural(blocker.podCount, "pod")} of ${code(ownerName(blocker))}`;
  if (confirmedBy !== undefined)
    return `${mention(by)} and ${mention(confirmedBy)} decided to have ${pods} deleted.`;
  if (over) return `${mention(by)} wanted ${pods} deleted ${at}; it was over before anybody confirmed it.`;
  const approvers = whoever({ groups: run.approverGroups, users: run.approverUsers });
  return `:rotating_light: ${approvers}: ${mention(by)} wants ${pods} *deleted against budgets* to go on with ${planTitle(run.plan)}. Please look, and confirm it on the card above, or leave it: without a second person nothing is deleted.`;
}

function deletedWords(run: Run, { node, pods, by }: Extract<Note, { what: "deleted" }>, at: string): string {
  const named = pods.slice(0, podsShown).map((pod) => code(pod));
  const rest = pods.length - named.length;
  const names = listed(rest > 0 ? [...named, `${rest} more`] : named, "and");
  const who = by.length > 0 ? `as ${listed(by.map(mention), "and")} decided` : "as was decided";
  return `:rotating_light: ${mention(run.requestedBy)} *Deleted ${plural(pods.length, "pod")} of node ${foreign(node, 80)} against budgets* ${at}, ${who}: ${names}. See that what they belong to comes up again.`;
}
