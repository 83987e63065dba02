import { useRef } from "react";
import type { Json } from "../protocol.js";
import { objectAt, textAt } from "./kit.js";
import { Shown } from "./shown.js";

interface ButtonProps {
  readonly element: Json;
  readonly busy: boolean;
  readonly onPress: () => void;
}

/** A button of Block Kit. It asks first where the app wants that, and opens a link where it has one. */
export function Button({ element, busy, onPress }: ButtonProps) {
  const question = useRef<HTMLDialogElement>(null);
  const confirm = objectAt(element, "confirm");
  const url = textAt(element, "url");
  const style = textAt(element, "style");
  const press = () => {
    if (confirm) question.current?.showModal();
    else onPress();
    if (url) window.open(url, "_blank", "noopener");
  };
  const answer = (yes: boolean) => {
    question.current?.close();
    if (yes) onPress();
  };
  return (
    <>
      <button aria-busy={busy} className={`kit ${style}`} disabled={busy} onClick={press} type="button">
        {textAt(element, "text")}
      </button>
      {confirm && (
        <dialog aria-label={textAt(confirm, "title")} className="confirm" ref={question}>
          <h2>{textAt(confirm, "title")}</h2>
          <Shown blocks={[{ type: "section", text: confirm.text }]} />
          <div className="ends">
            <button className="kit" onClick={() => answer(false)} type="button">
              {textAt(confirm, "deny") || "Cancel"}
            </button>
            <button
              className={`kit ${textAt(confirm, "style") || style || "primary"}`}
              onClick={() => answer(true)}
              type="button"
            >
              {textAt(confirm, "confirm") || "Yes"}
            </button>
          </div>
        </dialog>
      )}
    </>
  );
}
