import { describe, expect, it } from "vitest";
import { day, hour } from "../../../src/core/instant.js";
import { environmentIn, problemsIn } from "./written.js";

type Keys = Record<string, string>;

describe("who may do what", () => {
  const operators = { groups: ["S0OPS"], users: [] };
  const nobody = { groups: [], users: [] };

  it("are operators and approvers; nobody breaks glass", () => {
    const { may } = environmentIn({});
    expect(may).toEqual({
      ...{ plan: operators, start: operators, force: operators, cancel: operators },
      ...{ snooze: operators, lock: operators, "break glass": nobody },
      approve: { groups: ["S0APPROVERS"], users: [] },
    });
  });

  it.each([
    ["plan", "plan"],
    ["start", "start"],
    ["force", "force"],
    ["cancel", "cancel"],
    ["snooze", "snooze"],
    ["lock", "lock"],
    ["breakGlass", "break glass"],
  ] as const)("%s is whose the file says it is, and nothing else with it", (key, right) => {
    const { may } = environmentIn({ may: `{ ${key}: { users: [U0CAT] } }` });
    const usual = environmentIn({}).may;
    expect(may).toEqual({ ...usual, [right]: { groups: [], users: ["U0CAT"] } });
  });

  it.each(["force", "snooze", "lock", "breakGlass"])("%s may be nobody's", (key) => {
    expect(problemsIn({ may: `{ ${key}: { groups: [] } }` })).toEqual([]);
  });

  it.each<[string, Keys, string[]]>([
    ...["plan", "start", "cancel"].map((right): [string, Keys, string[]] => [
      `nobody may ${right}`,
      { may: `{ ${right}: {} }` },
      [`3: may.${right} names nobody: nobody could ${right} anything here`],
    ]),
    [
      "approve is what approvers says",
      { may: "{ approve: { users: [U0CAT] } }" },
      ["3: may.approve is no key that the bot knows: check its spelling and its indentation"],
    ],
    ["a right without anybody after it", { may: "{ force: }" }, [expect.stringContaining("is empty: write")]],
    [
      "a person twice",
      { operators: "{ users: [U0ANN, U0BEN, U0ANN] }" },
      ['3: operators.users[2] "U0ANN" is listed twice'],
    ],
    [
      "a group twice",
      { approvers: "{ groups: [S0A, S0A] }" },
      ['3: approvers.groups[1] "S0A" is listed twice'],
    ],
  ])("refused: %s", (_, keys, problems) => {
    expect(problemsIn(keys)).toEqual(problems);
  });
});

describe("channels for orders", () => {
  it.each([
    ["any, where the file names none", {}, []],
    ["those that it names", { channels: "[C0OPS, G0SECRET]" }, ["C0OPS", "G0SECRET"]],
    ["the environment's own alone", { channels: "[C0HERE]" }, ["C0HERE"]],
  ])("%s", (_, keys: Keys, channels) => {
    expect(environmentIn(keys).channels).toEqual(channels);
  });

  it.each<[string, string, string[]]>([
    [
      "none",
      "[]",
      ["3: channels must name at least one channel: leave it out for any, or name the environment's own"],
    ],
    ["one twice", "[C0OPS, C0OPS]", ['3: channels[1] "C0OPS" is listed twice']],
    [
      "a name",
      "[ops]",
      [
        "3: channels[0] must be a Slack channel id such as C0123ABCD, not a name (channel details, at the bottom)",
      ],
    ],
  ])("refused: %s", (_, channels, problems) => {
    expect(problemsIn({ channels })).toEqual(problems);
  });
});

describe("production", () => {
  it.each([
    ["prod", true],
    ["Production", true],
    ["prod-eu", true],
    ["eu_prod2", true],
    ["euProd", true],
    ["shop (live)", true],
    ["non-prod", true],
    ["nonprod", false],
    ["products", false],
    ["delivery", false],
    ["alive", false],
    ["test", false],
  ])("%s: %s by its name", (name, production) => {
    expect(environmentIn({ name }).production).toBe(production);
  });

  it.each([
    ["no production in spite of its name", { name: "non-prod", production: "false" }, false],
    ["production without the name", { production: "true" }, true],
  ])("is what the file says: %s", (_, keys: Keys, production) => {
    expect(environmentIn(keys).production).toBe(production);
  });

  it.each<[string, Keys]>([
    [
      "two approvals, one of which may be the requester's",
      { approvals: "{ required: 2, requesterMayApprove: true }" },
    ],
    ["one approval of somebody else", { approvals: "{ required: 1 }" }],
    ["nothing said", {}],
  ])("may have %s", (_, keys) => {
    expect(problemsIn({ production: "true", ...keys })).toEqual([]);
  });

  const alone =
    "is true, so whoever asks could approve alone, but shop is production, where somebody else must approve: write false, or required: 2";
  it.each<[string, Keys, string[]]>([
    [
      "no approval",
      { production: "true", approvals: "{ required: 0 }" },
      [
        "4: approvals.required is 0, but shop is production, where somebody else must approve: write 1 or more",
      ],
    ],
    [
      "the requester's own alone",
      { production: "true", approvals: "{ required: 1, requesterMayApprove: true }" },
      [`4: approvals.requesterMayApprove ${alone}`],
    ],
    [
      "the same, since one is required where the file does not say",
      { production: "true", approvals: "{ requesterMayApprove: true }" },
      [`4: approvals.requesterMayApprove ${alone}`],
    ],
    [
      "no approval where only the name says production",
      { name: "live", approvals: "{ required: 0 }" },
      [
        "3: approvals.required is 0, but live is production, where somebody else must approve: write 1 or more, or production: false if it is none",
      ],
    ],
  ])("refused: %s", (_, keys, problems) => {
    expect(problemsIn(keys)).toEqual(problems);
  });
});

