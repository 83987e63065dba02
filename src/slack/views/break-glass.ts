import type { ModalView } from "@slack/types";
import type { RunEvent } from "../../core/events.js";
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

/** ":rotating_light: *Started without approval* by @x: reason" */
export function glassLines({ breakGlass }: Pick<Run, "breakGlass">): string[] {
  if (!breakGlass) return [];
  const said = foreign(breakGlass.reason, reasonRoom);
  return [`:rotating_light: *Started without approval* by ${mention(breakGlass.by)}: ${said}`];
}

/** Calls those who would have had to approve it. One for each time that the glass was broken. */
export function glassCalls(run: Run, events: readonly RunEvent[]): View[] {
  const who = whoever({ groups: run.approverGroups, users: run.approverUsers });
  return events.flatMap((event) =>
    event.type === "GlassBroken"
      ? [
          say([
            `:rotating_light: ${who}: ${mention(event.by)} started upgrading ${planTitle(run.plan)} without your approval ${moment(event.at)}.`,
            `*Why:* ${foreign(event.reason, reasonRoom)}`,
            "Please look at it together. It is in the record of who did what.",
          ]),
        ]
      : [],
  );
}
