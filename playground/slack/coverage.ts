/** How well a piece of Slack is simulated, and which test under test/playground/slack says so. */
export interface Coverage {
  readonly what: string;
  /** What the real one does and this one does not; empty where nothing is known to be missing. */
  readonly leavesOut: string;
  readonly test: string;
}

/** One entry per registered Web API method. */
export const methodCoverage: readonly Coverage[] = [
  { what: "auth.test", leavesOut: "", test: "web-api.test.ts" },
  { what: "apps.connections.open", leavesOut: "", test: "socket-mode.test.ts" },
  {
    what: "chat.postMessage",
    leavesOut: "markdown_text, unfurling, other names and icons",
    test: "web-api.test.ts",
  },
  { what: "chat.update", leavesOut: "edit windows of a workspace, streaming", test: "web-api.test.ts" },
  { what: "chat.delete", leavesOut: "", test: "web-api.test.ts" },
  { what: "chat.postEphemeral", leavesOut: "people who are not at their screens", test: "web-api.test.ts" },
  { what: "chat.getPermalink", leavesOut: "", test: "web-api.test.ts" },
  {
    what: "views.open",
    leavesOut: "interactivity pointers",
    test: "modals.test.ts",
  },
  {
    what: "views.push",
    leavesOut: "interactivity pointers",
    test: "modals.test.ts",
  },
  { what: "views.update", leavesOut: "", test: "modals.test.ts" },
  { what: "views.publish", leavesOut: "", test: "home.test.ts" },
  {
    what: "users.info",
    leavesOut:
      "profiles beyond names, time zones other than UTC, what Slack hides of strangers and the deactivated",
    test: "people.test.ts",
  },
  { what: "usergroups.list", leavesOut: "", test: "people.test.ts" },
  { what: "usergroups.users.list", leavesOut: "events of changed groups", test: "people.test.ts" },
  {
    what: "conversations.info",
    leavesOut: "topics and purposes, group messages, which teams a channel is shared with",
    test: "people.test.ts",
  },
  {
    what: "conversations.history",
    leavesOut: "joins, leaves and other system messages",
    test: "web-api.test.ts",
  },
  { what: "conversations.replies", leavesOut: "", test: "web-api.test.ts" },
];

/** Everything that is not a method. */
export const behaviourCoverage: readonly Coverage[] = [
  { what: "rate limits per method and channel", leavesOut: "the true size of bursts", test: "rates.test.ts" },
  {
    what: "limits and schemas of blocks",
    leavesOut: "video, file, data_visualization and workflow buttons are refused",
    test: "limits.test.ts",
  },
  {
    what: "Socket Mode",
    leavesOut: "retries of events, refreshes on a schedule",
    test: "socket-mode.test.ts",
  },
  {
    what: "HTTP mode",
    leavesOut: "retries of events, checks of the certificate",
    test: "http-mode.test.ts",
  },
  {
    what: "people of every kind, and what becomes of them while one watches",
    leavesOut:
      "that guests, strangers and the deactivated cannot be in every channel, and nobody can type in an archived one",
    test: "people.test.ts",
  },
  {
    what: "commands, clicks, response URLs",
    leavesOut: "escaping of & < and > in what is typed; mentions are escaped whatever the manifest says",
    test: "interactions.test.ts",
  },
  {
    what: "the Home tab: its event, its buttons, modals from there",
    leavesOut: "retries of the event; subscriptions: every app hears of it",
    test: "home.test.ts",
  },
  { what: "modals and their submission", leavesOut: "rich text inputs", test: "modals.test.ts" },
  { what: "faults on request", leavesOut: "", test: "faults.test.ts" },
  {
    what: "the terminal's picture of messages",
    leavesOut: "colours, links behind words",
    test: "render.test.ts",
  },
];
