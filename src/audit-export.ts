import { once } from "node:events";
import { exportAudit } from "./audit/export.js";

process.removeAllListeners("warning");
let read = true;
// Whoever reads may have seen enough: `| head`.
process.stdout.on("error", () => {
  read = false;
});
async function write(line: string): Promise<boolean> {
  if (read && !process.stdout.write(`${line}\n`)) await once(process.stdout, "drain").catch(() => {});
  return read;
}
process.exitCode = await exportAudit({
  variables: process.env,
  args: process.argv.slice(2),
  write,
  complain: (line) => console.error(line),
});
