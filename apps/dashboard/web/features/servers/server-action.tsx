// The ONE button that helps, for the state a server is in.
import { KeyRound, Plug, RotateCw } from "lucide-react";
import { text } from "../../i18n/en.ts";
import { Button } from "../../ui/button.tsx";
import { AuthButton } from "./auth-button.tsx";
import type { ServerActs, ServerModel } from "./server-model.ts";
import type { PrimaryAct } from "./server-view.ts";

export interface ServerActionProps {
  readonly model: ServerModel;
  readonly act: Exclude<PrimaryAct, "open">;
  readonly acts: ServerActs;
}

export function ServerAction({ model, act, acts }: ServerActionProps) {
  const { id, server, signIn, pending } = model;
  switch (act) {
    case "sign-in":
      return <AuthButton server={server} signIn={signIn} />;
    case "sign-in-again":
      return (
        <Button variant="primary" icon={KeyRound} onClick={signIn.start} data-act="sign-in-again">
          {text.action.signInAgain}
        </Button>
      );
    case "retry":
      return (
        <Button
          variant="primary"
          icon={RotateCw}
          busy={pending === "retry"}
          onClick={() => acts.retry(id)}
          data-act="retry"
        >
          {text.action.retry}
        </Button>
      );
    case "connect":
      return (
        <Button
          variant="primary"
          icon={Plug}
          busy={pending === "connect"}
          onClick={() => acts.connect(id)}
          data-act="connect"
        >
          {text.action.connect}
        </Button>
      );
  }
}
