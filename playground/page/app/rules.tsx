import type { ReactNode } from "react";
import type { EnvironmentShown } from "../protocol-rules.js";

/** The rules of an environment, and how they stand now. */
export function Rules({ environment }: { readonly environment: EnvironmentShown }) {
  const { name, state, says, localTime, window, freezes, order, approvals, asked, locks } = environment;
  return (
    <section aria-label={`Rules of ${name}`} className="rules">
      <h2 className="rules-title">
        {name} <span className={`status hours-${state.replace(" ", "-")}`}>{says}</span>
        {localTime && <span className="faint local-time">now {localTime}</span>}
      </h2>
      <dl>
        <Rule name="Window">{window ?? "at any time"}</Rule>
        {freezes.map((freeze) => (
          <Rule key={freeze} name="Freeze">
            {freeze}
          </Rule>
        ))}
        {order && <Rule name="Order">{order}</Rule>}
        <Rule name="Needs">{approvals}</Rule>
        {asked.map(({ what, given, wanted }) => (
          <Rule key={what} name="Waits">
            {what}: <strong>{given}</strong> of {wanted} approvals <Votes given={given} wanted={wanted} />
          </Rule>
        ))}
        {locks.map((lock) => (
          <Rule isBad key={lock} name="Locked">
            {lock}
          </Rule>
        ))}
      </dl>
    </section>
  );
}

interface RuleProps {
  readonly name: string;
  readonly isBad?: boolean;
  readonly children: ReactNode;
}

function Rule({ name, isBad = false, children }: RuleProps) {
  return (
    <div className={isBad ? "bad" : undefined}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** A dot for each approval, filled when it is given. */
function Votes({ given, wanted }: { readonly given: number; readonly wanted: number }) {
  const places = Array.from({ length: wanted }, (_, place) => place);
  return (
    <span aria-hidden="true" className="votes">
      {places.map((place) => (
        <span className={place < given ? "vote given" : "vote"} key={place} />
      ))}
    </span>
  );
}
