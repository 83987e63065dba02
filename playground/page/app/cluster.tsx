import type { ClusterShown, NodeGroupShown, NodeShown } from "../protocol.js";
import { Node, Pods } from "./node.js";
import { Pipeline } from "./pipeline.js";
import { plural } from "./words.js";

interface ClusterProps {
  readonly cluster: ClusterShown;
  /** Folded until somebody wants to see it. */
  readonly folds: boolean;
}

/** A cluster as it is now. */
export function Cluster({ cluster, folds }: ClusterProps) {
  const { name, nodeGroups, waiting } = cluster;
  const inside = (
    <>
      {nodeGroups.map((group) => (
        <NodeGroup group={group} key={group.name} />
      ))}
      {waiting.length > 0 && (
        <p className="waiting">
          {plural(waiting.length, "pod")} without a node: <Pods pods={waiting} />
        </p>
      )}
      <Legend />
    </>
  );
  return (
    <section aria-label={`Cluster ${name}`} className="cluster">
      {folds ? (
        <details>
          <summary>
            <Heading cluster={cluster} />
            <Summary cluster={cluster} />
          </summary>
          {inside}
        </details>
      ) : (
        <>
          <Heading cluster={cluster} />
          {inside}
        </>
      )}
    </section>
  );
}

function Heading({ cluster }: Pick<ClusterProps, "cluster">) {
  const { name, version, environment, region, account } = cluster;
  return (
    <>
      <h2>
        {name} <span className="faint">Kubernetes {version}</span>
      </h2>
      <p className="place faint">
        <span className="status">{environment || "not in the fleet"}</span> {region} · account {account}
      </p>
    </>
  );
}

/** What one would unfold it for. */
function Summary({ cluster: { nodeGroups, waiting } }: Pick<ClusterProps, "cluster">) {
  const nodes = nodeGroups.reduce((sum, group) => sum + group.nodes.length, 0);
  const unusual = nodeGroups.filter(({ status = "ACTIVE" }) => status !== "ACTIVE");
  return (
    <p className="place faint">
      {plural(nodeGroups.length, "node group")} · {plural(nodes, "node")}
      {waiting.length > 0 && ` · ${plural(waiting.length, "pod")} without a node`}{" "}
      {unusual.map(({ name, status = "" }) => (
        <span className={`status ${status.toLowerCase()}`} key={name}>
          {name} {status}
        </span>
      ))}
    </p>
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
