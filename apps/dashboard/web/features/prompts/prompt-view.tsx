// One prompt: its arguments, and the messages it becomes.
import { CircleAlert, MessageSquareText } from "lucide-react";
import { type FormEvent, useState } from "react";
import { text } from "../../i18n/en.ts";
import type { GetPromptResult, Prompt } from "../../model.ts";
import { Button } from "../../ui/button.tsx";
import { Callout } from "../../ui/callout.tsx";
import { TextField } from "../../ui/text-field.tsx";
import { useTask } from "../../ui/use-task.ts";
import { ContentBlock } from "../tools/content-block.tsx";

export interface PromptViewProps {
  readonly prompt: Prompt;
  readonly hindrance: string | null;
  readonly get: (args: Readonly<Record<string, string>>) => Promise<GetPromptResult>;
}

export function PromptView({ prompt, hindrance, get }: PromptViewProps) {
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [shown, setShown] = useState(false);
  const { running, output, problem, run } = useTask(get);
  const fields = prompt.arguments ?? [];
  const isMissing = (name: string, required: boolean | undefined) => required === true && !values[name]?.trim();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setShown(true);
    if (hindrance !== null || fields.some(({ name, required }) => isMissing(name, required))) return;
    void run(Object.fromEntries(Object.entries(values).filter(([, value]) => value !== "")));
  };

  return (
    <div className="rounded-2xl border border-line bg-surface p-4 shadow-card sm:p-6">
      <h2 className="font-semibold tracking-tight wrap-anywhere">{prompt.title ?? prompt.name}</h2>
      {prompt.description && <p className="mt-1.5 text-sm text-muted wrap-anywhere">{prompt.description}</p>}
      <form onSubmit={submit} noValidate className="mt-5 flex flex-col gap-4">
        {fields.map(({ name, title, description, required }) => (
          <TextField
            key={name}
            label={title ?? name}
            help={description}
            required={required === true}
            error={shown && isMissing(name, required) ? text.tools.required : undefined}
            value={values[name] ?? ""}
            onChange={(value) => setValues({ ...values, [name]: value })}
          />
        ))}
        <div className="flex flex-wrap items-center gap-3">
          <Button type="submit" variant="primary" icon={MessageSquareText} busy={running} disabled={hindrance !== null}>
            {text.prompts.get}
          </Button>
          {hindrance !== null && <p className="text-sm text-muted">{hindrance}</p>}
        </div>
      </form>
      <div aria-live="polite" className="mt-6 space-y-4 empty:hidden">
        {problem !== null && <Callout tone="bad" icon={CircleAlert} title={problem.message} />}
        {output?.messages.map((message, index) => (
          <div key={index} className="space-y-1.5">
            <p className="text-[0.8125rem] font-medium text-muted">
              {message.role === "user" ? text.prompts.user : text.prompts.assistant}
            </p>
            <ContentBlock block={message.content} />
          </div>
        ))}
      </div>
    </div>
  );
}
