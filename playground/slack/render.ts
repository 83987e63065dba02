import { field, objectsOf, textOf } from "./json.js";
import { renderBlocks } from "./render-blocks.js";
import { formatDate } from "./render-date.js";
import { mentionUser, type RenderOptions, renderMrkdwn } from "./render-text.js";
import type { Message, View } from "./types.js";

export type { RenderOptions };

/** A message as lines for a terminal: who and when, then what it says; a reply stands further in. */
export function renderMessage(message: Message, options: RenderOptions): string[] {
  const margin = message.threadTs ? "    │ " : "";
  return [headline(message, options), ...indentedBody(message, options)].map((line) => `${margin}${line}`);
}

/** Blocks where there are any, as Slack shows them; the text is then only for notifications. */
function indentedBody(message: Message, options: RenderOptions): string[] {
  const attached = message.attachments.flatMap((attachment) =>
    attachment.blocks
      ? renderBlocks(objectsOf(attachment.blocks), options)
      : [renderMrkdwn(textOf(attachment.text), options)],
  );
  const own =
    message.blocks.length > 0
      ? renderBlocks(message.blocks, options)
      : renderMrkdwn(message.text, options).split("\n");
  return [...own, ...attached].map((line) => `  ${line}`);
}

function headline(message: Message, options: RenderOptions): string {
  const name = options.names.users.get(message.user)?.realName ?? "Slack";
  const notes = [
    formatDate(Number(message.ts), "{time_secs}", options),
    message.broadcast && "also sent to the channel",
    message.edits > 0 && `edited ${message.edits}×`,
    message.onlyFor && `only ${mentionUser(message.onlyFor, options)} sees this`,
  ];
  return [name, ...notes.filter(Boolean)].join(" · ");
}

/** A modal or Home tab as lines, with what the app found wrong. */
export function renderView(view: View, options: RenderOptions): string[] {
  const title = textOf(field(view.definition.title, "text"));
  const errors = Object.values(view.errors).map((error) => `! ${error}`);
  return [title, ...renderBlocks(objectsOf(view.definition.blocks), options), ...errors].filter(Boolean);
}
