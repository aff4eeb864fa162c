// The sign-in of one server: the button that opens the window, and everything that can become of that window.
import { AppWindow, CircleHelp, ExternalLink, KeyRound, ShieldX, Users } from "lucide-react";
import { text } from "../../i18n/en.ts";
import type { MCPServer } from "../../model.ts";
import { Button } from "../../ui/button.tsx";
import { Callout } from "../../ui/callout.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import type { SignIn } from "./sign-in.ts";

export interface AuthButtonProps {
  readonly server: MCPServer;
  readonly signIn: SignIn;
}

/** The one button of a server that asks for a sign-in. */
export function AuthButton({ server, signIn }: AuthButtonProps) {
  return (
    <Button variant="primary" icon={KeyRound} disabled={server.auth_url === null} onClick={signIn.start} data-act="sign-in">
      {text.action.signIn}
    </Button>
  );
}

/** What is going on with the window, and the acts that help; nothing while no window was asked for. */
export function SignInProgress({ server, signIn }: AuthButtonProps) {
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
              <Button size="small" icon={AppWindow} onClick={signIn.showWindow}>
                {text.action.showWindow}
              </Button>
              <Button size="small" icon={ExternalLink} onClick={signIn.openInTab}>
                {text.action.openInTab}
              </Button>
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
              <Button size="small" variant="primary" icon={ExternalLink} onClick={signIn.openInTab}>
                {text.action.openPage}
              </Button>
              {server.auth_url !== null && <CopyButton value={server.auth_url} label={text.copyLink} />}
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
              <Button size="small" variant="primary" onClick={signIn.start}>
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
            <Button size="small" onClick={signIn.start}>
              {text.action.takeOver}
            </Button>
          }
        />
      );
  }
}