describe("approvals", () => {
  it.each<[string, string, object]>([
    ["none", "{ required: 0 }", { required: 0 }],
    ["three", "{ required: 3 }", { required: 3 }],
    ["with a reason", "{ reasonRequired: true }", { required: 1, reasonRequired: true }],
    ["by a link", "{ mode: slack+link }", { mode: "slack+link" }],
    ["within two hours", "{ expiresAfter: 2h }", { expiresAfter: 2 * hour }],
    ["from a group", "{ oneFromEach: [S0APPROVERS] }", { oneFromEach: ["S0APPROVERS"] }],
    [
      "nothing said",
      "{}",
      {
        ...{ required: 1, oneFromEach: [], requesterMayApprove: false },
        ...{ expiresAfter: day, reasonRequired: false, mode: "slack" },
      },
    ],
  ])("%s", (_, approvals, read) => {
    expect(environmentIn({ approvals }).approvals).toMatchObject(read);
  });

  const idle = "is for approvals, and none are required: leave it out, or write required: 1";
  it.each<[string, string, string[]]>([
    [
      "from a group that may not approve",
      "{ oneFromEach: [S0APPROVERS, S0OTHER] }",
      [
        "3: approvals.oneFromEach[1] is no group of approvers, so nobody of it could approve: add it to approvers, too",
      ],
    ],
    [
      "from a group, where none are required",
      "{ required: 0, oneFromEach: [S0A] }",
      [`3: approvals.oneFromEach ${idle}`],
    ],
    ["by link, where none are required", "{ required: 0, mode: slack+link }", [`3: approvals.mode ${idle}`]],
    ["by mail", "{ mode: mail }", ["3: approvals.mode must be slack or slack+link"]],
    [
      "a group twice",
      "{ oneFromEach: [S0APPROVERS, S0APPROVERS] }",
      ['3: approvals.oneFromEach[1] "S0APPROVERS" is listed twice'],
    ],
    ["a reason, perhaps", "{ reasonRequired: maybe }", ["3: approvals.reasonRequired must be true or false"]],
  ])("refused: %s", (_, approvals, problems) => {
    expect(problemsIn({ approvals })).toEqual(problems);
  });

  it("by link, where the bot has no page for it, is refused", () => {
    const approvals = "{ mode: slack+link }";
    expect(problemsIn({ approvals }, "", { servesLinks: false })).toEqual([
      "3: approvals.mode needs PUBLIC_URL, where the bot serves the page of the link: set it, or write slack",
    ]);
    expect(problemsIn({}, "", { servesLinks: false })).toEqual([]);
  });
});

it.each<[string, Keys, string[]]>([
  ["breaking glass by Slack alone", { may: "{ breakGlass: { users: [U0C] } }" }, []],
  ["approving by link, with no glass to break", { approvals: "{ mode: slack+link }" }, []],
  [
    "both, of which one makes the other worthless",
    { approvals: "{ mode: slack+link }", may: "{ breakGlass: { users: [U0C] } }" },
    [
      "4: may.breakGlass starts upgrades by Slack alone, which approvals.mode slack+link is to prevent: leave breakGlass out, or write mode: slack",
    ],
  ],
])("%s", (_, keys, problems) => {
  expect(problemsIn(keys)).toEqual(problems);
});

