import { type Change, keyOf, type ObjectName } from "./collection.js";
import type { KubernetesObject, LabelSelector, Pod, Resource } from "./objects.js";
import { selects } from "./selectors.js";

/** Objects by something they have in common, kept up to date with every change, so that nobody walks over all of them. */
class Index<T extends KubernetesObject> {
  private readonly groups = new Map<string, Map<string, T>>();

  constructor(private readonly groupsOf: (object: T) => readonly string[]) {}

  apply(object: T, previous: T | undefined, gone: boolean): void {
    const key = keyOf(object.metadata);
    if (previous) for (const group of this.groupsOf(previous)) this.drop(group, key);
    if (!gone) for (const group of this.groupsOf(object)) this.groupOf(group).set(key, object);
  }

  /** In no order. */
  values(group: string): Iterable<T> {
    return this.groups.get(group)?.values() ?? [];
  }

  /** In order of namespace and name. */
  sorted(group: string): T[] {
    const known = [...(this.groups.get(group) ?? [])];
    return known.sort(([one], [other]) => (one < other ? -1 : 1)).map(([, object]) => object);
  }

  private groupOf(group: string): Map<string, T> {
    const known = this.groups.get(group);
    if (known) return known;
    const created = new Map<string, T>();
    this.groups.set(group, created);
    return created;
  }

  private drop(group: string, key: string): void {
    const members = this.groups.get(group);
    members?.delete(key);
    if (members?.size === 0) this.groups.delete(group);
  }
}

const ownersOf = ({ metadata }: KubernetesObject) =>
  (metadata.ownerReferences ?? []).filter(({ controller }) => controller).map(({ uid }) => uid);

const labelled = (namespace: string, key: string, value: string) => `${namespace}/${key}=${value}`;

function labelsOf({ metadata }: KubernetesObject): readonly string[] {
  const { namespace = "", labels = {} } = metadata;
  return [namespace, ...Object.entries(labels).map(([key, value]) => labelled(namespace, key, value))];
}

const claimsOf = ({ metadata, spec }: Pod) =>
  (spec.volumes ?? []).flatMap(({ persistentVolumeClaim: claim }) =>
    claim ? [keyOf({ namespace: metadata.namespace ?? "", name: claim.claimName })] : [],
  );

/** What the controllers and the lists of one node ask for most. */
export class Indexes {
  private readonly owners = new Map<Resource, Index<KubernetesObject>>();
  private readonly nodes = new Index<Pod>(({ spec }) => [spec.nodeName ?? ""]);
  private readonly labels = new Index<Pod>(labelsOf);
  private readonly claims = new Index<Pod>(claimsOf);

  apply({ resource, type, object, previous }: Change): void {
    const gone = type === "DELETED";
    this.ownersOf(resource).apply(object, previous, gone);
    if (resource !== "pods") return;
    for (const index of [this.nodes, this.labels, this.claims])
      index.apply(object as Pod, previous as Pod | undefined, gone);
  }

  owned(resource: Resource, uid: string): KubernetesObject[] {
    return this.ownersOf(resource).sorted(uid);
  }

  podsOn(node: string): Pod[] {
    return this.nodes.sorted(node);
  }

  podsUsing(claim: ObjectName): Pod[] {
    return this.claims.sorted(keyOf(claim));
  }

  /** In no order: for counting. */
  eachPodOn(node: string): Iterable<Pod> {
    return this.nodes.values(node);
  }

  selected(namespace: string, selector: LabelSelector | undefined): Pod[] {
    const [first] = Object.entries(selector?.matchLabels ?? {});
    const group = first ? labelled(namespace, ...first) : namespace;
    return this.labels.sorted(group).filter(({ metadata }) => selects(selector, metadata.labels));
  }

  private ownersOf(resource: Resource): Index<KubernetesObject> {
    const known = this.owners.get(resource);
    if (known) return known;
    const created = new Index<KubernetesObject>(ownersOf);
    this.owners.set(resource, created);
    return created;
  }
}
