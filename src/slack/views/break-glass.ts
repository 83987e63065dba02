import type { ModalView } from "@slack/types";
import type { RunEvent } from "../../core/events.js";
import { isEnough } from "../../core/quorum.js";
import type { Run } from "../../core/run.js";
import type { View } from "../limits.js";
import { foreign, mention, moment, say, whoever } from "../text.js";
import { planTitle, summaryOf } from "./plan.js";
import { reasonModal, reasonWorking } from "./reason-modal.js";

/** Starting without approval: asked for with a reason, told to everybody, and visible for as long as the run is. */

export const breakGlassAction = "eks-upgrade:break-glass";
export const breakGlassCallback = "eks-upgrade:break-glass-why";

const title = "Start without approval";
/** As long as the field takes, however much of it has to be escaped. */
const reasonRoom = 600;

export function breakGlassModal(run: Run): ModalView {
  return reasonModal({
    callback: breakGlassCallback,
    title,
    submit: "Start it now",
    lines: [
      `Upgrade of *${planTitle(run.plan)}*, ${summaryOf(run.plan)}, asked by ${mention(run.requestedBy)}.`,
      ":rotating_light: It starts at once, without the approvals it asks for and whatever windows, freezes and the order of environments say. Locks still hold it. The approvers are called, everybody reads your reason, and it is recorded.",
    ],
    hint: "Say what does not let you wait.",
  });
}

export const breakGlassWorking = reasonWorking(title, "Proving the plan once more…");

/** What the glass was broken for: with all the approvals that it asks for it was about its hours, or the order. */
export function glassWords(run: Run): string {
  return isEnough(run) ? "before its hour" : "without approval";
}

/** ":rotating_light: *Started without approval* by @x: reason" */
export function glassLines(run: Run): string[] {
  const { breakGlass } = run;
  if (!breakGlass) return [];
  return [
    `:rotating_light: *Started ${glassWords(run)}* by ${mention(breakGlass.by)}: ${foreign(breakGlass.reason, reasonRoom)}`,
  ];
}

/** Calls those who would have had to approve it, or did so for another time. One for each time that the glass was broken. */
export function glassCalls(run: Run, events: readonly RunEvent[]): View[] {
  const who = whoever({ groups: run.approverGroups, users: run.approverUsers });
  const [how, more] = isEnough(run)
    ? ["before its hour", ": windows, freezes and the order of environments did not hold it"]
    : ["without your approval", ""];
  return events.flatMap((event) =>
    event.type === "GlassBroken"
      ? [
          say([
            `:rotating_light: ${who}: ${mention(event.by)} started upgrading ${planTitle(run.plan)} ${how} ${moment(event.at)}${more}.`,
            `*Why:* ${foreign(event.reason, reasonRoom)}`,
            "Please look at it together. It is in the record of who did what.",
          ]),
        ]
      : [],
  );
}
