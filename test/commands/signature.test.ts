import { describe, expect, it } from "vitest";
import { aheadAtMost, oldAtMost, type Signed, whyForged } from "../../commands/signature.js";
import { signed } from "../../playground/slack/signing.js";

const secret = "a secret";
const now = 1_800_000_000_000;
const seconds = now / 1000;
const body = "command=%2Feks-upgrade&text=help";

/** A request as Slack signs it. */
function request(at = seconds, key = secret): Signed {
  const headers = signed(key, body, at);
  return {
    timestamp: headers["x-slack-request-timestamp"],
    signature: headers["x-slack-signature"],
    body: Buffer.from(body),
  };
}

describe("a request from Slack", () => {
  it("is told by the example in Slack's documentation", () => {
    const example = {
      timestamp: "1531420618",
      signature: "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
      body: Buffer.from(
        "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c",
      ),
    };
    expect(whyForged(example, "8f742231b10e8888abcd99yyyzzz85a5", 1_531_420_618_000)).toBeUndefined();
  });

  it.each<[string, Signed, string | undefined]>([
    ["from now is taken", request(), undefined],
    ["as old as is allowed is taken", request(seconds - oldAtMost), undefined],
    ["as far ahead as is allowed is taken", request(seconds + aheadAtMost), undefined],
    ["older than that is not", request(seconds - oldAtMost - 1), "it is 301 s old"],
    ["further ahead than that is not", request(seconds + aheadAtMost + 1), "it comes from 61 s ahead"],
    ["signed with another secret is not", request(seconds, "another"), "its signature is wrong"],
    ["with another body is not", { ...request(), body: Buffer.from(`${body}!`) }, "its signature is wrong"],
    ["with another time is not", { ...request(), timestamp: `${seconds + 1}` }, "its signature is wrong"],
    ["with half a signature is not", { ...request(), signature: "v0=ab" }, "its signature is wrong"],
    ["with an empty signature is not", { ...request(), signature: "" }, "its signature is wrong"],
    [
      "with its signature written otherwise is not: it would be a new one to whoever remembers them",
      { ...request(), signature: request().signature?.toUpperCase() },
      "its signature is wrong",
    ],
    ["without a signature is not", { ...request(), signature: undefined }, "it is not signed"],
    ["without a time is not", { ...request(), timestamp: undefined }, "it is not signed"],
    ["with a time in words is not", { ...request(), timestamp: "now" }, "its time is no number"],
    [
      "with a time of another shape is not",
      { ...request(), timestamp: `0${seconds}` },
      "its time is no number",
    ],
    ["with the time of nobody is not", { ...request(), timestamp: "NaN" }, "its time is no number"],
  ])("%s", (_, given, why) => {
    const answer = whyForged(given, secret, now);
    if (why === undefined) expect(answer).toBeUndefined();
    else expect(answer).toContain(why);
  });

  it("is refused without a word of its signature or the secret", () => {
    const why = whyForged(request(seconds, "another"), secret, now) ?? "";
    expect(why).not.toContain(secret);
    expect(why).not.toContain(request().signature);
  });
});
