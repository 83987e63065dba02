import type { SimulatedCluster } from "../cluster.js";
import { apiVersionOf, groupVersions, type ResourceInfo, resourceNames, resources } from "../resources.js";

/** The answers to everything that is not about an object, by path. Undefined: there is no such page. */
export function discover(path: string, { version }: SimulatedCluster): unknown {
  if (path === "/version") return versionInfo(version);
  if (path === "/api") return { kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs: [] };
  if (path === "/apis") {
    return {
      kind: "APIGroupList",
      apiVersion: "v1",
      groups: [...groupVersions.keys()].filter(Boolean).map(apiGroup),
    };
  }
  if (path === "/api/v1") return resourceList("", "v1");
  const [, group = "", asked] = path.match(/^\/apis\/([a-z0-9.]+)(?:\/(v[0-9]+))?$/) ?? [];
  const served = groupVersions.get(group);
  if (group === "" || !served || (asked && asked !== served)) return undefined;
  return asked ? resourceList(group, served) : { ...apiGroup(group), apiVersion: "v1", kind: "APIGroup" };
}

function versionInfo(gitVersion: string) {
  const [, major = "1", minor = "34"] = gitVersion.match(/^v(\d+)\.(\d+)/) ?? [];
  return {
    major,
    minor,
    gitVersion,
    gitCommit: "0000000000000000000000000000000000000000",
    gitTreeState: "clean",
    buildDate: "2026-01-01T00:00:00Z",
    goVersion: "go1.24.0",
    compiler: "gc",
    platform: "linux/amd64",
  };
}

function apiGroup(name: string) {
  const version = groupVersions.get(name) ?? "v1";
  const served = { groupVersion: `${name}/${version}`, version };
  return { name, versions: [served], preferredVersion: served };
}

function resourceList(group: string, version: string) {
  const listed = resourceNames
    .filter((name) => resources[name].group === group)
    .map((name) => entry(name, resources[name]));
  return {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion: apiVersionOf({ group, version }),
    resources: [...listed, ...(subresources[group] ?? [])],
  };
}

function entry(
  name: string,
  { kind, singular, shortNames, namespaced, verbs, categories = [] }: ResourceInfo,
) {
  return { name, singularName: singular, namespaced, kind, verbs, shortNames, categories };
}

const subresources: Readonly<Record<string, readonly object[]>> = {
  "": [
    {
      name: "pods/eviction",
      singularName: "",
      namespaced: true,
      group: "policy",
      version: "v1",
      kind: "Eviction",
      verbs: ["create"],
    },
  ],
  apps: ["deployments/scale", "replicasets/scale", "statefulsets/scale"].map((name) => ({
    name,
    singularName: "",
    namespaced: true,
    group: "autoscaling",
    version: "v1",
    kind: "Scale",
    verbs: ["get", "patch", "update"],
  })),
  "authorization.k8s.io": [
    {
      name: "selfsubjectaccessreviews",
      singularName: "selfsubjectaccessreview",
      namespaced: false,
      kind: "SelfSubjectAccessReview",
      verbs: ["create"],
    },
  ],
};
