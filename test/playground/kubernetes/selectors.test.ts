import { describe, expect, it } from "vitest";
import {
  parseFieldSelector,
  parseLabelSelector,
  SelectorError,
  selects,
} from "../../../playground/kubernetes/selectors.js";

const labels = { app: "ui", tier: "front", "eks.amazonaws.com/nodegroup": "default" };

describe("a label selector", () => {
  it.each([
    ["nothing asked, everything matches", "", true],
    ["equal", "app=ui", true],
    ["equal, written twice", "app==ui", true],
    ["equal to something else", "app=cart", false],
    ["not equal", "app!=cart", true],
    ["not equal to what is not there", "zone!=a", true],
    ["one of a set", "app in (cart, ui)", true],
    ["none of a set", "app notin (cart,ui)", false],
    ["none of a set, where the label is missing", "zone notin (a)", true],
    ["exists", "tier", true],
    ["does not exist", "!tier", false],
    ["all of several", "app in (ui,cart),tier=front,!zone", true],
    ["all but one of several", "app in (ui,cart),tier=back", false],
    ["a key with a prefix", "eks.amazonaws.com/nodegroup=default", true],
  ])("%s", (_rule, selector, expected) => {
    expect(selects(parseLabelSelector(selector), labels)).toBe(expected);
  });

  it.each([["app=(ui)"], ["in (a)"], ["app in ui"], ["=x"]])("cannot be %s", (selector) => {
    expect(() => parseLabelSelector(selector)).toThrow(SelectorError);
  });
});

describe("a field selector", () => {
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "ui-1", namespace: "shop", uid: "", resourceVersion: "1", creationTimestamp: "" },
    spec: { nodeName: "a" },
    status: { phase: "Running" },
  };

  it.each([
    ["the node", "spec.nodeName=a", true],
    ["another node", "spec.nodeName=b", false],
    ["no node at all", "spec.nodeName=", false],
    ["the name and the namespace", "metadata.name=ui-1,metadata.namespace=shop", true],
    ["neither finished", "status.phase!=Succeeded,status.phase!=Failed", true],
    ["not this phase", "status.phase!=Running", false],
  ])("%s", (_rule, selector, expected) => {
    expect(parseFieldSelector(selector)(pod)).toBe(expected);
  });

  it("cannot ask for other fields", () => {
    expect(() => parseFieldSelector("spec.image=x")).toThrow("field label not supported: spec.image");
  });
});
