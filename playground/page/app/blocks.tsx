import { createContext, useContext } from "react";
import type { Json, Place } from "../protocol.js";
import { useActing, useSelf } from "./acting.js";
import { Button } from "./button.js";
import { DataTable } from "./data-table.js";
import { Field } from "./field.js";
import { listAt, type Part, partsOf, textAt } from "./kit.js";
import { Menu } from "./menu.js";
import { Shown } from "./shown.js";
import { Why } from "./why.js";

/** Where these blocks are, for what is pressed in them. */
export const Where = createContext<Place>({ modal: "" });

/** Block Kit, to be read and to be used. */
export function Blocks({ blocks }: { readonly blocks: readonly Json[] }) {
  return partsOf(blocks).map((part, at) => {
    const field = part.kind === "input" ? textAt(part.block, "block_id") : "";
    // Blocks change their content in place more often than their order.
    const key = `${at} ${part.kind} ${field}`;
    return <OnePart key={key} part={part} />;
  });
}

function OnePart({ part }: { readonly part: Part }) {
  switch (part.kind) {
    case "shown":
      return <Shown blocks={part.blocks} />;
    case "input":
      return <Field block={part.block} />;
    case "actions":
      return <Elements elements={part.elements} />;
    case "data table":
      return <DataTable block={part.block} />;
    case "container":
      return <Container block={part.block} />;
    case "beside":
      return (
        <div className="beside">
          <Shown blocks={[part.block]} />
          <Elements elements={[part.element]} />
        </div>
      );
  }
}

/** Blocks under a title, folded where the app wants that. */
function Container({ block }: { readonly block: Json }) {
  const title = textAt(block, "title");
  const inside = <Blocks blocks={listAt(block, "child_blocks")} />;
  const subtitle = textAt(block, "subtitle");
  const heading = (
    <>
      <strong>{title}</strong> {subtitle && <span className="faint">{subtitle}</span>}
    </>
  );
  if (block.is_collapsible !== true) {
    return (
      <div className="container">
        <p>{heading}</p>
        {inside}
      </div>
    );
  }
  return (
    <details className="container" open={block.default_collapsed !== true}>
      <summary>{heading}</summary>
      {inside}
    </details>
  );
}

function Elements({ elements }: { readonly elements: readonly Json[] }) {
  const as = useSelf();
  const place = useContext(Where);
  const { act, underWay, why } = useActing();
  return (
    <div className="elements">
      {elements.map((element) => {
        const actionId = textAt(element, "action_id");
        const value = textAt(element, "value");
        const press = () => act({ act: "click", as, place, actionId, ...(value && { value }) });
        const pick = (value: string) => act({ act: "choose", as, place, actionId, value });
        switch (element.type) {
          case "button":
            return <Button busy={underWay} element={element} key={actionId} onPress={press} />;
          case "static_select":
          case "overflow":
            return <Menu busy={underWay} element={element} key={actionId} onPick={pick} />;
          default:
            return (
              <span className="faint" key={actionId}>
                This page cannot show “{textAt(element, "type")}”.
              </span>
            );
        }
      })}
      <Why>{why}</Why>
    </div>
  );
}
