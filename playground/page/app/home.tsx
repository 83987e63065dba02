import { useEffect, useMemo, useState } from "react";
import type { HomeShown } from "../protocol.js";
import { useSelf } from "./acting.js";
import { Blocks, Where } from "./blocks.js";
import { FormContext, useValues } from "./form.js";
import { send } from "./live.js";
import { Why } from "./why.js";

/** The bot's Home tab. That it is opened, the bot hears; what it publishes then shows by itself. */
export function Home({ home: { app, view } }: { readonly home: HomeShown }) {
  const as = useSelf();
  const form = useValues();
  const [why, setWhy] = useState<string>();
  useEffect(() => {
    let left = false;
    const open = async () => {
      const outcome = await send({ act: "home", as });
      if (!left) setWhy(outcome.ok ? undefined : outcome.why);
    };
    void open();
    return () => {
      left = true;
    };
  }, [as]);
  const place = useMemo(() => ({ home: view?.id ?? "" }), [view?.id]);
  return (
    <section aria-label={`Home of ${app}`} className="messages home">
      <Why>{why}</Why>
      {view ? (
        <FormContext value={{ ...form, errors: {} }}>
          <Where value={place}>
            <Blocks blocks={view.blocks} />
          </Where>
        </FormContext>
      ) : (
        <p className="faint">{app} has not published a Home tab for you.</p>
      )}
    </section>
  );
}
