import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { brokenServer, type Fault, rateLimited } from "../../../playground/slack/faults.js";
import { type SimulatedSlack, serveSlack } from "../../../playground/slack/server.js";
import { ConfigError } from "../../../src/config.js";
import {
  type ChannelsSeen,
  checkFleetInSlack,
  fleetProblems,
  type GroupsSeen,
} from "../../../src/fleet/check-slack.js";
import { parseFleet } from "../../../src/fleet.js";
import { type ChannelSeen, type GroupSeen, inspectSlack } from "../../../src/slack/inspection.js";
import { quietLogger } from "../slack/quiet-logger.js";
import { written } from "./written.js";

type Keys = Record<string, string>;

const group = (members: readonly string[] | undefined, disabled = false): GroupSeen => ({
  ...{ handle: "people", disabled, members },
});
const channel = (more: Partial<ChannelSeen> = {}): ChannelSeen => ({
  ...{ name: "upgrades", archived: false, member: true, shared: false, ...more },
});

const groups: GroupsSeen = new Map([
  ["S0OPS", group(["U0ANN", "U0BEN"])],
  ["S0APPROVERS", group(["U0BEN", "U0CAT"])],
  ["S0SECURITY", group(["U0CAT"])],
  ["S0ELSEWHERE", group(["U0DAN"])],
  ["S0ANN", group(["U0ANN"])],
  ["S0EMPTY", group([])],
  ["S0GONE", group(["U0CAT"], true)],
  ["S0HUGE", group(undefined)],
]);
const channels: ChannelsSeen = new Map<string, ChannelSeen | "unknown">([
  ["C0HERE", channel()],
  ["C0OPS", channel({ member: false })],
  ["C0SHARED", channel({ shared: true })],
  ["C0ARCHIVED", channel({ archived: true })],
  ["C0NOWHERE", "unknown"],
]);

function read(keys: Keys, top = "") {
  const found = parseFleet(written(keys, top), "f");
  if ("problems" in found) throw new Error(found.problems.join("\n"));
  return found;
}

function problemsOf(keys: Keys, seen: GroupsSeen = groups, top = ""): string[] {
  const { fleet, at } = read(keys, top);
  return fleetProblems(fleet, seen, channels, at).map((line) =>
    line.replace(/^f:(\d+): environments\[0\]\./, "$1: "),
  );
}

