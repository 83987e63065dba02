import { authMethods } from "./auth.js";
import { chatMethods } from "./chat.js";
import { conversationMethods } from "./conversations.js";
import type { Method } from "./method.js";
import { peopleMethods } from "./people.js";
import { viewMethods } from "./views.js";

/** Every Web API method the simulated Slack knows. */
export const methods: ReadonlyMap<string, Method> = new Map(
  [...authMethods, ...chatMethods, ...viewMethods, ...peopleMethods, ...conversationMethods].map((method) => [
    method.name,
    method,
  ]),
);