describe("who would be locked out, by the file alone", () => {
  const users = (...ids: string[]) => `{ users: [${ids.join(", ")}] }`;
  const link = (...ids: string[]) =>
    `link: { userHeader: x-user, people: { ${ids.map((id) => `${id}: ${id}@example.com`).join(", ")} } }`;

  it.each<[string, Keys, string?]>([
    [
      "two people, each of whom may approve for the other",
      { operators: users("U0A", "U0B"), approvers: users("U0A", "U0B") },
    ],
    ["one who starts, and another who approves", { operators: users("U0A"), approvers: users("U0B") }],
    [
      "one alone, who may approve their own",
      { operators: users("U0A"), approvers: users("U0A"), approvals: "{ requesterMayApprove: true }" },
    ],
    [
      "one alone, where nobody has to approve",
      { operators: users("U0A"), approvers: users("U0A"), approvals: "{ required: 0 }" },
    ],
    ["one approver, and somebody of a group who asks", { approvers: users("U0A") }],
    [
      "a group of approvers, however few are in it",
      { operators: users("U0A"), approvals: "{ required: 5 }" },
    ],
    [
      "somebody else who may start",
      { operators: users("U0A"), approvers: users("U0A"), may: `{ start: ${users("U0B")} }` },
    ],
    [
      "an approver whom the page lets in",
      { approvers: users("U0A"), approvals: "{ mode: slack+link }" },
      link("U0A"),
    ],
    ["an approver whom it would not, where nobody needs it", { approvers: users("U0A") }, link("U0B")],
  ])("nobody: %s", (_, keys, top) => {
    expect(problemsIn(keys, top)).toEqual([]);
  });

  const noOther =
    "is not enough: nobody may approve their own request, and nobody of those who may start has 1 other approver: name more in approvers";
  it.each<[string, Keys, string[], string?]>([
    [
      "one alone for everything",
      { operators: users("U0A"), approvers: users("U0A") },
      [`4: approvers ${noOther}, or set requesterMayApprove: true`],
    ],
    [
      "one alone in production, where their own approval would be no way out",
      { operators: users("U0A"), approvers: users("U0A"), production: "true" },
      [`4: approvers ${noOther}`],
    ],
    [
      "one alone who may start, whoever else operates",
      { approvers: users("U0A"), may: `{ start: ${users("U0A")} }` },
      [`3: approvers ${noOther}, or set requesterMayApprove: true`],
    ],
    [
      "two approvers who ask, where two others must approve",
      { operators: users("U0A", "U0B"), approvers: users("U0A", "U0B"), approvals: "{ required: 2 }" },
      [
        "4: approvers is not enough: nobody may approve their own request, and nobody of those who may start has 2 other approvers: name more in approvers, or set requesterMayApprove: true",
      ],
    ],
    [
      "more approvals than approvers",
      { approvers: users("U0A"), approvals: "{ required: 2, requesterMayApprove: true }" },
      [
        "4: approvals.required is 2, but only 1 may approve, so nothing could ever start: name more in approvers, or require fewer",
      ],
    ],
    [
      "approvers whom the page of the link does not know",
      { approvers: users("U0A"), approvals: "{ mode: slack+link }" },
      [
        "4: approvals.required is 1, but nobody may approve, so nothing could ever start: name more in approvers and link.people",
      ],
      link("U0B"),
    ],
  ])("refused: %s", (_, keys, problems, top) => {
    expect(problemsIn(keys, top)).toEqual(problems);
  });
});

describe("deputies", () => {
  const deputies = (from: string, until: string, of = "U0ANN", deputy = "U0BEN") =>
    `{ of: ${of}, deputy: ${deputy}, from: ${from}, until: ${until} }`;
  const one = deputies("2026-08-01", "2026-08-15");

  it("are there for whole days, the last of them included", () => {
    expect(environmentIn({ deputies: `[${one}]` }).deputies).toEqual([
      {
        ...{ of: "U0ANN", deputy: "U0BEN" },
        ...{ from: Date.parse("2026-08-01T00:00Z"), until: Date.parse("2026-08-16T00:00Z") },
      },
    ]);
  });

  it.each<[string, string]>([
    ["for one and the same, one after the other", `${one}, ${deputies("2026-08-16", "2026-08-20")}`],
    ["two for one at once", `${one}, ${deputies("2026-08-01", "2026-08-15", "U0ANN", "U0CAT")}`],
    ["for a day", deputies("2026-08-01", "2026-08-01")],
  ])("may be %s", (_, written) => {
    expect(problemsIn({ deputies: `[${written}]` })).toEqual([]);
  });

  it.each<[string, string, string[]]>([
    [
      "their own",
      deputies("2026-08-01", "2026-08-15", "U0ANN", "U0ANN"),
      ["3: deputies[0].deputy must be somebody else: nobody is their own deputy"],
    ],
    [
      "over before they begin",
      deputies("2026-08-02", "2026-08-01"),
      ["3: deputies[0].until must be later than from: it ends before it begins"],
    ],
    [
      "the same twice at once",
      `${one}, ${deputies("2026-08-15", "2026-08-20")}`,
      ["3: deputies[1].deputy U0BEN is deputy of U0ANN at that time already"],
    ],
    [
      "for ever",
      "{ of: U0ANN, deputy: U0BEN, from: 2026-08-01 }",
      [expect.stringMatching(/^3: deputies\[0\]\.until must be a day/)],
    ],
    [
      "by name",
      deputies("2026-08-01", "2026-08-15", "ann"),
      ["3: deputies[0].of must be a Slack user id such as U0123ABCD, not a name"],
    ],
  ])("refused: %s", (_, written, problems) => {
    expect(problemsIn({ deputies: `[${written}]` })).toEqual(problems);
  });

  it("of somebody who is no approver are refused, where the file alone can tell", () => {
    const approvers = "{ users: [U0CAT, U0DAN] }";
    expect(problemsIn({ approvers, deputies: `[${one}]` })).toEqual([
      "4: deputies[0].of is none of approvers: a deputy approves in the place of one of them",
    ]);
  });
});