describe("what Slack knows of the file", () => {
  it.each<[string, Keys, string?]>([
    ["groups and a channel that are there", {}],
    ["a person by id, whom nobody looks up here", { operators: "{ users: [U0NOBODY] }" }],
    ["channels for orders, to which the bot was not invited", { channels: "[C0OPS]" }],
    ["a channel that Slack told nothing of", { channel: "C0UNTOLD" }],
    ["as many approvals as there are approvers", { approvals: "{ required: 2 }" }],
    [
      "an approver of each group",
      {
        approvers: "{ groups: [S0APPROVERS, S0SECURITY] }",
        approvals: "{ oneFromEach: [S0APPROVERS, S0SECURITY] }",
      },
    ],
    [
      "a group whose people Slack did not name",
      { approvers: "{ groups: [S0HUGE] }", approvals: "{ required: 9 }" },
    ],
    ["an empty group beside another one", { operators: "{ groups: [S0EMPTY, S0OPS] }" }],
    ["an empty group that may break glass", { may: "{ breakGlass: { groups: [S0EMPTY] } }" }],
    [
      "one alone who may approve their own",
      {
        approvers: "{ groups: [S0ANN] }",
        operators: "{ groups: [S0ANN] }",
        approvals: "{ requesterMayApprove: true }",
      },
    ],
    [
      "one alone where nobody has to approve",
      { approvers: "{ groups: [S0ANN] }", operators: "{ groups: [S0ANN] }", approvals: "{ required: 0 }" },
    ],
    ["a digest in a shared channel", { digest: '{ schedule: "0 9 * * 1", channel: C0SHARED }' }],
    [
      "an approver whom the page of the link lets in",
      { approvals: "{ mode: slack+link }" },
      "link: { userHeader: x-user, people: { U0CAT: cat } }",
    ],
  ])("is no problem: %s", (_, keys, top) => {
    expect(problemsOf(keys, groups, top)).toEqual([]);
  });

  const unknown = (id: string) =>
    `is ${id}, a user group that Slack does not know: correct the id (People → User groups → the group → ⋮ → Copy group ID)`;
  const own = "nobody may approve their own request, and nobody of those who may start has";
  it.each<[string, Keys, string[], string?]>([
    [
      "a group that is not there",
      { operators: "{ groups: [S0OPS, S0NONE] }" },
      [`3: operators.groups[1] ${unknown("S0NONE")}`],
    ],
    [
      "the same of a right",
      { may: "{ lock: { groups: [S0NONE] } }" },
      [`3: may.lock.groups[0] ${unknown("S0NONE")}`],
    ],
    [
      "the same that may break glass",
      { may: "{ breakGlass: { groups: [S0NONE] } }" },
      [`3: may.breakGlass.groups[0] ${unknown("S0NONE")}`],
    ],
    [
      "the same that is called",
      { digest: "{ severity: { warning: { mention: { groups: [S0NONE] } } } }" },
      [`3: digest.severity.warning.mention.groups[0] ${unknown("S0NONE")}`],
    ],
    [
      "the same wherever it is named",
      { approvers: "{ groups: [S0NONE] }", approvals: "{ oneFromEach: [S0NONE] }" },
      [`3: approvers.groups[0] ${unknown("S0NONE")}`, `4: approvals.oneFromEach[0] ${unknown("S0NONE")}`],
    ],
    [
      "a disabled group",
      { approvers: "{ groups: [S0GONE] }" },
      ["3: approvers.groups[0] is @people, which is disabled: enable it in Slack, or name another"],
    ],
    [
      "nobody who may start",
      { operators: "{ groups: [S0EMPTY] }" },
      ["3: operators has nobody in it, so nothing could ever start: add people to its user groups in Slack"],
    ],
    [
      "nobody who may start, where a right of its own says who",
      { may: "{ start: { groups: [S0EMPTY] } }" },
      ["3: may.start has nobody in it, so nothing could ever start: add people to its user groups in Slack"],
    ],
    [
      "fewer approvers than approvals",
      { approvals: "{ required: 3 }" },
      [
        "3: approvals.required is 3, but only 2 may approve, so nothing could ever start: name more in approvers, or require fewer",
      ],
    ],
    [
      "no approver at all, where the file does not say how many are required",
      { approvers: "{ groups: [S0EMPTY] }" },
      [
        "2: approvals.required is 1, but nobody may approve, so nothing could ever start: name more in approvers",
      ],
    ],
    [
      "the only approver asks",
      { operators: "{ groups: [S0ANN] }", approvers: "{ users: [U0ANN] }" },
      [
        `4: approvers is not enough: ${own} 1 other approver: name more in approvers, or set requesterMayApprove: true`,
      ],
    ],
    [
      "the only one of a group asks",
      {
        operators: "{ users: [U0CAT] }",
        approvers: "{ groups: [S0APPROVERS, S0SECURITY] }",
        approvals: "{ oneFromEach: [S0SECURITY] }",
      },
      [
        `4: approvers is not enough: ${own} 1 other approver with one of each group in oneFromEach: name more in approvers, or set requesterMayApprove: true`,
      ],
    ],
    [
      "nobody in a group from which one must approve",
      {
        approvers: "{ groups: [S0APPROVERS, S0EMPTY] }",
        approvals: "{ oneFromEach: [S0APPROVERS, S0EMPTY] }",
      },
      [
        "4: approvals.oneFromEach[1] has nobody in it who may approve, so nothing could ever start: add people to it in Slack, or leave it out",
      ],
    ],
    [
      "approvers whom the page of the link does not know",
      { approvals: "{ mode: slack+link }" },
      [
        "3: approvals.required is 1, but nobody may approve, so nothing could ever start: name more in approvers and link.people",
      ],
      "link: { userHeader: x-user, people: { U0DAN: dan } }",
    ],
    [
      "a shared channel",
      { channel: "C0SHARED" },
      ["3: channel is #upgrades, which is shared with another organisation: name a channel of your own"],
    ],
    [
      "an archived channel for orders",
      { channels: "[C0OPS, C0ARCHIVED]" },
      ["3: channels[1] is #upgrades, which is archived: restore it in Slack, or name another"],
    ],
    [
      "a channel that is not there",
      { channel: "C0NOWHERE" },
      [
        "3: channel is no channel that the bot sees: if it is private, invite the bot there (/invite), else correct the id (channel details, at the bottom)",
      ],
    ],
    [
      "all of it, in the order of the file",
      { channels: "[C0ARCHIVED]", operators: "{ groups: [S0NONE] }", channel: "C0SHARED" },
      [
        "3: channels[0] is #upgrades, which is archived: restore it in Slack, or name another",
        `4: operators.groups[0] ${unknown("S0NONE")}`,
        "5: channel is #upgrades, which is shared with another organisation: name a channel of your own",
      ],
    ],
  ])("is a problem: %s", (_, keys, problems, top) => {
    expect(problemsOf(keys, groups, top)).toEqual(problems);
  });

  it("is not guessed, where Slack does not tell of its groups", () => {
    const { fleet, at } = read({ operators: "{ groups: [S0NONE] }", approvals: "{ required: 9 }" });
    expect(fleetProblems(fleet, undefined, channels, at)).toEqual([]);
  });
});

