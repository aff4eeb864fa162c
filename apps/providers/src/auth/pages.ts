// The two pages a person sees at the authorization server, as plain HTML.

const STYLE = `
:root { color-scheme: light dark; --bg: #f4f4f7; --card: #fff; --text: #1b1b22; --soft: #5a5a68; --line: #dcdce4; --go: #2f5bea; --go-text: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --bg: #131318; --card: #1d1d25; --text: #ececf1; --soft: #a6a6b5; --line: #34343f; --go: #8aa5ff; --go-text: #10142b; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem; background: var(--bg); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; }
main { width: min(30rem, 100%); background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1.5rem; }
h1 { margin: 0 0 1rem; font-size: 1.25rem; line-height: 1.3; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem .75rem; margin: 0 0 1rem; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; } ul { margin: 0; padding-left: 1.1rem; }
form { display: flex; gap: .5rem; margin: 0 0 .75rem; }
button { flex: 1; padding: .65rem 1rem; border-radius: .5rem; border: 1px solid var(--line); background: transparent; color: inherit;
  font: inherit; font-weight: 600; cursor: pointer; }
button#approve { background: var(--go); border-color: var(--go); color: var(--go-text); }
button:focus-visible { outline: 3px solid var(--go); outline-offset: 2px; }
p { margin: 0 0 .5rem; } .hint { color: var(--soft); font-size: .875rem; margin: 0; }`;

export interface ConsentFacts {
  readonly clientName: string;
  /** Host the browser is sent back to. */
  readonly returnsTo: string;
  readonly accountName: string;
  readonly servers: readonly { readonly name: string; readonly url: string; readonly allows: readonly string[] }[];
  readonly validMinutes: number;
}

/** Who asks for what, with the two answers. `approve` and `deny` are stable ids and test ids. */
export function consentPage(facts: ConsentFacts): string {
  const servers = facts.servers.map(
    ({ name, url, allows }) => `
      <dt>Server</dt><dd data-testid="resource"><strong>${text(name)}</strong><br><small>${text(url)}</small></dd>
      <dt>May</dt><dd><ul data-testid="scopes">${allows.map((allow) => `<li>${text(allow)}</li>`).join("")}</ul></dd>`,
  );
  return page(
    `Allow ${facts.clientName}?`,
    `<h1>Allow <span data-testid="client">${text(facts.clientName)}</span> to use your account?</h1>
    <dl>
      <dt>You</dt><dd data-testid="account">${text(facts.accountName)}</dd>${servers.join("")}
      <dt>Then back to</dt><dd data-testid="returns-to">${text(facts.returnsTo)}</dd>
    </dl>
    <form method="post">
      <button id="approve" data-testid="approve" name="decision" value="approve">Approve</button>
      <button id="deny" data-testid="deny" name="decision" value="deny">Deny</button>
    </form>
    <p class="hint" id="wait" data-testid="wait">Not sure yet? Just leave this page open: the app waits, and your answer counts for
      ${facts.validMinutes} minutes.</p>`,
  );
}

/** A plain page that says something and offers nothing. */
export function noticePage(title: string, sentences: readonly string[]): string {
  return page(title, `<h1>${text(title)}</h1>${sentences.map((sentence) => `<p>${text(sentence)}</p>`).join("")}`);
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(title)}</title><style>${STYLE}</style></head><body><main>${body}</main></body></html>`;
}

/** Makes any text inert between tags and in quoted attributes. */
function text(value: string): string {
  return value.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
