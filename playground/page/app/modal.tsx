import { type FormEvent, useEffect, useMemo, useRef, useState } from "react";
import type { ModalShown } from "../protocol.js";
import { useActing, useSelf } from "./acting.js";
import { Blocks, Where } from "./blocks.js";
import { FormContext, inputsOf, missing, useValues } from "./form.js";
import { Why } from "./why.js";

/** A modal of Slack, over everything else. */
export function Modal({ modal }: { readonly modal: ModalShown }) {
  const as = useSelf();
  const dialog = useRef<HTMLDialogElement>(null);
  const { act, underWay, why } = useActing();
  const { values, change } = useValues();
  const [tried, setTried] = useState(false);
  const place = useMemo(() => ({ modal: modal.id }), [modal.id]);
  useEffect(() => {
    dialog.current?.showModal();
    dialog.current?.querySelector<HTMLElement>(".body :is(input, select, textarea)")?.focus();
  }, []);

  const lacking = missing(modal.blocks, values);
  const dismiss = () => act({ act: "dismiss", as, modal: modal.id });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(lacking).length > 0) return;
    void act({ act: "submit", as, modal: modal.id, inputs: inputsOf(modal.blocks, values) });
  };
  const errors = { ...modal.errors, ...(tried && lacking) };
  return (
    <dialog
      aria-label={modal.title}
      className="modal"
      onCancel={(event) => {
        // It closes when the playground says that it is closed.
        event.preventDefault();
        void dismiss();
      }}
      ref={dialog}
    >
      <form noValidate onSubmit={submit}>
        <header>
          <h2>{modal.title}</h2>
          <button aria-label="Close" className="quiet" onClick={dismiss} type="button">
            ✕
          </button>
        </header>
        <div className="body">
          <FormContext value={{ values, change, errors }}>
            <Where value={place}>
              <Blocks blocks={modal.blocks} />
            </Where>
          </FormContext>
          <Why>{modal.errors[""] ?? why}</Why>
        </div>
        <div className="ends">
          <button className="kit" onClick={dismiss} type="button">
            {modal.close}
          </button>
          {modal.submit && (
            <button aria-busy={underWay} className="kit primary" disabled={underWay} type="submit">
              {modal.submit}
            </button>
          )}
        </div>
      </form>
    </dialog>
  );
}
