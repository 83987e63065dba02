import type { Run } from "../src/core/run.js";

/** The bot's own page, on which an approval is given: plain HTML, without scripts and without anything from elsewhere. */

export interface Page {
  readonly status: number;
  readonly html: string;
}

/** What is to be approved, and the one button. */
export function askPage(run: Run): Page {
  const { plan } = run;
  const steps = plan.steps.map(
    ({ nodeGroup, from, to, nodes, force }) =>
      `<tr><td>${text(plan.cluster)}/${text(nodeGroup)}</td><td>${text(from.release)}</td><td>${text(to.release)}</td><td>${nodes.count}${force ? ", pods that block are deleted" : ""}</td></tr>`,
  );
  const why = run.reason === undefined ? "" : `<p><b>Why:</b> ${text(run.reason)}</p>`;
  return page(
    200,
    `Approve the upgrade of ${plan.cluster}?`,
    `<p>Environment <b>${text(plan.environment)}</b>, region ${text(plan.region)}, run <code>${text(run.id)}</code>.</p>
<table><thead><tr><th>Node group</th><th>From</th><th>To</th><th>Nodes</th></tr></thead><tbody>${steps.join("")}</tbody></table>
${why}
<form method="post"><button type="submit">Approve upgrade</button></form>
<p class="quiet">Your approval counts once, for this plan. To reject it, use the card in Slack.</p>`,
  );
}

/** What came of it, or why there is nothing to do here. */
export function saidPage(status: number, title: string, words: string): Page {
  return page(status, title, `<p>${text(words)}</p><p class="quiet">You can close this page.</p>`);
}

const style = `
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem }
h1 { font-size: 1.4rem; overflow-wrap: anywhere }
table { border-collapse: collapse; width: 100%; display: block; overflow-x: auto }
th, td { text-align: left; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid #8884 }
button { font: inherit; font-weight: 600; padding: .6rem 1.2rem; border: 0; border-radius: .4rem; background: #007a5a; color: #fff; cursor: pointer }
.quiet { opacity: .7; font-size: .9rem }`;

function page(status: number, title: string, body: string): Page {
  return {
    status,
    html: `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">
<title>${text(title)}</title><style>${style}</style></head>
<body><h1>${text(title)}</h1>
${body}
</body></html>
`,
  };
}

/** Names and reasons are other people's words. */
function text(words: string): string {
  const entities: Readonly<Record<string, string>> = {
    ...{ "&": "&amp;", "<": "&lt;", ">": "&gt;" },
    ...{ '"': "&quot;", "'": "&#39;" },
  };
  return words.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
