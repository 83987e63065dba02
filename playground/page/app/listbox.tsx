import { type KeyboardEvent, useState } from "react";
import type { Option } from "./kit.js";

/** A list under a text field, walked with the arrow keys while the focus stays in the field. */
export interface Listbox {
  readonly open: boolean;
  /** At which option one stands; -1: at none. */
  readonly at: number;
  readonly stand: (at: number) => void;
  /** Takes ↑, ↓ and Escape. True where the key was meant for the list. */
  readonly onKey: (event: KeyboardEvent) => boolean;
}

/** @param open whether there is anything to list */
export function useListbox(count: number, open: boolean, onClose: () => void): Listbox {
  const [wanted, stand] = useState(-1);
  const at = Math.min(wanted, count - 1);
  const onKey = (event: KeyboardEvent) => {
    if (!open || count === 0) return false;
    if (event.key === "ArrowDown") stand((at + 1) % count);
    else if (event.key === "ArrowUp") stand(at <= 0 ? count - 1 : at - 1);
    else if (event.key === "Escape") onClose();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  return { open: open && count > 0, at, stand, onKey };
}

/** What the text field says of its list. */
export function comboProps(id: string, { open, at }: Listbox) {
  return {
    "aria-activedescendant": open && at >= 0 ? `${id}option${at}` : undefined,
    "aria-autocomplete": "list",
    "aria-controls": `${id}list`,
    "aria-expanded": open,
    autoComplete: "off",
    role: "combobox",
  } as const;
}

interface OptionsProps {
  readonly id: string;
  readonly label: string;
  readonly list: Listbox;
  readonly options: readonly Option[];
  readonly onPick: (option: Option) => void;
}

export function Options({ id, label, list, options, onPick }: OptionsProps) {
  return (
    <div aria-label={label} className="options" hidden={!list.open} id={`${id}list`} role="listbox">
      {options.map((option, at) => (
        // The keys are the text field's.
        <div
          aria-selected={at === list.at}
          id={`${id}option${at}`}
          key={option.value}
          ref={at === list.at ? (element) => element?.scrollIntoView({ block: "nearest" }) : undefined}
          // Before the text field loses the focus, and with it its list.
          onPointerDown={(event) => {
            event.preventDefault();
            onPick(option);
          }}
          role="option"
          tabIndex={-1}
        >
          {option.text}
        </div>
      ))}
    </div>
  );
}
