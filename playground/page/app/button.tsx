import type { Json } from "../protocol.js";
import { useConfirm } from "./confirm.js";
import { textAt } from "./kit.js";

interface ButtonProps {
  readonly element: Json;
  readonly busy: boolean;
  readonly onPress: () => void;
}

/** A button of Block Kit. It asks first where the app wants that, and opens a link where it has one. */
export function Button({ element, busy, onPress }: ButtonProps) {
  const { ask, question } = useConfirm(element);
  const url = textAt(element, "url");
  const press = () => {
    ask(onPress);
    if (url) window.open(url, "_blank", "noopener");
  };
  return (
    <>
      <button
        aria-busy={busy}
        className={`kit ${textAt(element, "style")}`}
        disabled={busy}
        onClick={press}
        type="button"
      >
        {textAt(element, "text")}
      </button>
      {question}
    </>
  );
}
