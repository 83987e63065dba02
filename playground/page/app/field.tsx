import { useContext, useId } from "react";
import type { Inputs, Json } from "../protocol.js";
import { useActing, useSelf } from "./acting.js";
import { Where } from "./blocks.js";
import { Choices } from "./choices.js";
import { FormContext, fieldOf } from "./form.js";
import { objectAt, optionOf, optionsOf, textAt } from "./kit.js";
import { Suggested } from "./suggested.js";
import { Why } from "./why.js";

/** What every kind of field is given. */
export interface ControlProps {
  readonly id: string;
  readonly element: Json;
  /** Ids of what describes the field. */
  readonly describedBy: string;
  readonly invalid: boolean;
  readonly value: Inputs[string] | undefined;
  readonly onChange: (value: Inputs[string] | undefined) => void;
}

/** An input block: label, field, hint, and what is wrong with it. */
export function Field({ block }: { readonly block: Json }) {
  const id = useId();
  const as = useSelf();
  const place = useContext(Where);
  const { values, change, errors } = useContext(FormContext);
  const { act, why } = useActing();
  const element = objectAt(block, "element") ?? {};
  const error = errors[textAt(block, "block_id")];
  const onChange: ControlProps["onChange"] = (value) => {
    change(fieldOf(block), value);
    if (block.dispatch_action !== true || typeof value !== "string") return;
    void act({ act: "choose", as, place, actionId: textAt(element, "action_id"), value });
  };
  const control = { id, element, describedBy: `${id}hint`, invalid: error !== undefined };
  return (
    <div className="field">
      <label htmlFor={id} id={`${id}label`}>
        {textAt(block, "label")} {block.optional === true && <span className="faint">(optional)</span>}
      </label>
      <Control {...control} onChange={onChange} value={values.get(fieldOf(block))} />
      <div id={`${id}hint`}>
        <Why>{error ?? why}</Why>
        <p className="faint">{textAt(block, "hint")}</p>
      </div>
    </div>
  );
}

function Control(props: ControlProps) {
  switch (props.element.type) {
    case "static_select":
      return <Select {...props} />;
    case "external_select":
      return <Suggested {...props} />;
    case "checkboxes":
    case "radio_buttons":
      return <Choices {...props} />;
    case "plain_text_input":
      return <Text {...props} />;
    default:
      return <p className="faint">This page cannot show the field “{textAt(props.element, "type")}”.</p>;
  }
}

function Text({ id, element, describedBy, invalid, value, onChange }: ControlProps) {
  const common = {
    "aria-describedby": describedBy,
    "aria-invalid": invalid,
    id,
    maxLength: typeof element.max_length === "number" ? element.max_length : 3_000,
    placeholder: textAt(element, "placeholder"),
    value: typeof value === "string" ? value : textAt(element, "initial_value"),
  };
  return element.multiline === true ? (
    <textarea {...common} onChange={({ target }) => onChange(target.value)} rows={3} />
  ) : (
    <input {...common} onChange={({ target }) => onChange(target.value)} type="text" />
  );
}

function Select({ id, element, describedBy, invalid, value, onChange }: ControlProps) {
  const initial = optionOf(objectAt(element, "initial_option") ?? {}).value;
  return (
    <select
      aria-describedby={describedBy}
      aria-invalid={invalid}
      id={id}
      onChange={({ target }) => onChange(target.value || undefined)}
      value={typeof value === "string" ? value : initial}
    >
      <option value="">{textAt(element, "placeholder") || "Choose"}</option>
      {optionsOf(element).map((option) => (
        <option key={option.value} value={option.value}>
          {option.text}
        </option>
      ))}
    </select>
  );
}
