import type { ControlProps } from "./field.js";
import { listAt, objectAt, optionOf, optionsOf } from "./kit.js";

/** Checkboxes, or radio buttons: all options in sight. */
export function Choices({ id, element, describedBy, value, onChange }: ControlProps) {
  const many = element.type === "checkboxes";
  const chosen = chosenOf({ element, value });
  const toggle = (option: string, on: boolean) => {
    if (!many) onChange(option);
    else onChange(on ? [...chosen, option] : chosen.filter((other) => other !== option));
  };
  return (
    <fieldset aria-describedby={describedBy} aria-labelledby={`${id}label`} className="choices" id={id}>
      {optionsOf(element).map((option) => (
        <label key={option.value}>
          <input
            checked={chosen.includes(option.value)}
            name={id}
            onChange={({ target }) => toggle(option.value, target.checked)}
            type={many ? "checkbox" : "radio"}
          />{" "}
          {option.text}
        </label>
      ))}
    </fieldset>
  );
}

function chosenOf({ element, value }: Pick<ControlProps, "element" | "value">): readonly string[] {
  if (value !== undefined) return typeof value === "string" ? [value] : value;
  const initial = objectAt(element, "initial_option");
  const initials = [...listAt(element, "initial_options"), ...(initial ? [initial] : [])];
  return initials.map((option) => optionOf(option).value);
}
