import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** One connection that passes through: the bot's end and the server's. */
export interface Passage {
  readonly client: Socket;
  readonly server: Socket;
}

/**
 * A loopback address of our own in front of a server. Cut, it breaks every connection, and new ones lead nowhere until
 * it is mended. Frozen, it keeps all it is given for later.
 */
export interface Wire {
  /** 127.0.0.1:PORT */
  readonly host: string;
  cut(): void;
  mend(): void;
  freeze(): void;
  thaw(): void;
  close(): Promise<void>;
}

export type WireState = "whole" | "cut" | "frozen";

/** Hands on both directions as they come. */
function passOn({ client, server }: Passage): void {
  client.on("data", (chunk) => server.write(chunk));
  server.on("data", (chunk) => client.write(chunk));
}

/** @param target 127.0.0.1:PORT */
export async function openTcpWire(target: string, carry: (passage: Passage) => void = passOn): Promise<Wire> {
  const passages = new Set<Passage>();
  /** Connections that were made while the wire was cut. */
  const lost = new Set<Socket>();
  let state: WireState = "whole";

  const begin = (client: Socket) => {
    const passage = { client, server: connectTo(target) };
    passages.add(passage);
    endTogether(passage, () => passages.delete(passage));
    carry(passage);
    if (state === "frozen") hold(passage);
  };
  const listener = createServer((client) => {
    client.on("error", () => client.destroy());
    if (state !== "cut") return begin(client);
    lost.add(client);
    client.on("close", () => lost.delete(client));
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));

  const cut = () => {
    state = "cut";
    for (const { client, server } of passages) {
      client.destroy();
      server.destroy();
    }
  };
  return {
    host: `127.0.0.1:${(listener.address() as AddressInfo).port}`,
    cut,
    mend() {
      state = "whole";
      for (const client of lost) begin(client);
      lost.clear();
    },
    freeze() {
      state = "frozen";
      for (const passage of passages) hold(passage);
    },
    thaw() {
      state = "whole";
      for (const passage of passages) release(passage);
    },
    close() {
      cut();
      for (const client of lost) client.destroy();
      return new Promise((resolve) => listener.close(() => resolve()));
    },
  };
}

function endTogether({ client, server }: Passage, ended: () => void): void {
  server.on("error", () => server.destroy());
  server.on("close", () => client.destroy());
  client.on("close", () => {
    ended();
    server.destroy();
  });
  for (const socket of [client, server]) socket.setNoDelay(true);
}

/** Also what is being passed on at this moment stays here. */
function hold({ client, server }: Passage): void {
  for (const socket of [client, server]) {
    socket.pause();
    socket.cork();
  }
}

function release({ client, server }: Passage): void {
  for (const socket of [client, server]) {
    socket.uncork();
    socket.resume();
  }
}

function connectTo(target: string): Socket {
  const [host, port] = target.split(":");
  return connect(Number(port), host);
}
