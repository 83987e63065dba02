import { beforeEach, describe, expect, it } from "vitest";
import type { Message } from "../../../src/slack/messages.js";
import { type Delivered, deliver } from "../../../src/slack/outbox.js";
import { createRateGate, type RateGate } from "../../../src/slack/rate-gate.js";
import { section } from "../../../src/slack/text.js";
import type { Caps } from "../../../src/slack/views/live.js";
import { MemorySlack, MemorySlots, trouble } from "./memory-slack.js";

const clock = { now: 0 };
let slack: MemorySlack;
let slots: MemorySlots;
let gate: RateGate;
let messages: readonly Message[];
let caps: Caps;

beforeEach(() => {
  clock.now = 1_700_000_000_000;
  slack = new MemorySlack();
  slots = new MemorySlots();
  gate = { take: async () => 0 };
  messages = run("1");
  caps = { plan: true };
});

/** Everything a run may have; the number is what changes. */
function run(version: string, over: Partial<Message> = {}): Message[] {
  const message = (slot: string, more: Partial<Message> = {}): Message => {
    const text = `${slot} ${version}`;
    return { slot, text, blocks: [section([text])], urgent: false, ...more, ...over };
  };
  return [
    message("card"),
    message("live"),
    message("phase", { parent: "live" }),
    message("end", { parent: "live", broadcast: true }),
  ];
}

function bring(render: (caps: Caps) => readonly Message[] = () => messages): Promise<Delivered> {
  return deliver(
    { run: "calm-heron-42", channel: "C1", caps, render },
    { client: slack, store: slots, gate, now: () => clock.now },
  );
}

const all = ["card", "live", "live > phase", "live > end"];

describe("what was told at its time", () => {
  const settle = (version: string) =>
    run(version).map((message) => (message.slot === "end" ? { ...message, settled: true } : message));

  it("stays as it is, however else it would be told today", async () => {
    await bring();
    clock.now += 60_000;
    messages = settle("2");
    expect(await bring()).toEqual({});
    expect(slack.of("end")?.text).toBe("end 1");
    expect(slack.of("phase")?.text).toBe("phase 2");
  });

  it("is told all the same where Slack was away until now", async () => {
    messages = settle("2");
    expect(await bring()).toEqual({});
    expect(slack.of("end")?.text).toBe("end 2");
  });
});

describe("a first delivery", () => {
  it("posts everything in its order, replies under their parent, and has nothing left to do", async () => {
    expect(await bring()).toEqual({});
    expect(slack.picture).toEqual(all);
    expect(slack.of("end")?.broadcast).toBe(true);
    expect(slack.of("phase")?.broadcast).toBe(false);
  });

  it("sends nothing again when nothing changed", async () => {
    await bring();
    clock.now += 60_000;
    slack.calls.length = 0;
    expect(await bring()).toEqual({});
    expect(slack.calls).toEqual([]);
  });
});

describe("a change", () => {
  it("is brought by an edit in place", async () => {
    await bring();
    clock.now += 3_000;
    messages = run("2");
    expect(await bring()).toEqual({});
    expect(slack.picture).toEqual(all);
    expect(slack.messages.map(({ text, edits }) => [text, edits])).toEqual([
      ["card 2", 1],
      ["live 2", 1],
      ["phase 2", 1],
      ["end 2", 1],
    ]);
  });

  it("waits until the last one of that message is three seconds old", async () => {
    await bring();
    clock.now += 1_000;
    messages = run("2");
    expect(await bring()).toEqual({ again: 2_000 });
    expect(slack.of("live")?.text).toBe("live 1");
    clock.now += 2_000;
    expect(await bring()).toEqual({});
    expect(slack.of("live")?.text).toBe("live 2");
  });

  it("does not wait when it is urgent", async () => {
    await bring();
    messages = run("2", { urgent: true });
    expect(await bring()).toEqual({});
    expect(slack.of("live")?.text).toBe("live 2");
  });

  it("does not wait for hours when the clock was set back", async () => {
    await bring();
    clock.now -= 3_600_000;
    messages = run("2");
    expect(await bring()).toEqual({});
  });
});

