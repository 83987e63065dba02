import type { ModalView } from "@slack/types";
import type { View } from "../limits.js";
import { section } from "../text.js";
import type { SlackTrouble } from "../trouble.js";
import { problemAnswer } from "./answers.js";

const title = { type: "plain_text", text: "Upgrade a node group" } as const;
const close = { type: "plain_text", text: "Close" } as const;

/** The form, sent: AWS may take longer to answer than Slack waits. */
export function workingView(): ModalView {
  return { type: "modal", title, close, blocks: [section(["Looking at the node group…"])] };
}

/** The form's answer, in its place: whoever filled it in is looking there. */
export function answeredView(answer: View): ModalView {
  return { type: "modal", title, close, blocks: [...answer.blocks] };
}

/** The form that did not open: what was wrong, and how to go on with or without it. */
export function formUnopened({ code, kind, next }: SlackTrouble): View {
  const late = /trigger/.test(code);
  const said = late
    ? `The form did not open: it took longer than the 3 s that Slack gives for it (${code})`
    : kind === "unknown outcome"
      ? `I do not know whether the form opened: Slack did not answer (${code})`
      : `The form did not open: Slack says ${code}`;
  const again =
    "Type /eks-upgrade once more, or go without the form: /eks-upgrade start <cluster>/<node-group>";
  return problemAnswer({ code, what: said, next: next ? `${next} ${again}` : again });
}
