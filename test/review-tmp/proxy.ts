import { createServer, connect, type Socket } from "node:net";
/** A TCP proxy before Redis: may cut, swallow answers, and refuse. */
export async function proxy(port: number) {
  const sockets = new Set<Socket>();
  const state = { swallow: false, refuse: false };
  const server = createServer((down) => {
    if (state.refuse) { down.destroy(); return; }
    const up = connect(port, "127.0.0.1");
    sockets.add(down); sockets.add(up);
    for (const s of [down, up]) s.on("error", () => {});
    down.on("data", (d) => up.write(d));
    up.on("data", (d) => { if (!state.swallow) down.write(d); });
    down.on("close", () => up.destroy()); up.on("close", () => down.destroy());
  });
  await new Promise<void>((r) => server.listen(0, "127.0.0.1", () => r()));
  const at = (server.address() as { port: number }).port;
  return { url: `redis://127.0.0.1:${at}`, state, cut() { for (const s of sockets) s.destroy(); sockets.clear(); }, close() { for (const s of sockets) s.destroy(); server.close(); } };
}
