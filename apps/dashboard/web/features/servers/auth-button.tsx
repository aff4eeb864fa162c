// The sign-in of one server: the button that opens the window, and everything that can become of that window.
import { AppWindow, CircleHelp, ExternalLink, KeyRound, ShieldX, Users } from "lucide-react";
import { text } from "../../i18n/en.ts";
import type { MCPServer } from "../../model.ts";
import { Button } from "../../ui/button.tsx";
import { Callout } from "../../ui/callout.tsx";
import { LinkButton } from "../../ui/link-button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import type { SignIn } from "./sign-in.ts";

export interface AuthButtonProps {
  readonly server: MCPServer;
  readonly signIn: SignIn;
}

/** The one button of a server that asks for a sign-in. */
export function AuthButton({ server, signIn }: AuthButtonProps) {
  return (
    <Button
      variant="primary"
      icon={KeyRound}
      disabled={server.auth_url === null}
      onClick={signIn.start}
      data-act="sign-in"
    >
      {text.action.signIn}
    </Button>
  );
}

/** What is going on with the window, and the acts that help; nothing while no window was asked for. */
export function SignInProgress({ server, signIn }: AuthButtonProps) {
  const page = safePage(server.auth_url);
  const cancel = (
    <Button size="small" variant="quiet" onClick={signIn.cancel}>
      {text.cancel}
    </Button>
  );
  switch (signIn.status) {
    case "idle":
      return null;
    case "waiting":
      return (
        <Callout
          tone="need"
          icon={AppWindow}
          title={text.sentence.waiting}
          actions={
            <>
              <Button size="small" icon={AppWindow} onClick={signIn.reopen} data-act="open-again">
                {text.action.openAgain}
              </Button>
              {page !== null && (
                <LinkButton href={page} icon={ExternalLink}>
                  {text.action.openInTab}
                </LinkButton>
              )}
              {cancel}
            </>
          }
        />
      );
    case "blocked":
      return (
        <Callout
          tone="need"
          icon={ShieldX}
          title={text.sentence.blocked}
          actions={
            <>
              {page !== null && (
                <>
                  <LinkButton href={page} icon={ExternalLink} primary>
                    {text.action.openPage}
                  </LinkButton>
                  <CopyButton value={page} label={text.copyLink} />
                </>
              )}
              {cancel}
            </>
          }
        />
      );
    case "maybe-closed":
      return (
        <Callout
          tone="need"
          icon={CircleHelp}
          title={text.sentence.maybeClosed}
          actions={
            <>
              <Button size="small" variant="primary" onClick={signIn.reopen} data-act="try-again">
                {text.action.tryAgain}
              </Button>
              {cancel}
            </>
          }
        />
      );
    case "elsewhere":
      return (
        <Callout
          tone="need"
          icon={Users}
          title={text.sentence.elsewhere}
          actions={
            <Button size="small" onClick={signIn.start} data-act="take-over">
              {text.action.takeOver}
            </Button>
          }
        />
      );
  }
}

/** The sign-in page when it is one to link to: https, or http on this machine or this origin. */
function safePage(address: string | null): string | null {
  const url = address === null ? null : URL.parse(address, location.href);
  if (url === null) return null;
  const near = url.origin === location.origin || url.hostname === "localhost" || url.hostname === "127.0.0.1";
  return url.protocol === "https:" || (url.protocol === "http:" && near) ? url.href : null;
}