describe("asked over the wire", () => {
  let slack: SimulatedSlack;
  let warned: { what: string; method: string; code: string }[];

  beforeEach(async () => {
    slack = await serveSlack();
    warned = [];
  });
  afterEach(() => slack.close());

  const refusing = (error: string): Fault => ({
    when: "instead",
    answer: { status: 200, body: { ok: false, error } },
  });

  /** Problems that keep the bot from starting; none where it may. */
  async function problemsInSlack(keys: Keys): Promise<readonly string[]> {
    const { fleet, at } = read({ ...keys, channel: keys.channel ?? slack.channel });
    const { botToken: token, apiUrl: slackApiUrl } = slack;
    const log = { warn: (fields: (typeof warned)[number]) => void warned.push(fields) };
    const checking = checkFleetInSlack({
      ...{ fleet, at, log },
      slack: inspectSlack({ token, slackApiUrl, logger: quietLogger }),
    });
    const error: unknown = await checking.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (error !== undefined && !(error instanceof ConfigError)) throw error;
    return error?.problems ?? [];
  }

  it("a good file takes one call for all groups, and one for each channel", async () => {
    const channels = `[${slack.channel}, ${slack.testChannel}]`;
    expect(await problemsInSlack({ channels, may: "{ lock: { groups: [S0SECURITY] } }" })).toEqual([]);
    expect(slack.calls.map(({ method }) => method)).toEqual([
      "usergroups.list",
      "conversations.info",
      "conversations.info",
    ]);
    expect(warned).toEqual([]);
  });

  it("a file without groups does not ask for any", async () => {
    await problemsInSlack({ operators: "{ users: [U0ANN] }", approvers: "{ users: [U0BEN] }" });
    expect(slack.calls.map(({ method }) => method)).toEqual(["conversations.info"]);
  });

  it.each<[string, Keys, RegExp]>([
    [
      "a group that is not there",
      { operators: "{ groups: [S0NONE] }" },
      /^f:3: environments\[0\]\.operators\.groups\[0\] is S0NONE/,
    ],
    [
      "a disabled group",
      { approvers: "{ groups: [S0DISABLED] }" },
      /^f:3: .* is @former-approvers, which is disabled/,
    ],
    ["an empty group", { operators: "{ groups: [S0EMPTY] }" }, /^f:3: .*operators has nobody in it/],
    ["too few approvers", { approvals: "{ required: 3 }" }, /^f:3: .* is 3, but only 2 may approve/],
    ["a shared channel", { channel: "C0SHARED" }, /^f:3: .* is #with-partner, which is shared/],
    [
      "an archived channel",
      { channels: "[C0ARCHIVED]" },
      /^f:3: .*channels\[0\] is #old-upgrades, which is archived/,
    ],
    ["a channel that is not there", { channel: "C0NOWHERE" }, /^f:3: .* is no channel that the bot sees/],
    [
      "a private channel without the bot",
      { channel: "G0PRIVATE" },
      /^f:3: .* is no channel that the bot sees/,
    ],
  ])("is refused for %s", async (_, keys, problem) => {
    expect(await problemsInSlack(keys)).toEqual([expect.stringMatching(problem)]);
  });

  it.each<[string, string, Fault, string, number]>([
    ["groups may not be read", "usergroups.list", refusing("missing_scope"), "missing_scope", 2],
    [
      "the plan has no groups",
      "usergroups.list",
      refusing("plan_upgrade_required"),
      "plan_upgrade_required",
      2,
    ],
    ["channels may not be read", "conversations.info", refusing("missing_scope"), "missing_scope", 2],
    ["Slack is in a hurry, and is not asked further", "usergroups.list", rateLimited(30), "ratelimited", 1],
    ["Slack is broken, and is not asked further", "usergroups.list", brokenServer, "HTTP 500", 1],
  ])("starts with a warning where %s", async (_, method, fault, code, calls) => {
    slack.faults.next(method, fault);
    expect(await problemsInSlack({})).toEqual([]);
    expect(warned).toMatchObject([{ method, code }]);
    expect(slack.calls).toHaveLength(calls);
  });
});
