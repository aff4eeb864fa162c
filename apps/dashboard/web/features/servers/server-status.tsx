// A server's state, told: what happens with its sign-in, how far its connection is, why it failed.
import { CircleAlert } from "lucide-react";
import { Code } from "../../ui/code.tsx";
import { Callout } from "../../ui/callout.tsx";
import { SignInProgress } from "./auth-button.tsx";
import { ConnectionSteps } from "./connection-steps.tsx";
import { text } from "../../i18n/en.ts";
import type { ServerModel } from "./server-model.ts";
import type { ServerView } from "./server-view.ts";

export function ServerStatus({ model, view }: { readonly model: ServerModel; readonly view: ServerView }) {
  const { server, signIn, history, problem } = model;
  const inProgress = view.tone === "busy" || (server.state === "authenticating" && signIn.status !== "idle");
  return (
    <div className="flex flex-col gap-3 empty:hidden">
      {view.sentence !== null && server.state !== "failed" && server.state !== "ready" && (
        <p className="text-sm text-muted wrap-anywhere">{view.sentence}</p>
      )}
      {server.state === "failed" && (
        <div>
          <p className="text-sm wrap-anywhere">{view.sentence}</p>
          {server.error_code !== null && <p className="mt-1 font-mono text-xs text-muted">{server.error_code}</p>}
          {server.redirect_uri !== undefined && (
            <div className="mt-2 space-y-1">
              <p className="text-sm">{text.sentence.redirectUri}</p>
              <Code label={text.sentence.redirectUri}>{server.redirect_uri}</Code>
            </div>
          )}
        </div>
      )}
      {server.state === "authenticating" && signIn.status === "idle" && <SignInNote model={model} />}
      {server.state === "authenticating" && <SignInProgress server={server} signIn={signIn} />}
      {inProgress && <ConnectionSteps history={history} />}
      {problem !== null && <Callout tone="bad" icon={CircleAlert} title={problem} />}
    </div>
  );
}

/** Where the sign-in will happen and what it will ask for, before any window opens. */
function SignInNote({ model }: { readonly model: ServerModel }) {
  const { auth_host, auth_scopes, auth_tools } = model.server;
  if (auth_host === null && !auth_scopes?.length) return null;
  return (
    <p className="-mt-2 text-[0.8125rem] text-muted wrap-anywhere">
      {auth_host !== null && text.sentence.authHost(auth_host)}{" "}
      {auth_scopes?.length ? text.sentence.scopes(auth_scopes) : null}{" "}
      {auth_tools !== null && text.sentence.tools(auth_tools)}
    </p>
  );
}
