import { expect, it } from "vitest";
import { parseCommand } from "../../commands/parse.js";

it.each<[string, string, object]>([
  [
    "lock of an environment",
    "lock prod migration",
    { command: { name: "lock", place: "prod", reason: "migration" } },
  ],
  [
    "lock of a cluster, with a reason of many words",
    "LOCK prod/Shop-1 “big sale”  until Monday",
    { command: { name: "lock", place: "prod/Shop-1", reason: "“big sale” until Monday" } },
  ],
  ["unlock", "unlock prod", { command: { name: "unlock", place: "prod" } }],
  ["lock of nothing", "lock", { problem: '"lock" needs a cluster or an environment.' }],
  ["unlock of nothing", "unlock", { problem: '"unlock" needs a cluster or an environment.' }],
  ["lock without a reason", "lock prod", { problem: '"lock" needs a reason: lock prod <reason>.' }],
  [
    "lock without a word in its reason",
    "lock prod ...",
    { problem: '"lock" needs a reason: lock prod <reason>.' },
  ],
  [
    "lock with a reason as it was typed",
    `lock prod 'the sale — we don’t upgrade before it ends'`,
    { command: { name: "lock", place: "prod", reason: "'the sale — we don’t upgrade before it ends'" } },
  ],
  [
    "lock with more than a reason",
    `lock prod ${"x".repeat(301)}`,
    { problem: "The reason has 301 characters: say it in 300 at most." },
  ],
  ["lock with an option", "lock --all now", { problem: '"lock" knows no option --all.' }],
  [
    "unlock with more words",
    "unlock prod please",
    { problem: '"unlock" takes one place.', didYouMean: "unlock prod" },
  ],
])("%s", (_, text, expected) => {
  expect(parseCommand(text)).toEqual(expected);
});
