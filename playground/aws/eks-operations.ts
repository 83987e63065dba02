import { findNodeGroup } from "../world/lookup.js";
import { requestUpdate } from "../world/request-update.js";
import { Refusal } from "../world/state.js";
import { clusterVersions } from "./cluster-versions.js";
import { clusterShape, nodegroupShape, updateShape } from "./eks-shapes.js";
import { clusterHere, clustersHere, type Here } from "./here.js";
import { flag, number, structure, text } from "./input.js";
import { page } from "./paging.js";
import type { Input, Operation } from "./skin.js";

export const eksOperations: Readonly<Record<string, Operation>> = {
  ListClusters(here, input) {
    const { items, nextToken } = pageOf(
      clustersHere(here).map(({ name }) => name),
      input,
    );
    return { clusters: items, nextToken };
  },

  DescribeCluster(here, input) {
    return { cluster: clusterShape(clusterHere(here, required(input, "name"))) };
  },

  ListNodegroups(here, input) {
    const cluster = clusterHere(here, required(input, "clusterName"));
    const { items, nextToken } = pageOf([...cluster.nodeGroups.keys()], input);
    return { nodegroups: items, nextToken };
  },

  DescribeNodegroup(here, input) {
    const cluster = clusterHere(here, required(input, "clusterName"));
    return {
      nodegroup: nodegroupShape(here.world, findNodeGroup(cluster, required(input, "nodegroupName"))),
    };
  },

  UpdateNodegroupVersion(here, input) {
    const version = text(input, "version");
    const releaseVersion = text(input, "releaseVersion");
    const clientRequestToken = text(input, "clientRequestToken");
    const launchTemplate = structure(input, "launchTemplate");
    const update = requestUpdate(here.world, {
      clusterName: clusterHere(here, required(input, "clusterName")).name,
      nodegroupName: required(input, "nodegroupName"),
      force: flag(input, "force") ?? false,
      ...(launchTemplate && { launchTemplate: templateRequest(launchTemplate) }),
      ...(version !== undefined && { version }),
      ...(releaseVersion !== undefined && { releaseVersion }),
      ...(clientRequestToken !== undefined && { clientRequestToken }),
    });
    return { update: updateShape(update) };
  },

  ListUpdates(here, input) {
    const { items, nextToken } = pageOf(
      updatesInScope(here, input).map(({ id }) => id),
      input,
    );
    return { updateIds: items, nextToken };
  },

  /** Without the node group's name its update does not exist, as in the real service. */
  DescribeUpdate(here, input) {
    const id = required(input, "updateId");
    const update = updatesInScope(here, input).find((candidate) => candidate.id === id);
    if (!update) throw new Refusal("ResourceNotFoundException", `No update found for ID: ${id}`);
    return { update: updateShape(update) };
  },

  DescribeClusterVersions(here, input) {
    const { items, nextToken } = pageOf(clusterVersions(here.world.clock.now(), input), input);
    return { clusterVersions: items, nextToken };
  },
};

function templateRequest(given: Input) {
  const [id, name, version] = ["id", "name", "version"].map((field) => text(given, field));
  return {
    ...(id !== undefined && { id }),
    ...(name !== undefined && { name }),
    ...(version !== undefined && { version }),
  };
}

function updatesInScope(here: Here, input: Input) {
  const cluster = clusterHere(here, required(input, "name"));
  const nodeGroup = text(input, "nodegroupName");
  if (nodeGroup === undefined) return [];
  findNodeGroup(cluster, nodeGroup);
  return cluster.updates.filter((update) => update.nodeGroup === nodeGroup);
}

function pageOf<T>(items: readonly T[], input: Input) {
  return page(items, {
    size: number(input, "maxResults"),
    token: text(input, "nextToken"),
    most: 100,
    code: "InvalidParameterException",
  });
}

function required(input: Input, name: string): string {
  const value = text(input, name);
  if (value === undefined) throw new Refusal("InvalidParameterException", `${name} is missing.`);
  return value;
}
