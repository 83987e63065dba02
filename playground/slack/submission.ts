import { field, isObject, type JsonObject, textOf } from "./json.js";
import { checkedView } from "./kit/view.js";
import { Refusal } from "./refusal.js";
import type { View } from "./types.js";
import type { Views } from "./views.js";

const trouble = { "": "We had some trouble connecting. Try again?" };

/** What the app's answer to a submitted modal does to the screen; no answer in words closes the modal. */
export function applySubmission(answer: JsonObject, view: View, views: Views): void {
  try {
    switch (answer.response_action) {
      case undefined:
        views.close(view);
        return;
      case "clear":
        views.clear(view.user);
        return;
      case "errors":
        views.showErrors(view, errorsOf(answer));
        return;
      case "update":
        views.update(view, checkedView(answer.view, "modal"));
        return;
      case "push":
        views.push(view.user, checkedView(answer.view, "modal"));
        return;
      default:
        views.showErrors(view, trouble);
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    views.showErrors(view, trouble);
  }
}

function errorsOf(answer: JsonObject): Record<string, string> {
  const errors = answer.errors;
  if (!isObject(errors)) return trouble;
  return Object.fromEntries(Object.keys(errors).map((id) => [id, textOf(field(errors, id))]));
}
