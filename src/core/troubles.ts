import type { Fact } from "./events.js";
import { type Instant, type Milliseconds, minute } from "./instant.js";
import type { Problem, TroubleKind } from "./problems.js";
import type { Run, StandingTrouble } from "./run.js";

/** Trouble as one look met it. */
export interface TroubleMet {
  readonly kind: TroubleKind;
  readonly problem: Problem;
  /** The look ended there: nothing beyond it was seen. */
  readonly cutShort: boolean;
  /** When the run fails over it. */
  readonly givesUpAt?: Instant;
}

/**
 * How long trouble may last before a person is called. EKS gives a drain 15 minutes: whoever is to see what blocks it
 * must have some of them left. What was denied passes by nobody's waiting.
 */
const patience: Readonly<Record<TroubleKind, Milliseconds>> = {
  denied: 0,
  refused: 0,
  unreachable: 5 * minute,
  "not found": 5 * minute,
  busy: 15 * minute,
  conflict: 15 * minute,
};

/** While EKS is at work, throttling hides a drain as well as a network that is down does. */
const busyPatienceWhileFollowing = 5 * minute;

/** Trouble that comes and goes is one trouble until it has stayed away for so long. */
const quietFor = 3 * minute;

/** A network that is down shows as now one, now the other: they are one trouble, and so are several refusals. */
function idOf(kind: TroubleKind): StandingTrouble["id"] {
  return kind === "busy" || kind === "unreachable" ? "no answer" : "refusal";
}

/**
 * What became of trouble since the last look, if this one met any: told when it begins, once more when it has lasted
 * so long that a person must look or has become what waiting does not help, and when it is over.
 */
export function followTroubles(
  run: Pick<Run, "trouble" | "troubles" | "steps">,
  met: TroubleMet | undefined,
  now: Instant,
): { troubles: readonly StandingTrouble[]; facts: readonly Fact[] } {
  const before = run.troubles ?? [];
  const others = before
    .filter((each) => !met || each.id !== idOf(met.kind))
    .map((each) => calm(each, met, now));
  const over = others.filter(
    (each) => (!met || showsOver(met, each)) && now - (each.quietSince ?? now) >= quietFor,
  );
  const standing = others.filter((each) => !over.includes(each));
  const unnamed = run.troubles ? undefined : run.trouble;
  const facts: Fact[] = whatPassed(over);
  if (unnamed && unnamed.code !== met?.problem.code)
    facts.push({ type: "ProblemCleared", code: unnamed.code });
  if (!met) return { troubles: standing, facts };

  const id = idOf(met.kind);
  const known = before.find((each) => each.id === id);
  const since = known?.since ?? now;
  const { kind, problem, cutShort, givesUpAt } = met;
  const hasCalled = known?.called ?? (unnamed?.code === problem.code && unnamed.next !== "");
  const callsBefore = known?.calledFor ?? (hasCalled ? [kind] : []);
  const calls = mustCall(kind, callsBefore, now - since, run) ? [...callsBefore, kind] : callsBefore;
  // Also for what an older bot told of without a name: so its reply gets one.
  if (!known || !isSame(known.problem, problem)) facts.push({ type: "ProblemMet", id, problem });
  if (calls !== callsBefore) facts.push({ type: "ProblemLasts", id });
  const called = calls.length > 0;
  const trouble: StandingTrouble = {
    ...{ id, problem, since, called, cutShort },
    ...(called && { calledFor: calls }),
    ...(givesUpAt !== undefined && { givesUpAt }),
  };
  return { troubles: [trouble, ...standing], facts };
}

/** What is in the way by the last look. */
export function troublesNow({ troubles = [] }: Pick<Run, "troubles">): readonly StandingTrouble[] {
  return troubles.filter((trouble) => trouble.quietSince === undefined);
}

/** No look comes any more to find that what has been quiet is over. */
export function passedAtEnd({ troubles = [] }: Pick<Run, "troubles">): Fact[] {
  return whatPassed(troubles.filter((trouble) => trouble.quietSince !== undefined));
}

function whatPassed(troubles: readonly StandingTrouble[]): Fact[] {
  return troubles.map(({ id, problem, quietSince }) => ({
    type: "ProblemCleared",
    id,
    code: problem.code,
    ...(quietSince !== undefined && { quietSince }),
  }));
}

function calm(trouble: StandingTrouble, met: TroubleMet | undefined, now: Instant): StandingTrouble {
  if (met && !showsOver(met, trouble)) return trouble;
  return { ...trouble, quietSince: trouble.quietSince ?? now };
}

/** Once for trouble that lasts; and once more for each kind that no waiting ends, if the call was for another one. */
function mustCall(
  kind: TroubleKind,
  before: readonly TroubleKind[],
  lasted: Milliseconds,
  { steps }: Pick<Run, "steps">,
): boolean {
  if (before.length > 0) return patience[kind] === 0 && !before.includes(kind);
  const following = steps.some(
    ({ updateId, phases }) => updateId !== undefined && phases["scale down"].endedAt === undefined,
  );
  return lasted >= (kind === "busy" && following ? busyPatienceWhileFollowing : patience[kind]);
}

/** Whether a look that met other trouble went far enough to show that this one is over. */
function showsOver(met: TroubleMet, { id, cutShort }: StandingTrouble): boolean {
  if (cutShort !== met.cutShort) return cutShort;
  return id === "no answer";
}

function isSame(one: Problem, other: Problem): boolean {
  return one.code === other.code && one.what === other.what;
}
