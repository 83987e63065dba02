import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** One connection that passes through: what the bot said, and what it is answered. */
export interface Passage {
  readonly client: Socket;
  readonly server: Socket;
}

/** A loopback address of our own in front of a server. A cut wire lets nothing through; a frozen one keeps it for later. */
export interface Wire {
  /** 127.0.0.1:PORT */
  readonly host: string;
  cut(): void;
  mend(): void;
  freeze(): void;
  thaw(): void;
  close(): Promise<void>;
}

/** Hands on both directions as they come. */
export function passOn({ client, server }: Passage): void {
  client.on("data", (chunk) => server.write(chunk));
  server.on("data", (chunk) => client.write(chunk));
}

export async function openTcpWire(target: string, carry: (passage: Passage) => void = passOn): Promise<Wire> {
  const passages = new Set<Passage>();
  let state: "whole" | "cut" | "frozen" = "whole";
  const listener = createServer((client) => {
    client.on("error", () => client.destroy());
    if (state === "cut") return client.destroy();
    const server = connectTo(target);
    const passage = { client, server };
    passages.add(passage);
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.setNoDelay(true);
      one.on("error", () => one.destroy());
      one.on("close", () => {
        passages.delete(passage);
        other.destroy();
      });
    }
    carry(passage);
    if (state === "frozen") hold(passage);
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
    mend: () => {
      state = "whole";
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
      return new Promise((resolve) => listener.close(() => resolve()));
    },
  };
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