describe("within Slack's limits", () => {
  it("posts one message a second, in order, and says when to come again", async () => {
    gate = createRateGate(() => clock.now);
    const pictures: string[][] = [];
    for (let next: Delivered = { again: 0 }; next.again !== undefined; clock.now += next.again ?? 0) {
      next = await bring();
      pictures.push(slack.picture);
    }
    expect(pictures).toEqual([all.slice(0, 1), all.slice(0, 2), all.slice(0, 3), all]);
    expect(clock.now).toBe(1_700_000_000_000 + 3_000);
  });

  it("goes on editing while a new message has to wait", async () => {
    messages = run("1").slice(0, 2);
    await bring();
    clock.now += 3_000;
    gate = { take: async (method) => (method === "chat.postMessage" ? 700 : 0) };
    messages = run("2");
    expect(await bring()).toEqual({ again: 700 });
    expect(slack.picture).toEqual(["card", "live"]);
    expect(slack.of("live")?.text).toBe("live 2");
  });

  it("posts a new message while edits have to wait", async () => {
    messages = run("1").slice(0, 2);
    await bring();
    clock.now += 3_000;
    gate = { take: async (method) => (method === "chat.update" ? 1_500 : 0) };
    messages = run("2");
    expect(await bring()).toEqual({ again: 1_500 });
    expect(slack.messages.map(({ text }) => text)).toEqual(["card 1", "live 1", "phase 2", "end 2"]);
  });

  it.each([
    ["rate limited: when Slack says", trouble("rate limited", "ratelimited", 30), 30_000],
    ["unreachable: soon", trouble("unreachable", "ECONNREFUSED"), 5_000],
    ["unwelcome: when a person may have invited it", trouble("unwelcome", "not_in_channel"), 60_000],
    ["denied: when a person may have repaired it", trouble("denied", "invalid_auth"), 60_000],
  ])("stops and comes again, %s", async (_, met, again) => {
    slack.before = (_call, slot) => {
      if (slot === "live") throw met;
    };
    expect(await bring()).toEqual({ again, trouble: met });
    expect(slack.picture).toEqual(["card"]);

    slack.before = () => {};
    expect(await bring()).toEqual({});
    expect(slack.picture).toEqual(all);
    expect(slack.calls.filter((call) => call.startsWith("find"))).toEqual([]);
  });
});

describe("a crash", () => {
  const crash = new Error("killed");

  it("between a post and the save of its ts makes no second message", async () => {
    slots.beforeSave = (slot, state) => {
      if (slot === "live" && state.ts !== undefined) throw crash;
    };
    await expect(bring()).rejects.toBe(crash);
    expect(slack.picture).toEqual(["card", "live"]);

    slots.beforeSave = () => {};
    expect(await bring()).toEqual({});
    expect(slack.picture).toEqual(all);
    expect(slack.of("live")?.edits).toBe(0);
  });

  it("there, and a change meanwhile: the message that was found is edited", async () => {
    slots.beforeSave = (slot, state) => {
      if (slot === "phase" && state.ts !== undefined) throw crash;
    };
    await expect(bring()).rejects.toBe(crash);

    slots.beforeSave = () => {};
    clock.now += 3_000;
    messages = run("2");
    expect(await bring()).toEqual({});
    expect(slack.picture).toEqual(all);
    expect(slack.of("phase")?.text).toBe("phase 2");
  });

  it("there, where history may not be read, makes a second one rather than none", async () => {
    slack.readable = false;
    slots.beforeSave = (slot, state) => {
      if (slot === "card" && state.ts !== undefined) throw crash;
    };
    await expect(bring()).rejects.toBe(crash);

    slots.beforeSave = () => {};
    await bring();
    expect(slack.picture).toEqual(["card", ...all]);
  });

  it("before a post makes exactly one message", async () => {
    slack.before = (_call, slot) => {
      if (slot === "live") throw crash;
    };
    await expect(bring()).rejects.toBe(crash);

    slack.before = () => {};
    expect(await bring()).toEqual({});
    expect(slack.picture).toEqual(all);
  });

  it("between an edit and its save repeats the edit, which is harmless", async () => {
    await bring();
    clock.now += 3_000;
    messages = run("2");
    slack.after = (call, slot) => {
      if (call === "update" && slot === "live") throw crash;
    };
    await expect(bring()).rejects.toBe(crash);

    slack.after = () => {};
    clock.now += 3_000;
    expect(await bring()).toEqual({});
    expect(slack.messages.map(({ text }) => text)).toEqual(["card 2", "live 2", "phase 2", "end 2"]);
  });

  it("of the network after a post was sent: it is looked for before it is posted again", async () => {
    const lost = trouble("unknown outcome", "TimeoutError");
    slack.after = (_call, slot) => {
      if (slot === "live") throw lost;
    };
    expect(await bring()).toEqual({ again: 5_000, trouble: lost });

    slack.after = () => {};
    expect(await bring()).toEqual({});
    expect(slack.picture).toEqual(all);
    expect(slack.calls).toContain("find live");
  });
});

