import type { BreakageShown } from "../protocol.js";
import { useActing } from "./acting.js";
import { Why } from "./why.js";

export function Breakages({ breakages }: { readonly breakages: readonly BreakageShown[] }) {
  return (
    <section aria-label="Break something" className="breakages">
      <h2>Break something</h2>
      <ul>
        {breakages.map((breakage) => (
          <Breakage breakage={breakage} key={breakage.id} />
        ))}
      </ul>
    </section>
  );
}

function Breakage({ breakage: { id, label, expect, on } }: { readonly breakage: BreakageShown }) {
  const { act, underWay, why } = useActing();
  return (
    <li>
      <button
        aria-busy={underWay}
        aria-describedby={`expect ${id}`}
        className={on ? "kit primary" : "kit"}
        disabled={underWay}
        onClick={() => act({ act: "break", id, on: !on })}
        type="button"
      >
        {label}
      </button>
      <p className="faint" id={`expect ${id}`}>
        {expect}
      </p>
      <Why>{why}</Why>
    </li>
  );
}
