import { type FormEvent, type KeyboardEvent, useId, useRef, useState } from "react";
import type { ChannelShown } from "../protocol.js";
import { useActing, useSelf } from "./acting.js";
import { commonStart, fitting, typable } from "./completion.js";
import { comboProps, Options, useListbox } from "./listbox.js";
import { Why } from "./why.js";

interface ComposerProps {
  readonly channel: ChannelShown;
  readonly completions: readonly string[];
  readonly draft: string;
  readonly onDraft: (text: string) => void;
}

/** Where one types commands: Tab completes, Enter sends. */
export function Composer({ channel, completions, draft, onDraft }: ComposerProps) {
  const id = useId();
  const as = useSelf();
  const field = useRef<HTMLInputElement>(null);
  const { act, underWay, why, forget } = useActing();
  const [closed, setClosed] = useState(false);
  const options = fitting(completions, draft);
  const list = useListbox(options.length, !closed && draft !== "", () => setClosed(true));

  const write = (text: string, fold: boolean) => {
    onDraft(text);
    if (why) forget();
    setClosed(fold);
    list.stand(-1);
    field.current?.focus();
  };
  const sendDraft = async (event: FormEvent) => {
    event.preventDefault();
    if (draft.trim() === "") return;
    const outcome = await act({ act: "command", as, channel: channel.id, text: draft.trim() });
    if (outcome?.ok) write("", false);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (list.onKey(event) || !list.open) return;
    const standing = options[list.at];
    const isTab = event.key === "Tab" && !event.shiftKey;
    if (!isTab && !(event.key === "Enter" && standing !== undefined)) return;
    const completed = typable(standing ?? commonStart(options));
    // Tab leaves the field where there is nothing more to complete.
    if (completed === draft) return;
    event.preventDefault();
    write(completed, standing !== undefined);
  };
  return (
    <form className="composer" onSubmit={sendDraft}>
      <div className="combo up">
        <input
          {...comboProps(id, list)}
          aria-label={`Message #${channel.name}`}
          disabled={underWay}
          id={id}
          onBlur={() => setClosed(true)}
          onChange={({ target }) => write(target.value, false)}
          onKeyDown={onKeyDown}
          placeholder="Type / for a command"
          ref={field}
          spellCheck={false}
          type="text"
          value={draft}
        />
        <Options
          id={id}
          label="Completions"
          list={list}
          onPick={({ value }) => write(typable(value), true)}
          options={options.map((text) => ({ text, value: text }))}
        />
      </div>
      <button
        aria-busy={underWay}
        className="kit primary"
        disabled={underWay || draft.trim() === ""}
        type="submit"
      >
        Send
      </button>
      <Why>{why}</Why>
    </form>
  );
}
