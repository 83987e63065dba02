import type { Json } from "../protocol.js";
import { useConfirm } from "./confirm.js";
import { objectAt, optionOf, optionsOf, textAt } from "./kit.js";

interface MenuProps {
  readonly element: Json;
  readonly busy: boolean;
  readonly onPick: (value: string) => void;
}

/** Acts at once when something is picked; the three dots of an overflow menu too. */
export function Menu({ element, busy, onPick }: MenuProps) {
  const { ask, question } = useConfirm(element);
  const dots = element.type === "overflow";
  const label = dots ? "More" : textAt(element, "placeholder") || "Choose";
  // By the time of a yes, the field has gone back to what it showed.
  const pick = (value: string) => ask(() => onPick(value));
  const chosen = optionOf(objectAt(element, "initial_option") ?? {}).value;
  return (
    <>
      <select
        aria-label={label}
        className={dots ? "dots" : undefined}
        disabled={busy}
        onChange={({ target }) => pick(target.value)}
        value={chosen}
      >
        {chosen === "" && <option value="">{dots ? "⋯" : label}</option>}
        {optionsOf(element).map(({ text, value }) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
      {question}
    </>
  );
}
