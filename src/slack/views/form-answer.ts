import type { ModalView } from "@slack/types";
import type { View } from "../limits.js";
import { section } from "../text.js";

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
