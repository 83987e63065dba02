import type { NodeGroupShown, PhaseShown } from "../protocol.js";

const marks: Readonly<Record<PhaseShown["state"], string>> = {
  pending: "○",
  running: "●",
  done: "✓",
  skipped: "–",
  failed: "✕",
};

/** The four phases of an update, and where it stands. */
export function Pipeline({ update }: { readonly update: NonNullable<NodeGroupShown["update"]> }) {
  return (
    <>
      <ol aria-label={`Update: ${update.status}`} className="pipeline">
        {update.phases.map(({ name, state }) => (
          <li
            aria-current={state === "running" ? "step" : undefined}
            className={state}
            data-phase={name}
            key={name}
          >
            <span aria-hidden="true">{marks[state]}</span> {name} <span className="phase-state">{state}</span>
          </li>
        ))}
      </ol>
      {update.errors.map((error) => (
        <p className="why" key={error}>
          {error}
        </p>
      ))}
    </>
  );
}
