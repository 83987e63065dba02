import { expect, it } from "vitest";
import { parseCommand } from "../../commands/parse.js";

const ana = "<@U0123|ana>";
const asked = (wish: object = {}) => ({ command: { name: "history", ...wish } });
const needsPerson = "--user needs a person, as Slack completes one after you typed @: --user @somebody.";
const onePerson = "I read more than one person: say one.";
const afterUser = "A person goes after --user.";

it.each<[string, string, object]>([
  ["all of it", "history", asked()],
  ["of a cluster", "history Prod-EU_1", asked({ cluster: "Prod-EU_1" })],
  ["of a person", `history --user ${ana}`, asked({ user: "U0123" })],
  ["of a person, without a name", "history --user <@W0123>", asked({ user: "W0123" })],
  ["of a person, with =", `history --user=${ana}`, asked({ user: "U0123" })],
  ["of a person, on a phone", `HISTORY —User ${ana}`, asked({ user: "U0123" })],
  [
    "of a person, pasted from an answer",
    "history --user &lt;@U0123|ana&gt; shop",
    asked({ cluster: "shop", user: "U0123" }),
  ],
  ["of both", `history shop --user ${ana}`, asked({ cluster: "shop", user: "U0123" })],
  ["of both, the other way round", `history --user=${ana} shop`, asked({ cluster: "shop", user: "U0123" })],
  ["a person alone", `history ${ana}`, { problem: afterUser, didYouMean: `history --user ${ana}` }],
  [
    "a person behind a cluster",
    `history shop ${ana}`,
    { problem: afterUser, didYouMean: `history shop --user ${ana}` },
  ],
  [
    "two clusters and a person",
    `history a b --user ${ana}`,
    { problem: '"history" takes one cluster at most.', didYouMean: `history a --user ${ana}` },
  ],
  [
    "two clusters",
    "history a b",
    { problem: '"history" takes one cluster at most.', didYouMean: "history a" },
  ],
  ["two people", `history --user ${ana} --user ${ana}`, { problem: onePerson }],
  ["two people, one of them alone", `history ${ana} --user=${ana}`, { problem: onePerson }],
  ["a name that Slack did not complete", "history --user ana", { problem: needsPerson }],
  ["nobody", "history --user", { problem: needsPerson }],
  ["nobody, with =", "history --user=", { problem: needsPerson }],
  ["an option from elsewhere", "history --to=1.34", { problem: '"history" knows no option --to.' }],
])("%s", (_, text, expected) => {
  const parsed = parseCommand(text);
  expect(parsed).toEqual(expected);
  if ("didYouMean" in parsed) expect(parseCommand(parsed.didYouMean ?? "")).toHaveProperty("command");
});
