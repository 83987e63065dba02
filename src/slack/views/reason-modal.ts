import type { ModalView } from "@slack/types";
import { section } from "../text.js";
import type { FormValues } from "./form.js";

/** A modal with one field, for what a button cannot say: why. */

/** What people may write there; what they type in a command may be as long. */
export const reasonMax = 500;

const reasonBlock = "reason";
const reasonAction = "eks-upgrade:why";

export interface ReasonModal {
  readonly callback: string;
  /** At most 24 characters, as Slack counts. */
  readonly title: string;
  readonly submit: string;
  /** Over the field: what it is about. */
  readonly lines: readonly string[];
  /** Of the field: who reads it. */
  readonly hint: string;
}

export function reasonModal({ callback, title, submit, lines, hint }: ReasonModal): ModalView {
  return {
    type: "modal",
    callback_id: callback,
    title: { type: "plain_text", text: title },
    submit: { type: "plain_text", text: submit },
    close: { type: "plain_text", text: "Go back" },
    blocks: [
      section(lines),
      {
        type: "input",
        block_id: reasonBlock,
        label: { type: "plain_text", text: "Why" },
        hint: { type: "plain_text", text: hint },
        element: {
          type: "plain_text_input",
          action_id: reasonAction,
          multiline: true,
          min_length: 1,
          max_length: reasonMax,
        },
      },
    ],
  };
}

/** In the modal's place while it is worked on, and around the answer. */
export function reasonWorking(title: string, words: string): ModalView {
  return {
    type: "modal",
    title: { type: "plain_text", text: title },
    close: { type: "plain_text", text: "Close" },
    blocks: [section([words])],
  };
}

/** What was written; undefined for nothing that can be seen. */
export function reasonIn(values: FormValues): string | undefined {
  const said = values[reasonBlock]?.[reasonAction]?.value ?? "";
  return /[\p{L}\p{N}]/u.test(said) ? said.trim().slice(0, reasonMax) : undefined;
}

/** By block id, as Slack wants it. */
export function reasonErrors(values: FormValues): Record<string, string> | undefined {
  return reasonIn(values) === undefined ? { [reasonBlock]: "Say why, in a few words." } : undefined;
}
