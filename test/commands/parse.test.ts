import { describe, expect, it } from "vitest";
import { nearestName, parseCommand, subcommands } from "../../commands/parse.js";
import type { Wish } from "../../src/core/plan.js";

const nbsp = "\u00a0";
const rlm = "\u200f";
const target = (wish: Wish = {}, name: "plan" | "start" | "watch" = "plan") => ({
  command: { name, cluster: "eks-workshop", nodeGroup: "default", wish },
});
const form = { command: { name: "form" } };
const help = { command: { name: "help" } };
const list = (cluster?: string) => ({ command: { name: "list", ...(cluster && { cluster }) } });
const status = (run?: string) => ({ command: { name: "status", ...(run && { run }) } });
const v134: Wish = { version: "1.34" };
const release: Wish = { release: "1.34.9-20260714" };
const ami = "ami-0123456789abcdef0";
const image: Wish = { image: ami };
const order = (name: "cancel" | "pause" | "resume" | "retry") => ({
  command: { name, run: "calm-heron-42" },
});

describe("what is understood", () => {
  it.each<[string, string, object]>([
    ["nothing: the form", "", form],
    ["only spaces", `  ${nbsp} `, form],
    ["only marks of writing direction", `${rlm}\u202b\u061c`, form],
    ["help", "help", help],
    ["shouted", "HELP", help],
    ["help with more words", "help me please", help],
    ["list", "list", list()],
    ["a phone's capital", "List", list()],
    ["list of a cluster", "list eks-workshop", list("eks-workshop")],
    ["a cluster keeps its capitals", "LIST Prod-EU_1", list("Prod-EU_1")],
    ["status", "status", status()],
    ["status of a run", "status calm-heron-42", status("calm-heron-42")],
    ["a run has no capitals", "Status Calm-Heron-42", status("calm-heron-42")],
    [
      "plan of a cluster",
      "plan eks-workshop",
      { command: { name: "plan", cluster: "eks-workshop", wish: {} } },
    ],
    ["plan of a node group", "plan eks-workshop/default", target()],
    ["start", "start eks-workshop/default", target({}, "start")],
    ["many spaces, a tab, a newline", "  plan \t eks-workshop/default \n", target()],
    ["hard spaces", `plan${nbsp}eks-workshop/default${nbsp}--to${nbsp}1.34`, target(v134)],
    ["to a version", "plan eks-workshop/default --to 1.34", target(v134)],
    ["a v before it", "plan eks-workshop/default --to v1.34", target(v134)],
    ["a capital V before it", "plan eks-workshop/default --to V1.34", target(v134)],
    ["with =", "plan eks-workshop/default --to=1.34", target(v134)],
    ["the option first", "plan --to 1.34 eks-workshop/default", target(v134)],
    ["the option shouted", "PLAN eks-workshop/default --TO 1.34", target(v134)],
    ["to a release", "plan eks-workshop/default --to 1.34.9-20260714", target(release)],
    [
      "a Bottlerocket release",
      "plan eks-workshop/default --to v1.50.0-1602f3a8",
      target({ release: "1.50.0-1602f3a8" }),
    ],
    ["an em dash for two hyphens", "plan eks-workshop/default —to 1.34", target(v134)],
    ["an en dash for two hyphens", "plan eks-workshop/default –to 1.34", target(v134)],
    ["an em dash and =", "start eks-workshop/default —to=v1.34", target(v134, "start")],
    ["hard hyphens in a name", "plan eks\u2011workshop/default", target()],
    ["a dash pasted into a release", "plan eks-workshop/default --to 1.34.9–20260714", target(release)],
    ["a minus sign in a name", "plan eks\u2212workshop/default", target()],
    ["curly quotes", "plan “eks-workshop/default” --to ‘1.34’", target(v134)],
    ["straight quotes", `plan "eks-workshop/default" --to '1.34'`, target(v134)],
    ["guillemets", "plan «eks-workshop/default»", target()],
    ["backticks", "plan `eks-workshop/default` --to `1.34`", target(v134)],
    ["the whole line in backticks", "`plan eks-workshop/default`", target()],
    ["bold", "plan *eks-workshop/default*", target()],
    ["right-to-left marks", `plan ${rlm}eks-workshop/default${rlm} --to \u202a1.34\u202c`, target(v134)],
    ["zero-width spaces and a soft hyphen", "pl\u200ban eks-\u00adworkshop/def\u2060ault", target()],
    ["full-width letters", "ｐｌａｎ eks-workshop/default", target()],
    ["the command pasted again", "/eks-upgrade plan eks-workshop/default", target()],
    ["the command pasted again, alone", "/eks-upgrade", form],
    ["cancel", "cancel calm-heron-42", { command: { name: "cancel", run: "calm-heron-42" } }],
    ["cancel, shouted", "CANCEL Calm-Heron-42", { command: { name: "cancel", run: "calm-heron-42" } }],
    ["pause", "pause calm-heron-42", order("pause")],
    ["resume, shouted", "RESUME Calm-Heron-42", order("resume")],
    ["retry", "retry calm-heron-42", order("retry")],
    [
      "repair keeps a cluster's capitals",
      "repair Prod-EU_1",
      { command: { name: "repair", cluster: "Prod-EU_1" } },
    ],
    ["to an AMI", `start eks-workshop/default --ami ${ami}`, target(image, "start")],
    ["to an AMI, with =", `plan eks-workshop/default --ami=${ami}`, target(image)],
    [
      "an AMI's id, shouted, after a phone's dash",
      `plan eks-workshop/default —AMI ${ami.toUpperCase()}`,
      target(image),
    ],
    [
      "an AMI of the old kind",
      "plan eks-workshop/default --ami ami-1a2b3c4d",
      target({ image: "ami-1a2b3c4d" }),
    ],
    ["watch", "watch eks-workshop/default", target({}, "watch")],
    [
      "watch a cluster",
      "watch eks-workshop",
      { command: { name: "watch", cluster: "eks-workshop", wish: {} } },
    ],
  ])("%s", (_, text, parsed) => {
    expect(parseCommand(text)).toEqual(parsed);
  });
});

