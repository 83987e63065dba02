import { type KeyboardEvent, useContext, useEffect, useState } from "react";
import { useSelf } from "./acting.js";
import { Where } from "./blocks.js";
import type { ControlProps } from "./field.js";
import { type Option, objectAt, optionOf, textAt } from "./kit.js";
import { comboProps, Options, useListbox } from "./listbox.js";
import { send } from "./live.js";

/** So long nobody types before the app is asked. */
const pause = 150;

/** A menu that the app fills while one types. */
export function Suggested({ id, element, describedBy, invalid, onChange }: ControlProps) {
  const [typed, setTyped] = useState<string>();
  const [picked, setPicked] = useState(() => optionOf(objectAt(element, "initial_option") ?? {}));
  const suggestions = useSuggestions(textAt(element, "action_id"), typed);
  const list = useListbox(suggestions.options.length, typed !== undefined, () => setTyped(undefined));
  const pick = (option: Option) => {
    setPicked(option);
    setTyped(undefined);
    list.stand(-1);
    onChange(option.value);
  };
  const type = (text: string) => {
    setTyped(text);
    list.stand(0);
    if (text === "") {
      setPicked({ text: "", value: "" });
      onChange(undefined);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (list.onKey(event)) return;
    if (event.key === "ArrowDown") setTyped("");
    else if (event.key !== "Enter") return;
    event.preventDefault();
    const option = suggestions.options[list.at];
    if (list.open && option && event.key === "Enter") pick(option);
  };
  return (
    <div className="combo">
      <input
        {...comboProps(id, list)}
        aria-describedby={describedBy}
        aria-invalid={invalid}
        id={id}
        onBlur={() => setTyped(undefined)}
        onChange={({ target }) => type(target.value)}
        onClick={() => setTyped("")}
        onFocus={({ target }) => target.select()}
        onKeyDown={onKeyDown}
        placeholder={textAt(element, "placeholder")}
        type="text"
        value={typed || picked.text}
      />
      <Options id={id} label="Suggestions" list={list} onPick={pick} options={suggestions.options} />
      {typed !== undefined && suggestions.note && (
        <p className="faint" role="status">
          {suggestions.note}
        </p>
      )}
    </div>
  );
}

interface Suggestions {
  readonly options: readonly Option[];
  /** Why there are none. */
  readonly note?: string;
}

/** @param typed undefined: nobody is asking */
function useSuggestions(actionId: string, typed: string | undefined): Suggestions {
  const as = useSelf();
  const place = useContext(Where);
  const where = JSON.stringify(place);
  const [suggestions, setSuggestions] = useState<Suggestions>({ options: [] });
  useEffect(() => {
    if (typed === undefined) return;
    let late = false;
    const ask = async () => {
      const outcome = await send({ act: "suggest", as, place: JSON.parse(where), actionId, typed });
      if (late) return;
      if (!outcome.ok) return setSuggestions({ options: [], note: outcome.why });
      const options = outcome.options ?? [];
      setSuggestions({ options, ...(options.length === 0 && { note: "Nothing found." }) });
    };
    const timer = setTimeout(ask, typed === "" ? 0 : pause);
    return () => {
      late = true;
      clearTimeout(timer);
    };
  }, [as, where, actionId, typed]);
  return suggestions;
}
