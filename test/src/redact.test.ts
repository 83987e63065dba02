import { Writable } from "node:stream";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonRedactor, redactOutput, redactor, secretsIn } from "../../src/redact.js";

const clean = redactor();
const r = "[redacted]";

describe("whatever looks like a secret is taken out", () => {
  it.each<[string, string, string]>([
    ["a bot's token", "token xoxb-12345-6789-AbCdEf, next", `token ${r}, next`],
    ["a person's token", "xoxp-1-2-3", r],
    ["a refresh token", "xoxe-1-abc and xoxe.xoxb-1-abc", `${r} and ${r}`],
    ["an app-level token", "xapp-1-A0123-456-abcdef", r],
    ["a cluster's token", "Authorization: Bearer k8s-aws-v1.aHR0cHM6Ly9zdHM", `Authorization: ${r}`],
    ["a cluster's token alone", "k8s-aws-v1.aHR0cHM6Ly9zdHM is bad", `k8s-aws-v1.${r} is bad`],
    ["where Slack takes answers", "to https://hooks.slack.com/commands/T1/2/xyz now", `to ${r} now`],
    ["where Slack takes answers, for governments", "https://hooks.slack-gov.com/actions/T1/2", r],
    ["the same in JSON in JSON", '{\\"u\\":\\"https:\\/\\/hooks.slack.com\\/x\\"}', `{\\"u\\":\\"${r}\\"}`],
    [
      "any address that Slack calls so",
      '{"response_url":"http://127.0.0.1:1/response/7"}',
      `{"response_url":"${r}"}`,
    ],
    ["the same in JSON in JSON, too", '\\"response_url\\":\\"http://h/7\\"', `\\"response_url\\":\\"${r}\\"`],
    [
      "a presigned request",
      "GET /?X-Amz-Credential=AKIDX%2Fus&X-Amz-Date=1&X-Amz-Security-Token=Fw%2Bo&X-Amz-Signature=0a1b",
      `GET /?X-Amz-Credential=${r}&X-Amz-Date=1&X-Amz-Security-Token=${r}&X-Amz-Signature=${r}`,
    ],
    ["a session token in a header", '{"x-amz-security-token":"FwoGZX"}', `{"x-amz-security-token":"${r}"}`],
    [
      "a signed request",
      '"authorization":"AWS4-HMAC-SHA256 Credential=a, Signature=b"',
      `"authorization":"${r}"`,
    ],
    [
      "a signature without its header's name",
      "AWS4-HMAC-SHA256 Credential=a, Signature=b",
      `AWS4-HMAC-SHA256 ${r}`,
    ],
    ["a bearer's token", "with bearer abcdef123456", `with bearer ${r}`],
    ["a basic password", "Basic dXNlcjpwYXNz=", `Basic ${r}`],
    ["an access key's id", "key AKIAIOSFODNN7EXAMPLE of", `key ${r} of`],
    ["a session's key id", "ASIAIOSFODNN7EXAMPLE", r],
    ["a password in Redis' address", "rediss://bot:p@ss/word@redis:6379/0", `rediss://${r}@redis:6379/0`],
    ["a password in a proxy's address", "http://me:secret@proxy:3128", `http://${r}@proxy:3128`],
  ])("%s", (_, text, expected) => {
    expect(clean(text)).toBe(expected);
  });

  it.each([
    ["our own words of tokens", "SLACK_BOT_TOKEN must begin with xoxb- (Slack app page, Basic Information)"],
    ["a bearer without a token", "the bearer token was refused"],
    ["addresses", "https://slack.com/api/ and redis://127.0.0.1:6379 and http://h:80/a@b"],
    ["an event", '{"level":30,"run":"calm-heron-42","node":"ip-10-0-1-2.us-west-2.compute.internal"}'],
    ["a role's name", "arn:aws:iam::111122223333:role/eks-upgrade-bot"],
  ])("but not %s", (_, text) => {
    expect(clean(text)).toBe(text);
  });

  it("from JSON that stays JSON", () => {
    const line = {
      url: 'https://hooks.slack.com/a"b',
      nested: JSON.stringify({ authorization: "Bearer a1b2c3d4e5" }),
    };
    const read = JSON.parse(clean(JSON.stringify(line))) as typeof line;
    expect(read.nested).toBe(`{"authorization":"${r}"}`);
  });

  it("in no time from a text that somebody made to be slow", () => {
    const began = performance.now();
    for (const part of ["a-", "redis://", "a:b@", "Bearer ", "x-amz-signature", '"response_url" ', "xoxb"])
      clean(part.repeat(20_000 / part.length));
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});

describe("secrets that are known", () => {
  const secret = 'a+b/c="d\\e.*';

  it.each<[string, string]>([
    ["as they are", secret],
    ["inside JSON", JSON.stringify(secret).slice(1, -1)],
    ["inside an address", encodeURIComponent(secret)],
  ])("are taken out %s", (_, written) => {
    expect(redactor([secret])(`before ${written} after`)).toBe(`before ${r} after`);
  });

  it("are taken out whole where one is a part of another", () => {
    expect(redactor(["secret", "secret-and-more"])("secret-and-more")).toBe(r);
  });

  it("are left where they are too short to be told from words", () => {
    expect(redactor(["", "ab", "redis"])("ab redis")).toBe("ab redis");
  });
});

describe("a line of JSON", () => {
  const known = "open sesame";
  const line = (value: unknown) =>
    JSON.parse(jsonRedactor(redactor([known, "12345678"]), "audit")(`${JSON.stringify(value)}\n`));

  it.each<[string, unknown, unknown]>([
    ["a text that ends where a secret could begin", { why: "waiting for authorization:", at: 7 }, undefined],
    ["one that ends within such an address", { why: "see X-Amz-Signature=", at: 7 }, undefined],
    ["a word after it", { why: "authorization:\nx", at: 7 }, { why: `authorization:\n${r}`, at: 7 }],
    ["what a name says is one", { authorization: "a", at: 7 }, { authorization: r, at: 7 }],
    ["all beneath such a name", { response_urls: ["http://a", "http://b"] }, { response_urls: [r, r] }],
    ["a name that is one", { [known]: 1 }, { [r]: r }],
    ["a number that is one", { pin: 12345678, at: 7 }, { pin: r, at: 7 }],
    ["what JSON writes in another way", { why: "Bearer\tabcdefgh1" }, { why: `Bearer\t${r}` }],
    ["what must stay as it is", { audit: { why: "authorization: [redac…" } }, undefined],
    ["no secret", { level: 30, list: [1, null, true, "x"], deep: { a: {} } }, undefined],
  ])("stays one, with %s", (_, said, expected) => {
    expect(line(said)).toEqual(expected ?? said);
  });

  it("that is none is a text", () => {
    expect(jsonRedactor(redactor([known]), "audit")(`{"it": ${known}`)).toBe(`{"it": ${r}`);
    expect(jsonRedactor(redactor([known]), "audit")(`"${known}"`)).toBe(`"${r}"`);
  });

  it("is one, without a secret, whatever was said around it", () => {
    const secret = "s3cretOfNobody";
    const beforeSecret = [
      "authorization: ",
      "Authorization=",
      "X-Amz-Signature=",
      "x-amz-security-token: ",
      "Bearer ",
      "AWS4-HMAC-SHA256 ",
      "k8s-aws-v1.",
      "https://hooks.slack.com/",
      "rediss://:",
    ];
    const keyword = fc.constantFrom(...beforeSecret);
    const [some, more] = [fc.string({ unit: "binary" }), fc.constantFrom("", ` ${known}`)];
    const text = fc
      .tuple(some, fc.option(keyword), more, some, fc.option(keyword))
      .map(([before, by, other, after, last]) => {
        const told = by === null ? "" : ` ${by}${secret}@ `;
        return `${before}${told}${after}${other}${last === null ? "" : ` ${last}`}`;
      });
    const nested = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 2 },
        text,
        fc.integer(),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(fc.string(), tie("value"), { maxKeys: 3 }),
      ),
    })).value;
    fc.assert(
      fc.property(text, nested, (why, more) => {
        const text = JSON.stringify(line({ why, more, end: 7 }));
        expect(JSON.parse(text)).toMatchObject({ end: 7 });
        expect(text).not.toContain(known);
        expect(text).not.toContain(secret);
      }),
    );
  });
});

