import type { types } from "@slack/bolt";
import type { Actor } from "../src/authority.js";
import type { View } from "../src/slack/limits.js";
import type { FormValues } from "../src/slack/views/form.js";
import type { Found } from "./target.js";
import type { Tools } from "./tools.js";

/** A button that opens a modal, which asks for what the button cannot say: why. */
export interface Dialog {
  readonly action: string;
  readonly callback: string;
  /** The modal, or why there is none for this person. Slack gives three seconds to open it. */
  open(value: string, actor: Actor, tools: Tools): Promise<Found<types.ModalView>>;
  /** What is wrong with what was filled in, by block id; undefined when it can be worked on. */
  missing(values: FormValues): Record<string, string> | undefined;
  /** What is shown while it is worked on, in the modal's place. */
  readonly working: types.ModalView;
  /** `value`: the modal's `private_metadata`. Nothing in it is trusted: rights and records are read again. */
  submit(value: string, values: FormValues, actor: Actor, tools: Tools): Promise<View>;
}