describe("what is not, and what was probably meant", () => {
  const twoTargets = (name: string, count = 2) => `"${name}" takes one target, but I read ${count}.`;
  const needsAmi = 'After "--ami" I need the id of an AMI, such as ami-0123456789abcdef0.';
  const noAmi = (word: string) => `"${word}" is not the id of an AMI: those look like ami-0123456789abcdef0.`;
  const both = 'I read "--to" and "--ami": an AMI has its release in it, so say one of the two.';
  const needsVersion = 'After "--to" I need a Kubernetes version such as 1.34, or an AMI release.';

  it.each<[string, string, problem: string, didYouMean?: string]>([
    ["letters swapped", "plna eks-workshop", 'I do not know the command "plna".', "plan eks-workshop"],
    ["a letter missing", "stat", 'I do not know the command "stat".', "start"],
    ["a letter too many", "lists", 'I do not know the command "lists".', "list"],
    ["a word of the shell", "ls", 'I do not know the command "ls".', "list"],
    ["shouted and wrong", "HLEP", 'I do not know the command "HLEP".', "help"],
    ["the rest is kept", "strat a/b --to 1.34", 'I do not know the command "strat".', "start a/b --to 1.34"],
    ["nothing near", "abracadabra", 'I do not know the command "abracadabra".'],
    [
      "text that was pasted by mistake",
      `plan ${"x".repeat(4_000)}`,
      `"${"x".repeat(60)}…" is longer than any name or command that I know.`,
    ],
    ["an option alone", "--to 1.34", 'I do not know the command "--to".'],
    ["plan of what?", "plan", '"plan" needs a cluster: plan <cluster>/<node-group>.'],
    ["start of what?", "start --to 1.34", '"start" needs a cluster: start <cluster>/<node-group>.'],
    ["cancel what?", "cancel", '"cancel" needs a run: cancel <run>. "status" shows what is open.'],
    [
      "a run to cancel, read aloud",
      "cancel calm heron 42",
      '"cancel" takes one run at most.',
      "cancel calm-heron-42",
    ],
    ["watch what?", "watch", '"watch" needs a cluster: watch <cluster>/<node-group>.'],
    [
      "watch, to a version",
      "watch a/b --to 1.34",
      '"watch" knows no option --to: the update goes where it goes.',
      "watch a/b",
    ],
    [
      "watch, to an AMI",
      `watch a/b --ami ${ami}`,
      '"watch" knows no option --ami: the update goes where it goes.',
      "watch a/b",
    ],
    ["pause what?", "pause", '"pause" needs a run: pause <run>. "status" shows what is open.'],
    [
      "a run to retry, read aloud",
      "retry calm heron 42",
      '"retry" takes one run at most.',
      "retry calm-heron-42",
    ],
    ["repair what?", "repair", '"repair" needs a cluster: repair <cluster>.'],
    ["two clusters to repair", "repair a b", '"repair" takes one cluster at most.', "repair a"],
    ["a slip in pause", "puase calm-heron-42", 'I do not know the command "puase".', "pause calm-heron-42"],
    ["--ami what?", "plan a/b --ami", needsAmi],
    ["--ami an option", "plan a/b --ami --to", needsAmi],
    ["a release for an AMI", "plan a/b --ami 1.34", noAmi("1.34")],
    ["an AMI's id cut short", "plan a/b --ami ami-0123456789abcdef", noAmi("ami-0123456789abcdef")],
    ["an AMI twice", `plan a/b --ami ${ami} --ami ${ami}`, 'I read "--ami" twice: say one AMI.'],
    ["an AMI and a release", `plan a/b --to 1.34 --ami ${ami}`, both],
    ["an AMI and a release, the other way round", `plan a/b --ami ${ami} --to 1.34`, both],
    ["a slip in --ami", `plan a/b --aim ${ami}`, '"plan" knows no option --aim.', `plan a/b --ami ${ami}`],
    ["only the AMI", `plan a/b ${ami}`, twoTargets("plan"), `plan a/b --ami ${ami}`],
    ["ami without hyphens", `plan a/b ami ${ami}`, twoTargets("plan", 3), `plan a/b --ami ${ami}`],
    ["no slash, but an AMI", `plan a b --ami ${ami}`, twoTargets("plan"), `plan a/b --ami ${ami}`],
    ["--to what?", "plan a/b --to", needsVersion],
    ["--to nothing", "plan a/b --to=", needsVersion],
    ["--to an option", "plan a/b --to --force", needsVersion],
    ["--to twice", "plan a/b --to 1.33 --to 1.34", 'I read "--to" twice: say one version or release.'],
    ["no node group behind the slash", "plan a/", '"a/" is not a target: write <cluster>/<node-group>.'],
    ["no cluster before it", "plan /b", '"/b" is not a target: write <cluster>/<node-group>.'],
    ["only a slash", "plan /", '"/" is not a target: write <cluster>/<node-group>.'],
    ["three parts", "plan us-west-2/a/b", '"us-west-2/a/b" is not a target: write <cluster>/<node-group>.'],
    ["no slash", "plan a b", twoTargets("plan"), "plan a/b"],
    ["no slash, but a version", "start a b --to v1.34", twoTargets("start"), "start a/b --to v1.34"],
    ["spaces around the slash", "plan a / b", twoTargets("plan", 3), "plan a/b"],
    ["a space before the slash", "plan a /b", twoTargets("plan"), "plan a/b"],
    ["a space behind it", "plan a/ b", twoTargets("plan"), "plan a/b"],
    ["to without hyphens", "plan a/b to 1.34", twoTargets("plan", 3), "plan a/b --to 1.34"],
    ["TO without hyphens", "plan a/b TO V1.34", twoTargets("plan", 3), "plan a/b --to V1.34"],
    ["only a version", "plan 1.34 1.35", twoTargets("plan")],
    ["two slips in the option", "plan a/b --tpp 1.34", '"plan" knows no option --tpp.', "plan a/b --to 1.34"],
    ["only the version", "plan a/b 1.34", twoTargets("plan"), "plan a/b --to 1.34"],
    ["only the release", "plan a 1.34.9-20260714", twoTargets("plan"), "plan a --to 1.34.9-20260714"],
    ["two targets", "plan a/b c/d", twoTargets("plan")],
    ["a sentence", "plan the upgrade of prod", twoTargets("plan", 4)],
    ["one hyphen", "plan a/b -to 1.34", '"plan" knows no option -to.', "plan a/b --to 1.34"],
    ["a slip in the option", "plan a/b --tp=1.34", '"plan" knows no option --tp.', "plan a/b --to=1.34"],
    ["an option from elsewhere", "start a/b --force", '"start" knows no option --force.'],
    ["an option for list", "list --all", '"list" knows no option --all.'],
    ["an option for status", "status -v", '"status" knows no option -v.'],
    ["two clusters to list", "list a b", '"list" takes one cluster at most.', "list a"],
    ["a run read aloud", "status Calm heron 42", '"status" takes one run at most.', "status calm-heron-42"],
  ])("%s", (_, text, problem, didYouMean) => {
    expect(parseCommand(text)).toEqual({ problem, ...(didYouMean && { didYouMean }) });
  });

  it.each([
    "plan a b",
    "plan a / b",
    "plan a/b to 1.34",
    "plan a 1.34",
    "plan a/b -to 1.34",
    "status Calm heron 42",
    "plna a/b",
  ])("what is suggested for %j is understood when it is typed", (text) => {
    const misunderstood = parseCommand(text);
    const suggestion = "didYouMean" in misunderstood ? misunderstood.didYouMean : undefined;
    expect(parseCommand(suggestion ?? "")).toHaveProperty("command.name", suggestion?.split(" ")[0]);
  });
});

it.each(subcommands.map(({ name, usage }) => [name, usage]))(
  "help's line for %s begins with its name: %s",
  (name, usage) => {
    expect(usage.split(" ")[0]).toBe(name);
  },
);

it.each<[string, string, string[], string | undefined]>([
  ["the very name", "default", ["batch", "default"], "default"],
  ["a slip", "defualt", ["batch", "default"], "default"],
  ["two letters of a short one", "web", ["wep2", "spot"], "wep2"],
  ["long names may differ more", "eks-workshp-prd", ["eks-workshop-prod", "eks-test"], "eks-workshop-prod"],
  ["nothing near", "gpu", ["default", "batch"], undefined],
  ["nothing to choose from", "default", [], undefined],
])("nearestName: %s", (_, word, names, nearest) => {
  expect(nearestName(word, names)).toBe(nearest);
});
