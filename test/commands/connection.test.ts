import { webApi } from "@slack/bolt";
import type { Logger } from "pino";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type StayingConnected, stayConnected } from "../../commands/connection.js";
import { CannotListen, type Connection } from "../../commands/transport.js";
import { ConfigError } from "../../src/config.js";
import { SlackTrouble } from "../../src/slack/trouble.js";
import { heard } from "../heard.js";
import { soon } from "../soon.js";

/** A connection that is ended by hand. */
function connection(): Connection & { end(): void; closed: boolean } {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const made = {
    ended,
    end,
    closed: false,
    async close() {
      made.closed = true;
      end();
    },
  };
  return made;
}

const refused = new SlackTrouble("denied", "auth.test", "invalid_auth", "");
const refusedSocket = new webApi.WebAPIPlatformError({ ok: false, error: "invalid_auth" });
const broken = new Error("HTTP 500");
const notAt80 = (code: string) =>
  new CannotListen(80, Object.assign(new Error(`listen ${code}: refused`), { code }));
const forbidden = "PORT 80 is one that this process may not listen on: take one above 1023";
const tokens = "SLACK_BOT_TOKEN or SLACK_APP_TOKEN";

describe("the connection to Slack", () => {
  let staying: StayingConnected;
  let log: Logger;
  let lines: () => Record<string, unknown>[];
  beforeEach(() => {
    ({ log, lines } = heard());
  });
  const told = (words: string) => lines().filter((line) => String(line.msg).includes(words));

  /** Each try comes to the next of these; then none comes to anything. */
  function stay(tries: (Connection | Error)[], usefulAlone = false, slowly = 5) {
    const connect = vi.fn(async () => {
      const next = tries.shift();
      if (next instanceof Error) throw next;
      return next ?? new Promise<Connection>(() => {});
    });
    staying = stayConnected({ tokens, connect, usefulAlone: async () => usefulAlone, log, slowly });
    return connect;
  }
  afterEach(() => staying.stop());

  it("is there when Slack has said hello, and closed in the end", async () => {
    const only = connection();
    stay([only]);
    await staying.first;
    expect(staying.connected()).toBe(true);
    await staying.stop();
    expect(only.closed).toBe(true);
    expect(staying.connected()).toBe(false);
  });

  it("is made again at once when it ends, however it ended", async () => {
    const [first, second] = [connection(), connection()];
    const connect = stay([first, second]);
    await staying.first;
    const began = performance.now();
    first.end();
    await soon(() => expect(connect).toHaveBeenCalledTimes(2), 5);
    await soon(() => expect(staying.connected()).toBe(true), 5);
    // The shortest pause that there is.
    expect(performance.now() - began).toBeLessThan(500);
  });

  it("is tried again through an outage", async () => {
    const [first, second] = [connection(), connection()];
    stay([broken, first, broken, second]);
    await staying.first;
    first.end();
    await soon(() => expect(told("slack not reached yet")).toHaveLength(2));
    await soon(() => expect(staying.connected()).toBe(true));
  });

  it("does not turn in a circle when each ends at once", async () => {
    const short = () => {
      const each = connection();
      each.end();
      return each;
    };
    const connect = stay(Array.from({ length: 100 }, short));
    await soon(() => expect(connect.mock.calls.length).toBeGreaterThanOrEqual(3));
    await new Promise((resolve) => setImmediate(resolve));
    expect(connect.mock.calls.length).toBeLessThan(5);
  });

  it("is tried no sooner than Slack asks", async () => {
    const connect = stay([new webApi.WebAPIRateLimitedError(30), connection()]);
    await soon(() => expect(told("slack not reached yet").at(-1)).toMatchObject({ again: 30_000 }));
    expect(connect).toHaveBeenCalledTimes(1);
  });

  it.each([
    ["the bot's token", refused],
    ["the app's token", refusedSocket],
  ])("ends the process where Slack refuses %s and it is of no use without", async (_, error) => {
    stay([error]);
    await expect(staying.first).rejects.toEqual(
      new ConfigError([`${tokens}: Slack refuses it (invalid_auth)`]),
    );
  });

  it("is tried again, slowly and loudly, where Slack refuses a token and runs are open", async () => {
    stay([refused, refused, connection()], true);
    await staying.first;
    expect(staying.connected()).toBe(true);
    expect(told(`${tokens}: Slack refuses it (invalid_auth)`)).toHaveLength(2);
  });

  it("ends the process where its port is forbidden and it is of no use without", async () => {
    stay([notAt80("EACCES")]);
    await expect(staying.first).rejects.toEqual(new ConfigError([forbidden]));
  });

  it("is tried again, slowly and loudly, where its port is forbidden and runs are open", async () => {
    stay([notAt80("EACCES"), connection()], true);
    await staying.first;
    expect(told(forbidden)).toMatchObject([{ again: 5 }]);
  });

  it.each([
    [
      "taken, until it is free: whoever had it may be ending",
      "EADDRINUSE",
      "PORT 80 is taken by another process",
    ],
    ["of no use for another reason", "EINVAL", "PORT 80 cannot be listened on: listen EINVAL"],
  ])("is tried again where its port is %s", async (_, code, words) => {
    stay([notAt80(code), connection()]);
    await staying.first;
    expect(told(words)).toMatchObject([{ level: 50 }]);
    expect(told("slack not reached yet")).toEqual([]);
  });

  it("is tried again where Slack refuses a token that it once took", async () => {
    const [first, second] = [connection(), connection()];
    stay([first, refusedSocket, second]);
    await staying.first;
    first.end();
    await soon(() => expect(told("upgrades go on meanwhile").length).toBeGreaterThan(0));
    await soon(() => expect(staying.connected()).toBe(true));
  });

  it("that comes after the stop is closed, and nobody waits for it", async () => {
    const late = connection();
    let arrive = (_: Connection) => {};
    const arriving = new Promise<Connection>((resolve) => {
      arrive = resolve;
    });
    staying = stayConnected({ tokens, connect: () => arriving, usefulAlone: async () => false, log });
    await staying.stop();
    await staying.first;
    arrive(late);
    await soon(() => expect(late.closed).toBe(true));
    expect(staying.connected()).toBe(false);
  });
});