describe("a lost turn", () => {
  it("ends the delivery before anything is written", async () => {
    slots.turn = false;
    expect(await bring()).toEqual({ again: 5_000 });
    expect(slack.calls).toEqual([]);
  });

  it("ends it after a post: whoever has the turn finds the message", async () => {
    slack.after = () => {
      slots.turn = false;
    };
    expect(await bring()).toEqual({ again: 5_000 });
    expect(slack.picture).toEqual(["card"]);

    slots.turn = true;
    slack.after = () => {};
    await bring();
    expect(slack.picture).toEqual(all);
  });
});

describe("a deleted message", () => {
  it("is posted anew when it has something new to say, and later replies follow it", async () => {
    messages = run("1").slice(0, 3);
    await bring();
    slack.delete("live");
    clock.now += 3_000;
    messages = run("2");
    expect(await bring()).toEqual({});
    expect(slack.of("live")?.text).toBe("live 2");
    expect(slack.of("end")?.thread).toBe(slack.of("live")?.ts);
  });

  it("is left alone when it is deleted again", async () => {
    await bring();
    for (const version of ["2", "3", "4"]) {
      slack.delete("live");
      clock.now += 3_000;
      messages = run(version).slice(0, 2);
      expect(await bring()).toEqual({});
    }
    expect(slack.calls.filter((call) => call === "post live")).toHaveLength(2);
    expect(slack.of("live")).toBeUndefined();
  });

  it("comes back all the same when it is urgent", async () => {
    await bring();
    for (const version of ["2", "3"]) {
      slack.delete("live");
      clock.now += 3_000;
      messages = run(version).slice(0, 2);
      await bring();
    }
    messages = run("4", { urgent: true }).slice(0, 2);
    expect(await bring()).toEqual({});
    expect(slack.of("live")?.text).toBe("live 4");
  });

  it("whose first reply is due is posted anew, and the reply under it", async () => {
    messages = run("1").slice(0, 2);
    await bring();
    slack.delete("live");
    messages = run("1").slice(0, 3);
    expect(await bring()).toEqual({ again: 0 });
    expect(await bring()).toEqual({});
    expect(slack.picture).toEqual(["card", "live", "live > phase"]);
  });

  it("that may no longer be edited does not flood the channel", async () => {
    slack.before = (call) => {
      if (call === "update") throw trouble("gone", "edit_window_closed");
    };
    await bring();
    for (let version = 2; version < 20; version += 1) {
      clock.now += 3_000;
      messages = run(String(version)).slice(0, 2);
      await bring();
    }
    expect(slack.calls.filter((call) => call === "post live")).toHaveLength(2);
  });
});

describe("content that Slack does not take", () => {
  const drawn = (able: Caps) =>
    run("1").map((message) =>
      message.slot === "live" && able.plan
        ? { ...message, blocks: [{ type: "plan" as const, title: "Upgrade", tasks: [] }] }
        : message,
    );
  const refusedPlan = trouble("refused", "invalid_blocks");

  it("is drawn with classic blocks, and the caller learns it", async () => {
    slack.before = (_call, _slot, view) => {
      if (view.blocks.some((block) => block.type === "plan")) throw refusedPlan;
    };
    expect(await bring(drawn)).toEqual({ caps: { plan: false } });
    expect(slack.picture).toEqual(all);
    expect(slack.of("live")?.blocks).toEqual([section(["live 1"])]);
  });

  it("even in classic blocks is said as text alone, and the rest of the thread follows", async () => {
    slack.before = (_call, slot, view) => {
      if (slot === "live" && view.blocks.length > 0) throw refusedPlan;
    };
    expect(await bring(drawn)).toEqual({});
    expect(slack.picture).toEqual(all);
    expect(slack.of("live")).toMatchObject({ text: "live 1", blocks: [] });

    slack.calls.length = 0;
    caps = { plan: false };
    expect(await bring(drawn)).toEqual({});
    expect(slack.calls).toEqual([]);
  });

  it("for its length is said as text at once: the plan block is not to blame", async () => {
    slack.before = (_call, slot, view) => {
      if (slot === "live" && view.blocks.length > 0) throw trouble("refused", "msg_blocks_too_long");
    };
    expect(await bring(drawn)).toEqual({});
    expect(slack.calls.filter((call) => call === "post live")).toHaveLength(2);
  });

  it("not even as text stops there, and says so", async () => {
    const refusal = trouble("refused", "no_text");
    slack.before = (_call, slot) => {
      if (slot === "live") throw refusal;
    };
    expect(await bring()).toEqual({ again: 60_000, trouble: refusal });
    expect(slack.picture).toEqual(["card"]);
  });
});
