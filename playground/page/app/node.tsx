import type { NodeShown, PodShown } from "../protocol.js";
import { plural, shortName } from "./words.js";

interface NodeProps {
  readonly node: NodeShown;
  /** Old and new mean something: there is, or was, an update. */
  readonly showsAge: boolean;
}

export function Node({ node: { name, release, isNew, state, marks, pods }, showsAge }: NodeProps) {
  const age = isNew ? "new" : "old";
  return (
    <li className={`node ${showsAge ? age : ""} ${state.replace(" ", "-")}`} data-release={release}>
      <strong title={name}>{shortName(name)}</strong>
      <span className="release">
        {showsAge && <span className="age">{age}</span>} {release}
      </span>
      <span className="state">{state}</span>
      {marks.length > 0 && <Marks marks={marks} />}
      <Pods pods={pods} />
    </li>
  );
}

function Marks({ marks }: Pick<NodeShown, "marks">) {
  return (
    <ul aria-label="Marks" className="marks">
      {marks.map(({ what, whose }) => (
        <li
          className={whose}
          key={what}
          title={`${what}: put there by ${whose === "bot" ? "the bot" : "a person"}`}
        >
          {what}
          {whose === "person" && " (a person’s)"}
        </li>
      ))}
    </ul>
  );
}

export function Pods({ pods }: { readonly pods: readonly PodShown[] }) {
  // Those that stay with their node come last.
  const ordered = [...pods].sort((one, other) => Number(one.daemon) - Number(other.daemon));
  return (
    <span aria-label={inWords(pods)} className="pods" role="img">
      {ordered.map((pod) => (
        <span
          className={`pod ${pod.state} ${pod.daemon ? "daemon" : ""}`}
          key={`${pod.namespace}/${pod.name}`}
          title={`${pod.namespace}/${pod.name}, ${inOneWord[pod.state]}${pod.daemon ? ", of a DaemonSet" : ""}`}
        />
      ))}
    </span>
  );
}

const inOneWord = {
  running: "running",
  pending: "pending",
  terminating: "terminating",
  held: "may not leave",
} as const;

function inWords(pods: readonly PodShown[]): string {
  const states = ["running", "pending", "terminating", "held"] as const;
  const counts = states.map((state) => [state, pods.filter((pod) => pod.state === state).length] as const);
  const said = counts
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${count} ${inOneWord[state]}`);
  return [plural(pods.length, "pod"), ...said].join(", ");
}
