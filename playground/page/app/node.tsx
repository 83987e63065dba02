import type { NodeShown, PodShown } from "../protocol.js";
import { plural, shortName } from "./words.js";

interface NodeProps {
  readonly node: NodeShown;
  /** Old and new mean something: there is, or was, an update. */
  readonly showsAge: boolean;
}

export function Node({ node: { name, release, isNew, state, pods }, showsAge }: NodeProps) {
  const age = isNew ? "new" : "old";
  return (
    <li className={`node ${showsAge ? age : ""} ${state.replace(" ", "-")}`} data-release={release}>
      <strong title={name}>{shortName(name)}</strong>
      <span className="release">
        {showsAge && <span className="age">{age}</span>} {release}
      </span>
      <span className="state">{state}</span>
      <Pods pods={pods} />
    </li>
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
          title={`${pod.namespace}/${pod.name}, ${pod.state}${pod.daemon ? ", of a DaemonSet" : ""}`}
        />
      ))}
    </span>
  );
}

function inWords(pods: readonly PodShown[]): string {
  const states = ["running", "pending", "terminating"] as const;
  const counts = states.map((state) => [state, pods.filter((pod) => pod.state === state).length] as const);
  const said = counts.filter(([, count]) => count > 0).map(([state, count]) => `${count} ${state}`);
  return [plural(pods.length, "pod"), ...said].join(", ");
}
