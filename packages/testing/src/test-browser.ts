// Plays the person's browser in a sign-in: follows redirects, keeps cookies, answers the consent page.
import { type CookieJar, createCookieJar } from "./cookie-jar.ts";

type Fetch = (request: Request) => Promise<Response>;
export type FetchSite = "same-origin" | "same-site" | "cross-site" | "none";

export interface Visit {
  /** The address the browser ended at. */
  readonly url: string;
  /** Its answer, body unread; `null` when the address is one a browser hands to another app (a custom scheme). */
  readonly response: Response | null;
  readonly status: number;
  readonly html: string;
  /** Every address on the way, the first one included. */
  readonly trail: readonly string[];
}

export interface TestBrowser {
  /** Open an address. `from` is what `Sec-Fetch-Site` says at first: `same-origin` for a click in the app, `none` for a mailed link. */
  open(url: string, from?: FetchSite): Promise<Visit>;
  /** Send a form from the page at `page` to itself. */
  submit(page: string, fields: Readonly<Record<string, string>>): Promise<Visit>;
}

const MAX_HOPS = 20;

export function createTestBrowser(fetch: Fetch): TestBrowser {
  const jar = createCookieJar();
  return {
    open: (url, from = "same-origin") => navigate({ fetch, jar, url, site: from, initiator: originOf(url) }),
    submit: (page, fields) =>
      navigate({
        fetch,
        jar,
        url: page,
        site: "same-origin",
        initiator: originOf(page),
        form: new URLSearchParams(fields),
      }),
  };
}

/**
 * Open a sign-in address as a click in the app would, approve on the consent page, and go on to the end.
 *
 * Works with every consent page whose form takes `decision=approve`: the mock authorization server's and the demo's.
 */
export function approve(
  url: string,
  options: { readonly fetch: Fetch; readonly browser?: TestBrowser },
): Promise<Visit> {
  return decide(url, "approve", options);
}

/** The same, but the person says no. */
export function deny(url: string, options: { readonly fetch: Fetch; readonly browser?: TestBrowser }): Promise<Visit> {
  return decide(url, "deny", options);
}

async function decide(
  url: string,
  decision: "approve" | "deny",
  options: { readonly fetch: Fetch; readonly browser?: TestBrowser },
) {
  const browser = options.browser ?? createTestBrowser(options.fetch);
  const page = await browser.open(url);
  if (!page.html.includes(`data-testid="${decision}"`)) return page;
  const end = await browser.submit(page.url, { decision });
  return { ...end, trail: [...page.trail, ...end.trail] };
}

interface Navigation {
  readonly fetch: Fetch;
  readonly jar: CookieJar;
  readonly url: string;
  readonly site: FetchSite;
  readonly initiator: string;
  readonly form?: URLSearchParams;
}

async function navigate({
  fetch,
  jar,
  url: first,
  site: startedAs,
  initiator,
  form: firstForm,
}: Navigation): Promise<Visit> {
  const trail: string[] = [];
  let url = first;
  let site = startedAs;
  let form = firstForm;
  for (let hop = 0; hop < MAX_HOPS; hop += 1) {
    trail.push(url);
    if (!/^https?:/.test(url)) return { url, response: null, status: 0, html: "", trail };
    const method = form ? "POST" : "GET";
    const cookie = jar.header(url, { crossSite: site === "cross-site", method });
    const headers = {
      accept: "text/html",
      "sec-fetch-site": site,
      "sec-fetch-mode": "navigate",
      "sec-fetch-dest": "document",
      ...(form ? { origin: initiator } : {}),
      ...(cookie === null ? {} : { cookie }),
    };
    const response = await fetch(
      new Request(url, { method, headers, redirect: "manual", ...(form ? { body: form } : {}) }),
    );
    jar.store(url, response);
    const location = response.headers.get("location");
    if (response.status < 300 || response.status > 399 || location === null) {
      return { url, response, status: response.status, html: await response.clone().text(), trail };
    }
    const next = new URL(location, url).href;
    site = worse(site, relation(initiator, next));
    url = next;
    if (response.status !== 307 && response.status !== 308) form = undefined;
  }
  throw new Error(`More than ${MAX_HOPS} redirects: ${trail.join(" → ")}`);
}

const originOf = (url: string): string => new URL(url).origin;

/** One step to another site taints the rest of the way. A navigation nobody's page started stays `none`. */
function worse(before: FetchSite, now: FetchSite): FetchSite {
  const order: readonly FetchSite[] = ["same-origin", "same-site", "cross-site"];
  if (before === "none") return "none";
  return order[Math.max(order.indexOf(before), order.indexOf(now))] ?? "cross-site";
}

/** Sites are compared by host name, which is enough for `localhost` and made-up hosts. */
function relation(initiator: string, target: string): FetchSite {
  if (!/^https?:/.test(target)) return "cross-site";
  if (initiator === originOf(target)) return "same-origin";
  return new URL(initiator).hostname === new URL(target).hostname ? "same-site" : "cross-site";
}
