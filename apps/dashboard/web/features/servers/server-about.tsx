// What is known about a server: its own words, what it can do, and how it was reached.
import type { ReactNode } from "react";
import { text } from "../../i18n/en.ts";
import type { ServerCapabilities, WhatHappened } from "../../model.ts";
import { Code } from "../../ui/code.tsx";
import { ServerHistory } from "./server-history.tsx";
import type { ServerModel } from "./server-model.ts";
import { viewListening } from "./server-view.ts";

export interface ServerAboutProps {
  readonly model: ServerModel;
  readonly vault: "keyed" | "unkeyed" | undefined;
  /** Revision of the protocol the catalogue promises, when the server is in it. */
  readonly era: string | undefined;
  readonly happened: WhatHappened | null;
}

export function ServerAbout({ model, vault, era, happened }: ServerAboutProps) {
  const { id, server } = model;
  const listening = viewListening(server);
  return (
    <div className="grid gap-6 lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)] lg:gap-8">
      <section className="min-w-0 space-y-2">
        <h2 className="text-sm font-semibold">{text.about.instructions}</h2>
        {server.instructions ? (
          <Code label={text.about.instructions}>{server.instructions}</Code>
        ) : (
          <p className="text-sm text-muted">{text.about.noInstructions}</p>
        )}
      </section>
      <dl className="min-w-0 divide-y divide-line rounded-2xl border border-line bg-surface px-4 text-sm shadow-card sm:px-5">
        <Fact name={text.about.address} mono>
          {server.server_url}
        </Fact>
        {server.account !== undefined && <Fact name={text.about.label}>{server.account}</Fact>}
        {era !== undefined && <Fact name={text.about.protocol}>{era}</Fact>}
        <Fact name={text.about.capabilities}>
          <Capabilities capabilities={server.capabilities} />
        </Fact>
        {listening !== null && <Fact name={text.about.changes}>{listening}</Fact>}
        {server.auth_host !== null && <Fact name={text.about.account}>{server.auth_host}</Fact>}
        <Fact name={text.about.vault}>{vault === undefined ? text.about.unknown : text.about[vault]}</Fact>
        <Fact name={text.about.id} mono>
          {id}
        </Fact>
      </dl>
      <ServerHistory happened={happened} />
    </div>
  );
}

function Fact({
  name,
  mono = false,
  children,
}: {
  readonly name: string;
  readonly mono?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <div className="grid gap-x-4 gap-y-0.5 py-3 sm:grid-cols-[9rem_minmax(0,1fr)]">
      <dt className="text-muted">{name}</dt>
      <dd className={mono ? "font-mono text-[0.8125rem] wrap-anywhere" : "wrap-anywhere"}>{children}</dd>
    </div>
  );
}

function Capabilities({ capabilities }: { readonly capabilities: ServerCapabilities | null }) {
  if (capabilities === null) return text.about.noCapabilities;
  return (
    <ul className="space-y-0.5">
      {Object.entries(capabilities).map(([name, facts]) => {
        const notes = [
          facts?.listChanged === true && text.about.listChanged,
          facts?.subscribe === true && text.about.subscribe,
        ].filter(Boolean);
        return (
          <li key={name}>
            {name}
            {notes.length > 0 && <span className="text-muted"> ({notes.join(", ")})</span>}
          </li>
        );
      })}
    </ul>
  );
}
