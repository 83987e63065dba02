import { approvingIn } from "./approving.js";
import { modes } from "./stage.js";

approvingIn(modes.slice(1));
