import { approvingIn } from "./approving.js";
import { modes } from "./stage.js";

/** The others are in approvals.slow.test.ts. */
approvingIn(modes.slice(0, 1));
