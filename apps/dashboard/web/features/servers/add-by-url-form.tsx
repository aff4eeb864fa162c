// Adds a server by its address, with an access token when its makers handed one out.
import { CircleAlert, Plus } from "lucide-react";
import { type FormEvent, useState } from "react";
import { text } from "../../i18n/en.ts";
import type { AddServerRequest } from "../../model.ts";
import { Button } from "../../ui/button.tsx";
import { Callout } from "../../ui/callout.tsx";
import type { Problem } from "../../ui/problem.ts";
import { SwitchField } from "../../ui/switch-field.tsx";
import { TextField } from "../../ui/text-field.tsx";
import { hostOf } from "./server-view.ts";

export interface AddByUrlFormProps {
  /** Fills the form: an entry of the catalogue that wants an access token. */
  readonly start?: { readonly name: string; readonly url: string; readonly description: string } | null;
  readonly adding: boolean;
  readonly problem: Problem | null;
  readonly onAdd: (request: AddServerRequest) => void;
}

export function AddByUrlForm({ start = null, adding, problem, onAdd }: AddByUrlFormProps) {
  const [url, setUrl] = useState(start?.url ?? "");
  const [name, setName] = useState(start?.name ?? "");
  const [withToken, setWithToken] = useState(start !== null);
  const [token, setToken] = useState("");
  const [shown, setShown] = useState(false);
  const address = url.trim();
  const urlError = isHttp(address) ? undefined : text.add.urlInvalid;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setShown(true);
    if (urlError !== undefined || (withToken && token.trim() === "")) return;
    const headers = withToken ? { headers: { Authorization: `Bearer ${token.trim()}` } } : {};
    onAdd({ name: name.trim() || hostOf(address), url: address, ...headers });
  };

  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4">
      <TextField
        label={text.add.url}
        help={text.add.urlHelp}
        error={shown ? urlError : undefined}
        value={url}
        onChange={setUrl}
        type="url"
        required
        name="url"
        placeholder="https://mcp.example.com/mcp"
      />
      <TextField
        label={text.add.name}
        value={name}
        onChange={setName}
        name="name"
        placeholder={isHttp(address) ? hostOf(address) : text.add.namePlaceholder}
      />
      <SwitchField label={text.add.bearer} help={text.add.bearerHelp} checked={withToken} onChange={setWithToken} />
      {withToken && (
        <TextField
          label={text.add.token}
          help={start === null ? text.add.tokenHelp : `${start.description} ${text.add.tokenHelp}`}
          error={shown && token.trim() === "" ? text.tools.required : undefined}
          value={token}
          onChange={setToken}
          type="password"
          required
          name="token"
        />
      )}
      {problem !== null && (
        <Callout tone="bad" icon={CircleAlert} title={problem.message}>
          {problem.code !== null && <p className="font-mono text-xs text-muted">{problem.code}</p>}
        </Callout>
      )}
      <div className="flex justify-end">
        <Button type="submit" variant="primary" icon={Plus} busy={adding}>
          {adding ? text.add.busy : text.add.submit}
        </Button>
      </div>
    </form>
  );
}

function isHttp(address: string): boolean {
  const url = URL.parse(address);
  return url !== null && (url.protocol === "http:" || url.protocol === "https:");
}
