import { type Run, runSchemaVersion } from "../core/run.js";

/**
 * Reads a stored record. A newer bot reads older records here, one migration per version; an older bot that meets a
 * newer record must not touch it.
 */
export function readRun(record: string): Run {
  const run = JSON.parse(record) as Run;
  if (run.schema !== runSchemaVersion) {
    throw new Error(
      `Run ${run.id} was written by another version of the bot (schema ${run.schema}, this one reads ${runSchemaVersion}). Start that version again to finish it.`,
    );
  }
  return run;
}
