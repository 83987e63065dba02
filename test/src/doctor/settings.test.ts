import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Config, readConfig } from "../../../src/config.js";
import { lineOf } from "../../../src/doctor/report.js";
import { settingsFindings } from "../../../src/doctor/settings.js";
import { root } from "../../sources.js";

const directory = mkdtempSync(join(tmpdir(), "eks-upgrade-bot-doctor-"));
const inDirectory = (name: string) => join(directory, name);

beforeAll(() => writeFileSync(inDirectory("there.jsonl"), ""));
afterAll(() => rmSync(directory, { recursive: true }));

function configOf(variables: Readonly<Record<string, string>>): Config {
  const fleet = { FLEET_FILE: join(root, "fleet.example.yaml") };
  return readConfig({ SLACK_BOT_TOKEN: "xoxb-1", SLACK_APP_TOKEN: "xapp-1", ...fleet, ...variables });
}

describe("doctor on the settings", () => {
  const page = {
    ...{ PUBLIC_URL: "https://upgrades.example.com", PORT: "3000" },
    LINK_SECRET: "0123456789abcdef0123456789abcdef",
  };
  it.each<[string, Readonly<Record<string, string>>, string[]]>([
    ["nothing beside the fleet", {}, []],
    [
      "an audit file that is there",
      { AUDIT_FILE: inDirectory("there.jsonl") },
      [`  ✓ AUDIT_FILE ${inDirectory("there.jsonl")}: can be written`],
    ],
    [
      "one that is not there yet",
      { AUDIT_FILE: inDirectory("new.jsonl") },
      [`  ✓ AUDIT_FILE ${inDirectory("new.jsonl")}: can be made`],
    ],
    [
      "one where nothing can be",
      { AUDIT_FILE: inDirectory("no/new.jsonl") },
      [
        expect.stringMatching(
          /^ {2}✗ AUDIT_FILE .*ENOENT.* Let the bot's user write there, or name another file\.$/,
        ),
      ],
    ],
    [
      "a page for links",
      page,
      [
        "  ? page for approvals by link: https://upgrades.example.com, served on port 3000. See that this address leads to that port, and that nobody else than your own people can open what lies under /approve/.",
      ],
    ],
  ])("%s", async (_, variables, lines) => {
    const [read, ...rest] = (await settingsFindings(configOf(variables))).map(lineOf);
    expect(read).toBe("  ✓ role all; 1 named cluster, and those discovered, in prod, test");
    expect(rest).toEqual(lines);
    expect(rest.join()).not.toContain(page.LINK_SECRET);
  });
});