describe("of the process's variables", () => {
  it.each<[string, Record<string, string | undefined>, string[]]>([
    ["Slack's", { SLACK_BOT_TOKEN: "a", SLACK_APP_TOKEN: "b", SLACK_SIGNING_SECRET: "c" }, ["a", "b", "c"]],
    ["AWS'", { AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "a", AWS_SESSION_TOKEN: "b" }, ["a", "b"]],
    ["those of tomorrow", { LINK_SECRET: "a", PGPASSWORD: "b" }, ["a", "b"]],
    ["a password in an address", { REDIS_URL: "redis://:p%40ss@host:6379/0" }, ["p%40ss", "p@ss"]],
    ["a password that cannot be read", { REDIS_URL: "redis://u:50%@host" }, ["50%"]],
    ["not where one is kept", { AWS_WEB_IDENTITY_TOKEN_FILE: "/var/run/token" }, []],
    ["nor an address without one", { SLACK_API_URL: "https://slack.com/api/", REDIS_URL: "redis://h:1" }, []],
    ["nor what is not set", { SLACK_BOT_TOKEN: undefined }, []],
  ])("nobody may read %s", (_, variables, expected) => {
    expect(secretsIn(variables)).toEqual(expected);
  });
});

it("whatever is written past the log loses them, too", () => {
  const written: string[] = [];
  const output = new Writable({
    write(chunk, _encoding, done) {
      written.push(String(chunk));
      done();
    },
  });
  redactOutput([output], redactor(["open sesame"]));
  output.write("it says open sesame\n");
  output.write(Buffer.from("bytes\n"));
  expect(written).toEqual([`it says ${r}\n`, "bytes\n"]);
});
