// The frame of every page the agent itself shows: no foreign resource, no frame around it, no trace left behind.
import { escapeHtml } from "../inert-text.ts";

export interface Page {
  readonly status: number;
  readonly title: string;
  /** HTML made by us; foreign text in it is escaped already. */
  readonly body: string;
  /** Runs with the page's nonce. Made by us. */
  readonly script?: string;
  /** For pages with a form: what its submission may lead to. */
  readonly formAction?: string;
}

const STYLE = `
:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:Canvas;color:CanvasText}
main{max-width:26rem;padding:2rem}
h1{font-size:1.25rem;margin:0 0 .75rem}
button{font:inherit;padding:.5rem 1.25rem;border-radius:.5rem;border:1px solid;cursor:pointer}
`;

export function renderPage(page: Page): Response {
  const nonce = crypto.randomUUID();
  const policy = [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
    `form-action ${page.formAction ?? "'none'"}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
  const script = page.script === undefined ? "" : `<script nonce="${nonce}">${page.script}</script>`;
  const html =
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
    `<title>${escapeHtml(page.title)}</title><style nonce="${nonce}">${STYLE}</style></head>` +
    `<body><main><h1>${escapeHtml(page.title)}</h1>${page.body}</main>${script}</body></html>`;
  return new Response(html, {
    status: page.status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": policy,
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "cache-control": "no-store",
      // With "no-referrer" a browser would send `Origin: null` with the page's own form, and the form could not be told from a foreign one.
      "referrer-policy": page.formAction === undefined ? "no-referrer" : "same-origin",
    },
  });
}
