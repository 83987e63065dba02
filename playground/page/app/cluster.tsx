import type { ClusterShown, NodeGroupShown, NodeShown } from "../protocol.js";
import { Node, Pods } from "./node.js";
import { Pipeline } from "./pipeline.js";
import { plural } from "./words.js";

/** A cluster as it is now. */
export function Cluster({ cluster }: { readonly cluster: ClusterShown }) {
  return (
    <section aria-label={`Cluster ${cluster.name}`} className="cluster">
      <h2>
        {cluster.name} <span className="faint">Kubernetes {cluster.version}</span>
      </h2>
      {cluster.nodeGroups.map((group) => (
        <NodeGroup group={group} key={group.name} />
      ))}
      {cluster.waiting.length > 0 && (
        <p className="waiting">
          {plural(cluster.waiting.length, "pod")} without a node: <Pods pods={cluster.waiting} />
        </p>
      )}
      <Legend />
    </section>
  );
}

function NodeGroup({ group }: { readonly group: NodeGroupShown }) {
  const { name, kind, release, status, template, update, nodes, showsAge } = group;
  return (
    <div className="group">
      <h3>
        {name}{" "}
        {status ? (
          <span className={`status ${status.toLowerCase().replace("_", "-")}`}>{status}</span>
        ) : (
          <span className="status">{kind}</span>
        )}
        <span className="faint"> {release}</span>
        {update && update.target !== release && <span className="faint"> → {update.target}</span>}
        {template && <span className="faint"> from launch template {template}</span>}
      </h3>
      <Scaling group={group} />
      {update && <Pipeline update={update} />}
      <div className="zones">
        {byZone(nodes).map(([zone, members]) => (
          <section aria-label={zone} key={zone}>
            <h4>{zone}</h4>
            <ul>
              {members.map((node) => (
                <Node key={node.name} node={node} showsAge={showsAge} />
              ))}
            </ul>
          </section>
        ))}
      </div>
    </div>
  );
}

/** Its Auto Scaling group: what differs from what its people want says so. */
function Scaling({ group: { sizes, suspended } }: { readonly group: NodeGroupShown }) {
  return (
    <p className="scaling faint">
      {(["min", "desired", "max"] as const).map((name) => (
        <span key={name}>
          {name} <strong>{sizes[name]}</strong>
          {sizes[name] !== sizes.wanted[name] && ` (wanted ${sizes.wanted[name]})`}
        </span>
      ))}
      {suspended.length > 0 && <span className="suspended">suspended: {suspended.join(", ")}</span>}
    </p>
  );
}

function byZone(nodes: readonly NodeShown[]): [zone: string, nodes: NodeShown[]][] {
  const zones = [...new Set(nodes.map(({ zone }) => zone))].sort();
  return zones.map((zone) => [zone, nodes.filter((node) => node.zone === zone)]);
}

function Legend() {
  return (
    <p aria-hidden="true" className="legend faint">
      <span className="pod running" /> pod <span className="pod pending" /> starting{" "}
      <span className="pod terminating" /> leaving <span className="pod held" /> may not leave{" "}
      <span className="pod running daemon" /> DaemonSet’s
    </p>
  );
}
