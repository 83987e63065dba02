import { describe, expect, it } from "vitest";
import { checkedView } from "../../../../playground/slack/kit/view.js";
import {
  clusterOfBlock,
  clusterOptions,
  type FormValues,
  formErrors,
  formView,
  nodeGroupOptions,
  parseForm,
} from "../../../../src/slack/views/form.js";

const plain = (text: string) => ({ type: "plain_text" as const, text });
const chosen = (value: string) => ({ selected_option: { value } });

/** What Slack sends of the form, filled in for this cluster. */
const filled = (
  cluster: string | null,
  nodeGroup: string | null,
  reason: string | null = null,
): FormValues => ({
  cluster: { "eks-upgrade:cluster": cluster === null ? { selected_option: null } : chosen(cluster) },
  [`node-group/${cluster}`]: {
    "eks-upgrade:node-group": nodeGroup === null ? { selected_option: null } : chosen(nodeGroup),
  },
  reason: { "eks-upgrade:reason": { value: reason } },
});

describe("the form", () => {
  it("asks for cluster, node group and reason, whole", () => {
    expect(formView()).toEqual({
      type: "modal",
      callback_id: "eks-upgrade:form",
      title: plain("Upgrade a node group"),
      submit: plain("Ask for approval"),
      close: plain("Cancel"),
      blocks: [
        {
          type: "input",
          block_id: "cluster",
          label: plain("Cluster"),
          dispatch_action: true,
          element: {
            type: "external_select",
            action_id: "eks-upgrade:cluster",
            min_query_length: 0,
            placeholder: plain("Choose a cluster"),
          },
        },
        {
          type: "input",
          block_id: "node-group",
          label: plain("Node group"),
          hint: plain("Leave it empty if the cluster has only one."),
          optional: true,
          element: {
            type: "external_select",
            action_id: "eks-upgrade:node-group",
            min_query_length: 0,
            placeholder: plain("Choose the cluster first"),
          },
        },
        {
          type: "input",
          block_id: "reason",
          label: plain("Why"),
          hint: plain("The approvers read it on the card."),
          optional: true,
          element: {
            type: "plain_text_input",
            action_id: "eks-upgrade:reason",
            multiline: true,
            max_length: 500,
          },
        },
        {
          type: "context",
          elements: [
            {
              type: "mrkdwn",
              text: "Nothing happens before it is approved.  ·  To see the plan only: `/eks-upgrade plan &lt;cluster&gt;/&lt;node-group&gt;`",
              verbatim: true,
            },
          ],
        },
      ],
    });
  });

  it("promises an approval only where there always is one", () => {
    const { blocks, submit } = formView({ unapproved: true });
    expect(JSON.stringify(blocks)).toContain("Where somebody has to approve it, nothing happens before.");
    expect(submit?.text).toBe("Ask for it");
  });

  it("says that a reason may be wanted only where one is", () => {
    const wanted = "Some environments take no request without it.";
    expect(JSON.stringify(formView({ explained: true }))).toContain(wanted);
    expect(JSON.stringify(formView())).not.toContain(wanted);
  });

  it("knows the cluster that was chosen, and empties the menu of node groups for it", () => {
    const [cluster, nodeGroup] = formView({ cluster: "eks-workshop" }).blocks;
    expect(cluster).toMatchObject({
      block_id: "cluster",
      element: { initial_option: { text: plain("eks-workshop"), value: "eks-workshop" } },
    });
    expect(nodeGroup).toMatchObject({
      block_id: "node-group/eks-workshop",
      element: { placeholder: plain("Choose a node group") },
    });
  });

  it.each([
    ["opened", formView()],
    ["with a cluster", formView({ cluster: "x".repeat(75) })],
  ])("is a view that Slack takes: %s", (_, view) => {
    const json = JSON.parse(JSON.stringify(view));
    expect(checkedView(json, "modal")).toEqual(json);
  });

  it.each([
    ["before a cluster is chosen", undefined],
    ["when one is", "eks-workshop"],
  ])("has its node groups suggested for the cluster its block names: %s", (_, cluster) => {
    const [, nodeGroup] = formView(cluster === undefined ? {} : { cluster }).blocks;
    expect(clusterOfBlock(nodeGroup?.block_id ?? "")).toBe(cluster);
  });

  it.each([
    ["another block", "cluster"],
    ["no cluster", "node-group/"],
    ["nothing", ""],
  ])("suggests for no cluster where the block is %s", (_, blockId) => {
    expect(clusterOfBlock(blockId)).toBeUndefined();
  });
});

describe("what was filled in", () => {
  it.each<[string, FormValues, object]>([
    [
      "is read whole",
      filled("eks-workshop", "default", " A CVE.\n"),
      { cluster: "eks-workshop", nodeGroup: "default", reason: "A CVE." },
    ],
    ["may lack a node group and a reason", filled("eks-workshop", null), { cluster: "eks-workshop" }],
    ["may be nothing", filled(null, null), {}],
    ["may be no form at all", {}, {}],
    ["gives no reason with blanks alone", filled("a", null, " \n"), { cluster: "a" }],
    [
      "is cut where the client did not keep to the limit",
      filled("a", null, "x".repeat(4_000)),
      { cluster: "a", reason: "x".repeat(500) },
    ],
  ])("%s", (_, values, expected) => {
    expect(parseForm(values)).toEqual(expected);
  });

  it("has its errors shown at the fields of the view that was sent, on one line", () => {
    expect(
      formErrors(
        { cluster: "I know no such cluster.", nodeGroup: "Which\nnode group?" },
        filled("eks-workshop", null),
      ),
    ).toEqual({ cluster: "I know no such cluster.", "node-group/eks-workshop": "Which node group?" });
  });

  it("has no errors at fields that it does not have", () => {
    expect(formErrors({ reason: "Too long." }, {})).toEqual({});
  });
});

describe.each([
  ["clusters", clusterOptions],
  [
    "node groups",
    (names: readonly string[], typed?: string) =>
      nodeGroupOptions(
        names.map((nodeGroup) => ({ kind: "managed node group", nodeGroup })),
        typed,
      ),
  ],
] as const)("%s on offer", (_, optionsOf) => {
  const named = (names: readonly string[], typed?: string) =>
    optionsOf(names, typed).map(({ text, value }) => [text.text, value]);

  it.each<[string, string[], string | undefined, string[]]>([
    ["are all, by name", ["prod", "dev"], undefined, ["dev", "prod"]],
    ["are those with what was typed in their names", ["eks-prod", "eks-dev"], " PROD ", ["eks-prod"]],
    ["may be none", ["eks-prod"], "test", []],
    ["are not cut: half a name may be another's", ["x".repeat(76), "x".repeat(75)], "", ["x".repeat(75)]],
  ])("%s", (_says, names, typed, expected) => {
    expect(named(names, typed)).toEqual(expected.map((name) => [name, name]));
  });

  it("are a hundred at most", () => {
    const names = Array.from({ length: 250 }, (_, index) => `cluster-${index}`);
    expect(named(names)).toHaveLength(100);
  });
});

describe("a self-managed node group on offer", () => {
  it.each([
    ["is told apart", "workers", "workers (self-managed)"],
    ["is not, where there is no room", "x".repeat(70), "x".repeat(70)],
  ])("%s", (_rule, nodeGroup, shown) => {
    const options = nodeGroupOptions([{ kind: "self-managed node group", nodeGroup }]);
    expect(options.map(({ text, value }) => [text.text, value])).toEqual([[shown, nodeGroup]]);
  });
});
