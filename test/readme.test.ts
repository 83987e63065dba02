import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { slashCommand } from "../commands/index.js";
import { subcommands } from "../commands/parse.js";
import { ConfigError, readConfig } from "../src/config.js";
import { read, root } from "./sources.js";

const readme = read("README.md");
const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(read("package.json")));

/** Every variable that the configuration reads: in its schema, or by name. */
const config = read("src/config.ts");
const variables = [
  ...new Set(
    [...config.matchAll(/^ {2}([A-Z][A-Z_]+):|\bgiven\.([A-Z_]+)/gm)].map(
      (match) => match[1] ?? match[2] ?? "",
    ),
  ),
].toSorted();

describe("the README's configuration", () => {
  it("names every variable that is read, and no others", () => {
    const rows = [...readme.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name = ""]) => name);
    expect(variables).toContain("SLACK_BOT_TOKEN");
    expect(rows.toSorted()).toEqual(variables);
  });

  it("names what a start without any asks for", () => {
    const problems = problemsOf({ FLEET_FILE: join(root, "fleet.example.yaml") });
    const missing = problems.map((problem) => problem.split(" ")[0]);
    const required = [...readme.matchAll(/^\| `([A-Z_]+)` \| required \|/gm)].map(([, name]) => name);
    expect(missing).toEqual(required);
  });

  it("comes with an example that is valid", () => {
    const environment = { SLACK_BOT_TOKEN: "xoxb-1", SLACK_APP_TOKEN: "xapp-1" };
    expect(problemsOf({ ...environment, FLEET_FILE: join(root, "fleet.example.yaml") })).toEqual([]);
  });
});

it("the README tells every command as help does", () => {
  const rows = [...readme.matchAll(/^\| `(\/[^`]+)` \|/gm)].map(([, command = ""]) =>
    command.replaceAll("\\|", "|"),
  );
  expect(rows).toEqual(subcommands.map(({ usage }) => `${slashCommand} ${usage}`));
});

const pages = ["README.md", "CONTRIBUTING.md", "docs/audit.md", "docs/permissions/README.md"];

describe.each(pages)("%s", (file) => {
  const text = read(file);

  it("mentions scripts that exist", () => {
    const named = [...text.matchAll(/\bnpm (?:run )?(?:--silent )?([a-z][a-z:]*)/g)].map(
      ([, name = ""]) => name,
    );
    const own = named.filter((name) => name !== "ci" && name !== "install");
    expect(own.filter((name) => !(name in scripts))).toEqual([]);
  });

  it("links to files that exist", () => {
    const links = [...text.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, target = ""]) => target);
    const folder = file.split("/").slice(0, -1).join("/");
    expect(links.filter((link) => !link.startsWith("http") && !existsSync(join(root, folder, link)))).toEqual(
      [],
    );
  });
});

it("CI runs what the README says", () => {
  const ci = read(".ci/run");
  expect(readme).toContain("npm ci && npm test\n");
  expect(ci).toMatch(/^step install npm ci$/m);
  expect(ci).toMatch(/^suite test npm test$/m);
});

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}
