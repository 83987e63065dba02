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
  const { name, release, status, update, nodes } = group;
  return (
    <div className="group">
      <h3>
        {name} <span className={`status ${status.toLowerCase().replace("_", "-")}`}>{status}</span>
        <span className="faint"> {release}</span>
        {update && update.target !== release && <span className="faint"> → {update.target}</span>}
      </h3>
      {update && <Pipeline update={update} />}
      <div className="zones">
        {byZone(nodes).map(([zone, members]) => (
          <section aria-label={zone} key={zone}>
            <h4>{zone}</h4>
            <ul>
              {members.map((node) => (
                <Node key={node.name} node={node} showsAge={update !== undefined} />
              ))}
            </ul>
          </section>
        ))}
      </div>
    </div>
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
      <span className="pod terminating" /> leaving <span className="pod running daemon" /> DaemonSet’s
    </p>
  );
}
