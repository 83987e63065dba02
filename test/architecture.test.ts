import { describe, expect, it } from "vitest";
import { type Import, importsOf, read, sourcesIn } from "./sources.js";

interface Rule {
  readonly says: string;
  /** Files the rule speaks of. */
  readonly of: RegExp;
  /** Files it does not mean. */
  readonly except?: RegExp;
  /** Targets they may not import: file paths of ours, or names of packages. */
  readonly forbids: (target: string) => boolean;
  /** Types from there are fine. */
  readonly typesAllowed?: true;
}

const ours = /^(src|commands|jobs|playground|test)\//;
const sdk = /^(@aws-sdk|@smithy|@kubernetes|@slack)\/|^(bullmq|ioredis|undici)$/;
const under =
  (...places: readonly string[]) =>
  (target: string) =>
    places.some((place) => target.startsWith(place));
const ownBut =
  (...places: readonly string[]) =>
  (target: string) =>
    ours.test(target) && !under(...places)(target);

const rules: readonly Rule[] = [
  {
    says: "core imports nothing but core: no adapter, no package, nothing of Node",
    of: /^src\/core\//,
    forbids: (target) => !target.startsWith("src/core/"),
  },
  {
    says: "phases and upgrades.ts run on core and phases alone; of the rest they know types",
    of: /^src\/(phases\/|upgrades\.ts$|upgrades\/)/,
    // p-map does nothing by itself: it says how many go side by side.
    forbids: (target) => !under("src/core/", "src/phases/", "src/upgrades/", "p-map")(target),
    typesAllowed: true,
  },
  {
    says: "phases and upgrades.ts do not even know types of an SDK",
    of: /^src\/(phases\/|upgrades\.ts$|upgrades\/)/,
    forbids: (target) => sdk.test(target),
  },
  {
    says: "the AWS SDK is imported in src/aws alone",
    of: /^(src|commands|jobs)\//,
    except: /^src\/aws\//,
    forbids: under("@aws-sdk/", "@smithy/"),
  },
  {
    says: "the Kubernetes client and its HTTP library are imported in src/kubernetes alone",
    of: /^(src|commands|jobs)\//,
    except: /^src\/kubernetes\//,
    forbids: (target) => under("@kubernetes/")(target) || target === "undici",
  },
  {
    says: "Slack's Web API and its types are imported in src/slack alone",
    of: /^(src|commands|jobs)\//,
    except: /^src\/slack\//,
    forbids: under("@slack/web-api", "@slack/types"),
  },
  {
    says: "Bolt is imported in commands and src/main.ts alone",
    of: /^(src|commands|jobs)\//,
    except: /^(commands\/|src\/main\.ts$)/,
    forbids: under("@slack/bolt"),
  },
  {
    says: "BullMQ is imported in jobs alone",
    of: /^(src|commands|jobs)\//,
    except: /^jobs\//,
    forbids: under("bullmq"),
  },
  {
    says: "ioredis is imported in src/redis alone, which has a type for its connections",
    of: /^(src|commands|jobs)\//,
    except: /^src\/redis\//,
    forbids: under("ioredis"),
  },
  ...["aws", "kubernetes", "slack"].map((folder) => ({
    says: `src/${folder} speaks to one service: of ours it knows core alone`,
    of: new RegExp(`^src/${folder}/`),
    forbids: ownBut("src/core/", `src/${folder}/`),
  })),
  { says: "commands do not know jobs", of: /^commands\//, forbids: under("jobs/") },
  { says: "jobs do not know commands", of: /^jobs\//, forbids: under("commands/") },
  {
    says: "only src/bot.ts and its parts put commands and jobs together",
    of: /^src\//,
    except: /^src\/bot(\.ts$|\/)/,
    forbids: under("commands/", "jobs/"),
  },
  {
    says: "nothing but tests imports the playground",
    of: /^(src|commands|jobs)\//,
    forbids: under("playground/", "test/"),
  },
  {
    says: "the playground imports nothing of the bot: a shared mistake must not cancel out",
    of: /^playground\//,
    forbids: ownBut("playground/"),
  },
  {
    says: "the playground speaks the wire itself: no SDK of a service that it plays",
    of: /^playground\//,
    forbids: (target) => sdk.test(target) && target !== "ioredis",
  },
  {
    says: "every import is spelt out",
    of: /^(src|commands|jobs|playground)\//,
    forbids: (target) => target === "(computed)",
  },
];

/** Names of the rules that one import breaks. */
function broken(file: string, { target, typeOnly }: Import): string[] {
  const breaks = (rule: Rule) =>
    rule.of.test(file) &&
    !rule.except?.test(file) &&
    !(typeOnly && rule.typesAllowed) &&
    rule.forbids(target);
  return rules.filter(breaks).map((rule) => rule.says);
}

const product = sourcesIn("src", "commands", "jobs", "playground");
const everything = product.flatMap((file) => importsOf(file).map((each) => ({ file, ...each })));

const forbidden: readonly [what: string, file: string, target: string, typeOnly: boolean][] = [
  ["core reaches for an adapter's type", "src/core/plan.ts", "src/aws/eks.ts", true],
  ["core reaches for Node", "src/core/run-id.ts", "node:crypto", false],
  ["core reaches for a package", "src/core/run.ts", "zod", false],
  ["a phase calls an adapter", "src/phases/tick.ts", "src/aws/eks.ts", false],
  ["a phase knows an SDK's type", "src/phases/tick.ts", "@aws-sdk/client-eks", true],
  ["a use case calls the store", "src/upgrades.ts", "src/redis/runs.ts", false],
  ["the AWS SDK outside its folder", "src/outside.ts", "@aws-sdk/client-eks", true],
  ["a part of the AWS SDK in commands", "commands/plan.ts", "@smithy/signature-v4", false],
  ["the Kubernetes client outside its folder", "src/outside.ts", "@kubernetes/client-node", false],
  ["the Web API in a job", "jobs/announce.ts", "@slack/web-api", false],
  ["Bolt in a job", "jobs/announce.ts", "@slack/bolt", true],
  ["Bolt in the outbox", "src/slack/outbox.ts", "@slack/bolt", false],
  ["BullMQ in a command", "commands/start.ts", "bullmq", true],
  ["a connection made in a job", "jobs/workers.ts", "ioredis", false],
  ["a connection's type in a command", "commands/tools.ts", "ioredis", true],
  ["an adapter that knows what uses it", "src/aws/eks.ts", "src/upgrades.ts", true],
  ["an adapter that knows another", "src/kubernetes/cluster.ts", "src/aws/token.ts", true],
  ["a command that rings a bell", "commands/start.ts", "jobs/queues.ts", true],
  ["a job that answers a command", "jobs/announce.ts", "commands/index.ts", true],
  ["an adapter that knows commands", "src/slack/people.ts", "commands/gate.ts", true],
  ["the bot using its own simulation", "src/main.ts", "playground/world/clock.ts", true],
  ["the simulation using the bot", "playground/world/world.ts", "src/core/instant.ts", true],
  ["the simulation using an SDK", "playground/aws/server.ts", "@aws-sdk/client-eks", true],
  ["a name worked out at run time", "src/aws/region.ts", "(computed)", false],
];

describe("the import rules", () => {
  it.each(rules.map((rule) => [rule.says, rule] as const))("%s", (says) => {
    const breaking = everything.filter((each) => broken(each.file, each).includes(says));
    expect(breaking.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
  });

  it.each(forbidden)("forbid %s", (_, file, target, typeOnly) => {
    expect(broken(file, { target, typeOnly })).not.toEqual([]);
  });

  it("are each shown at work by one of these", () => {
    const shown = forbidden.flatMap(([, file, target, typeOnly]) => broken(file, { target, typeOnly }));
    expect(rules.map((rule) => rule.says).filter((says) => !shown.includes(says))).toEqual([]);
  });

  it.each([
    ["a phase that knows an adapter's type", "src/phases/outside.ts", "src/aws/region.ts", true],
    ["a job that is handed a connection", "jobs/workers.ts", "src/redis/connection.ts", true],
    ["the root that wires", "src/bot.ts", "jobs/workers.ts", false],
    ["commands on Bolt", "commands/app.ts", "@slack/bolt", false],
  ])("allow %s", (_, file, target, typeOnly) => {
    expect(broken(file, { target, typeOnly })).toEqual([]);
  });
});

describe("what a file imports is found", () => {
  it.each<[string, string, Import[]]>([
    ["in double quotes", `import { a } from "zod";`, [{ target: "zod", typeOnly: false }]],
    ["in single quotes", `import { a } from 'zod';`, [{ target: "zod", typeOnly: false }]],
    ["over several lines", `import {\n  a,\n  b,\n} from "zod";`, [{ target: "zod", typeOnly: false }]],
    ["as a type", `import type { A } from "zod";`, [{ target: "zod", typeOnly: true }]],
    ["as types inline", `import { type A } from "zod";`, [{ target: "zod", typeOnly: false }]],
    ["for its effect", `import "zod";`, [{ target: "zod", typeOnly: false }]],
    ["as everything", `import * as z from "zod";`, [{ target: "zod", typeOnly: false }]],
    ["passed on", `export * from "zod";`, [{ target: "zod", typeOnly: false }]],
    ["passed on as a type", `export type { A } from "zod";`, [{ target: "zod", typeOnly: true }]],
    ["on demand", `const z = await import("zod");`, [{ target: "zod", typeOnly: false }]],
    ["on demand, in backticks", "const z = await import(`zod`);", [{ target: "zod", typeOnly: false }]],
    ["inside a type", `type Z = import("zod").Z;`, [{ target: "zod", typeOnly: false }]],
    ["the old way", `const z = require("zod");`, [{ target: "zod", typeOnly: false }]],
    ["by a computed name", "await import(name);", [{ target: "(computed)", typeOnly: false }]],
    ["beside it", `import { a } from "./x.js";`, [{ target: "src/core/x.ts", typeOnly: false }]],
    ["elsewhere", `import { a } from "../aws/x.js";`, [{ target: "src/aws/x.ts", typeOnly: false }]],
    ["not in a sentence", `export const text = \`from "zod"\`;\nconst a = "import";`, []],
  ])("%s", (_, source, expected) => {
    expect(importsOf("src/core/here.ts", source)).toEqual(expected);
  });

  it("in the project itself", () => {
    expect(everything.length).toBeGreaterThan(product.length);
  });
});

describe("the sources", () => {
  it("read the environment where a process begins, and nowhere else", () => {
    const readers = product.filter((file) =>
      /\bprocess\.env\b|\benv\b.*from "node:process"/.test(read(file)),
    );
    expect(readers.filter((file) => !file.startsWith("playground/")).toSorted()).toEqual([
      "src/audit-export.ts",
      "src/audit-verify.ts",
      "src/doctor.ts",
      "src/main.ts",
    ]);
  });

  it("have no file of more than 300 lines", () => {
    const long = product.filter((file) => read(file).trimEnd().split("\n").length > 300);
    expect(long).toEqual([]);
  });
});
