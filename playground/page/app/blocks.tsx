import { createContext, useContext } from "react";
import type { Json, Place } from "../protocol.js";
import { useActing, useSelf } from "./acting.js";
import { Button } from "./button.js";
import { Field } from "./field.js";
import { optionsOf, partsOf, textAt } from "./kit.js";
import { Shown } from "./shown.js";
import { Why } from "./why.js";

/** Where these blocks are, for what is pressed in them. */
export const Where = createContext<Place>({ modal: "" });

/** Block Kit, to be read and to be used. */
export function Blocks({ blocks }: { readonly blocks: readonly Json[] }) {
  return partsOf(blocks).map((part, at) => {
    // Blocks change their content in place more often than their order.
    const key = `${at} ${part.kind}`;
    if (part.kind === "shown") return <Shown blocks={part.blocks} key={key} />;
    if (part.kind === "input")
      return <Field block={part.block} key={`${key} ${textAt(part.block, "block_id")}`} />;
    if (part.kind === "actions") return <Elements elements={part.elements} key={key} />;
    return (
      <div className="beside" key={key}>
        <Shown blocks={[part.block]} />
        <Elements elements={[part.element]} />
      </div>
    );
  });
}

function Elements({ elements }: { readonly elements: readonly Json[] }) {
  const as = useSelf();
  const place = useContext(Where);
  const { act, underWay, why } = useActing();
  return (
    <div className="elements">
      {elements.map((element) => {
        const actionId = textAt(element, "action_id");
        if (element.type === "button") {
          const press = () => act({ act: "click", as, place, actionId });
          return <Button busy={underWay} element={element} key={actionId} onPress={press} />;
        }
        const pick = (value: string) => act({ act: "choose", as, place, actionId, value });
        return element.type === "static_select" ? (
          <Menu busy={underWay} element={element} key={actionId} onPick={pick} />
        ) : null;
      })}
      <Why>{why}</Why>
    </div>
  );
}

interface MenuProps {
  readonly element: Json;
  readonly busy: boolean;
  readonly onPick: (value: string) => void;
}

/** Acts at once when something is picked. */
function Menu({ element, busy, onPick }: MenuProps) {
  const label = textAt(element, "placeholder") || "Choose";
  return (
    <select aria-label={label} disabled={busy} onChange={({ target }) => onPick(target.value)} value="">
      <option value="">{label}</option>
      {optionsOf(element).map(({ text, value }) => (
        <option key={value} value={value}>
          {text}
        </option>
      ))}
    </select>
  );
}
