import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { soon } from "../soon.js";
import { openStage, type Stage, said } from "./stage.js";

let stage: Stage;
let directory: string;

afterEach(async () => {
  await stage.close();
  await rm(directory, { recursive: true, force: true });
});

/** A fleet whose requests are open for ten world minutes. */
async function shortLivedFleet(): Promise<string> {
  directory = await mkdtemp(join(tmpdir(), "fleet-"));
  const file = join(directory, "fleet.yaml");
  const { slack } = stage.playground;
  const text = `environments:
  - name: prod
    channel: ${slack.channel}
    operators: { groups: [${slack.groups.operators}] }
    approvers: { groups: [${slack.groups.approvers}] }
    approvals: { expiresAfter: 10m }
    clusters: [{ name: eks-workshop, region: us-west-2 }]
`;
  await writeFile(file, text);
  return file;
}

it("ends a request that nobody decided in time: the card says so, a late click changes nothing, and it can be asked again", async () => {
  stage = await openStage({ speed: 400 });
  const { slack, world } = stage.playground;
  await stage.startBot({ FLEET_FILE: await shortLivedFleet() });
  await stage.types("start eks-workshop");
  const card = await stage.card();
  const expired = () =>
    [slack.workspace.find(card.channel, card.ts)].find((each) => each && said(each).includes("Expired"));
  await slack.waitFor(expired, { what: "the expired card" });
  expect(said(expired() ?? card)).not.toContain("eks-upgrade:approve");
  expect((await stage.events()).map((event) => event.type)).toEqual(["RunRequested", "RunExpired"]);
  expect(world.calls.filter((call) => call.operation === "UpdateNodegroupVersion")).toEqual([]);
  await soon(async () => expect(await stage.runs.open()).toEqual([]));
  expect((await stage.types("start eks-workshop")).text).toContain("Asked for approval");
});
