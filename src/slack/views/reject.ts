import type { ModalView } from "@slack/types";
import type { Run } from "../../core/run.js";
import { foreign, mention } from "../text.js";
import { planTitle, summaryOf } from "./plan.js";
import { reasonModal, reasonWorking } from "./reason-modal.js";

export const rejectAction = "eks-upgrade:reject";
export const rejectCallback = "eks-upgrade:reject-why";

const title = "Reject this upgrade";
/** As long as the field takes, however much of it has to be escaped. */
const reasonRoom = 600;

export function rejectModal(run: Run): ModalView {
  return reasonModal({
    callback: rejectCallback,
    title,
    submit: "Reject",
    lines: [
      `Upgrade of *${planTitle(run.plan)}*, ${summaryOf(run.plan)}, asked by ${mention(run.requestedBy)}.`,
      "The request is closed, and nothing is changed. It can be asked for again.",
    ],
    hint: "Everybody reads it on the card.",
  });
}

export const rejectWorking = reasonWorking(title, "Rejecting it…");

/** Why it was rejected; none where nobody had to say. */
export function rejectedBecauseLines({ rejectedBecause }: Run): string[] {
  const said = foreign(rejectedBecause ?? "", reasonRoom);
  return said === "" ? [] : [`*Why it was rejected:* ${said}`];
}
