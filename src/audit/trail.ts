import type { AuditTrail } from "../audit.js";
import type { AuditLine } from "../core/audit/entry.js";
import { readLine } from "../core/audit/line.js";
import type { AuditStore } from "../redis/audit.js";

/** The record, read from its end. */
export function auditTrail(store: Pick<AuditStore, "pageBack">): AuditTrail {
  return {
    async recent(fits, { count, within }) {
      const found: AuditLine[] = [];
      let looked = 0;
      let oldest: number | undefined;
      for (
        let page = await store.pageBack();
        page.length > 0;
        page = await store.pageBack(page.at(-1)?.position)
      ) {
        for (const { text } of page) {
          if (found.length >= count || looked >= within) return { lines: found, ...back(oldest) };
          looked += 1;
          const line = readLine(text);
          if (!line) continue;
          oldest = line.at;
          if (fits(line)) found.push(line);
        }
      }
      return { lines: found, ...back(oldest) };
    },
  };
}

const back = (lookedBackTo: number | undefined) => (lookedBackTo === undefined ? {} : { lookedBackTo });
