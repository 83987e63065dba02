import type { Action } from "./actions.js";
import type { GroupTemplate } from "./seen.js";

/** What a write does, for the record and for people: "suspended AZRebalance of workers". Undefined: not worth a word. */
export function describeChange(action: Action, group: string): string | undefined {
  switch (action.kind) {
    case "create template version":
      return `made a version of launch template ${action.template} with AMI ${action.image}, from version ${action.source}`;
    case "point group":
      return `pointed ${group} at ${describeTemplate(action.to)}`;
    case "suspend processes":
      return `suspended ${action.processes.join(", ")} of ${group}`;
    case "resume processes":
      return `resumed ${action.processes.join(", ")} of ${group}`;
    case "set sizes":
      return sizesWords(action, group);
    case "give up launches":
      return `set desired from ${action.expected.desired} to ${action.desired} of ${group}: so many were never launched`;
    default:
      return undefined;
  }
}

function describeTemplate(template: GroupTemplate): string {
  if (template.kind === "launch configuration") return `launch configuration ${template.name}`;
  const all = [
    template.template,
    ...(template.kind === "mixed instances" ? template.overrides.map((each) => each.template) : []),
  ];
  return [...new Set(all.map(({ name, version }) => `version ${version} of launch template ${name}`))].join(
    ", ",
  );
}

function sizesWords({ expected, to }: Extract<Action, { kind: "set sizes" }>, group: string): string {
  const parts = (["min", "max", "desired"] as const)
    .filter((size) => expected[size] !== to[size])
    .map((size) => `${size} from ${expected[size]} to ${to[size]}`);
  return `set ${parts.join(" and ")} of ${group}`;
}
