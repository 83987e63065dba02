import { AsyncLocalStorage } from "node:async_hooks";

/**
 * The AWS SDK reads its addresses from the process's variables whenever it likes. Several bots in one process, each
 * with addresses of its own, need variables of their own: these follow a bot through everything that it begins.
 */
const own = new AsyncLocalStorage<Readonly<Record<string, string>>>();

process.env = new Proxy(process.env, {
  get: (variables, name) => own.getStore()?.[String(name)] ?? Reflect.get(variables, name),
  set: (variables, name, value) => Reflect.set(variables, name, value),
});

export function withEnvironment<Result>(
  variables: Readonly<Record<string, string>>,
  begin: () => Result,
): Result {
  return own.run(variables, begin);
}
