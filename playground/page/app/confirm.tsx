import { type ReactNode, useRef } from "react";
import type { Json } from "../protocol.js";
import { objectAt, textAt } from "./kit.js";
import { Shown } from "./shown.js";

export interface Confirm {
  /** Goes on at once, or after a yes where the app wants to be sure. */
  readonly ask: (then: () => void) => void;
  /** To be put beside the element. */
  readonly question: ReactNode;
}

/** The question that an element asks before it acts, where it has one. */
export function useConfirm(element: Json): Confirm {
  const dialog = useRef<HTMLDialogElement>(null);
  const then = useRef(() => {});
  const confirm = objectAt(element, "confirm");
  if (!confirm) return { ask: (go) => go(), question: null };
  const answer = (yes: boolean) => {
    dialog.current?.close();
    if (yes) then.current();
  };
  const style = textAt(confirm, "style") || textAt(element, "style") || "primary";
  return {
    ask: (go) => {
      then.current = go;
      dialog.current?.showModal();
    },
    question: (
      <dialog aria-label={textAt(confirm, "title")} className="confirm" ref={dialog}>
        <h2>{textAt(confirm, "title")}</h2>
        <Shown blocks={[{ type: "section", text: confirm.text }]} />
        <div className="ends">
          <button className="kit" onClick={() => answer(false)} type="button">
            {textAt(confirm, "deny") || "Cancel"}
          </button>
          <button className={`kit ${style}`} onClick={() => answer(true)} type="button">
            {textAt(confirm, "confirm") || "Yes"}
          </button>
        </div>
      </dialog>
    ),
  };
}
