import { constants, existsSync } from "node:fs";
import { access } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Config } from "../config.js";
import { attempt } from "./attempt.js";
import { type Finding, failed, ok, untried } from "./finding.js";

/** What was read, and what it names on this machine. */
export async function settingsFindings(config: Config): Promise<readonly Finding[]> {
  const { auditFile, link } = config;
  return [
    configuration(config),
    ...(link ? [page(link)] : []),
    ...(auditFile === undefined ? [] : await appendable(auditFile)),
  ];
}

function configuration({ role, fleet: { environments } }: Config): Finding {
  const count = environments.flatMap(({ clusters }) => clusters).length;
  const clusters = count === 1 ? "cluster" : "clusters";
  const discovers = environments.some(({ discover }) => discover);
  const which = discovers ? `${count} named ${clusters}, and those discovered,` : `${count} ${clusters}`;
  return ok(`role ${role}; ${which} in ${environments.map(({ name }) => name).join(", ")}`);
}

function page({ publicUrl, port }: NonNullable<Config["link"]>): Finding {
  const next =
    "See that this address leads to that port, and that nobody else than your own people can open what lies under /approve/.";
  return untried(`page for approvals by link: ${publicUrl}, served on port ${port}`, next);
}

/** A file that is not there yet is made, its directory is not. */
async function appendable(file: string): Promise<readonly Finding[]> {
  const whole = resolve(file);
  const there = existsSync(whole);
  const { findings } = await attempt(() => access(there ? whole : dirname(whole), constants.W_OK), {
    title: `AUDIT_FILE ${file}`,
    found: () => ok(there ? "can be written" : "can be made"),
    failed: (error) => failed(String(error), "Let the bot's user write there, or name another file."),
  });
  return findings;
}
