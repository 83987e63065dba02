import type { Button, ConfirmationDialog } from "@slack/types";
import { limits, truncate } from "../limits.js";
import { clean } from "../text.js";

/** What a button asks before it does anything. */
export interface Confirm {
  readonly title: string;
  readonly text: string;
  /** "Restart": what the dialog's own button says. */
  readonly yes: string;
}

export interface ButtonOptions {
  readonly action: string;
  readonly text: string;
  readonly value: string;
  readonly style?: "primary" | "danger";
  readonly confirm?: Confirm;
}

/** A button whose words may hold names from outside: Slack shows them literally, and here they are cut to what it takes. */
export function button({ action, text, value, style, confirm }: ButtonOptions): Button {
  return {
    type: "button",
    action_id: action,
    ...(style && { style }),
    text: plain(text, limits.buttonText),
    value,
    ...(confirm && { confirm: dialog(confirm, style) }),
  };
}

function dialog({ title, text, yes }: Confirm, style: "primary" | "danger" | undefined): ConfirmationDialog {
  return {
    title: plain(title, limits.confirmTitle),
    text: plain(text, limits.confirmText),
    confirm: plain(yes, limits.confirmButton),
    deny: plain("Go back", limits.confirmButton),
    ...(style && { style }),
  };
}

function plain(text: string, max: number) {
  // Slack reads nothing into it; what would be a mention elsewhere need not stand here either.
  return { type: "plain_text" as const, text: truncate(clean(text.replaceAll(/[<>]/g, ""), max), max) };
}
