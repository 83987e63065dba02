import { refusal } from "../src/slack/views/answers.js";

/** For a button that was under something we do not know any more. */
export const stale = refusal({
  what: "Nothing was done.",
  why: "This button belongs to something that I do not know any more.",
  next: "/eks-upgrade status shows what is open.",
});
