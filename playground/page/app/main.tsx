import "slack-blocks-to-jsx/dist/style.css";
import "./style.css";
import { createRoot } from "react-dom/client";
import { App } from "./app.js";

const root = document.getElementById("root");
if (!root) throw new Error("The page has no element with the id root.");
createRoot(root).render(<App />);
