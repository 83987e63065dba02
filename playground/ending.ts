/**
 * Ends this process once somebody wants that: by Ctrl-C (npm passes on the signal that the terminal sends to all: it comes
 * twice), or by reading its output no further, as `| head` does.
 *
 * @param end leaves nothing running
 */
export function onEnding(end: () => Promise<void>, exitCode: number): void {
  let ending = false;
  const endOnce = () => {
    if (ending) return;
    ending = true;
    void end().finally(() => process.exit(exitCode));
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, endOnce);
  for (const stream of [process.stdout, process.stderr]) stream.on("error", endOnce);
}
