import type { Redis } from "../../src/redis/connection.js";

/** A process that dies at its nth word with Redis: before it is sent, or when the answer is under way. */
export function mortal(
  redis: Redis,
  at: number,
  when: "before" | "after",
): { redis: Redis; words: () => number } {
  let words = 0;
  const dead = () => Promise.reject(new Error("killed"));
  const proxy = new Proxy(redis, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        words += 1;
        if (words > at || (words === at && when === "before")) return dead();
        const answer: unknown = Reflect.apply(value, target, args);
        return words === at ? Promise.resolve(answer).then(dead) : answer;
      };
    },
  });
  return { redis: proxy, words: () => words };
}
