// The form of one tool, generated from its schema, with plain JSON as the other way to fill it in.
import { Play } from "lucide-react";
import { type FormEvent, useMemo, useState } from "react";
import { text } from "../../i18n/en.ts";
import type { JsonObject, Tool } from "../../model.ts";
import { Button } from "../../ui/button.tsx";
import { SegmentedControl } from "../../ui/segmented-control.tsx";
import { TextField } from "../../ui/text-field.tsx";
import { buildArguments, emptyDraft, parseArguments, type Problems } from "./form-value.ts";
import { formOf } from "./schema.ts";
import { PropertyFields } from "./schema-field.tsx";

export interface ToolFormProps {
  readonly tool: Tool;
  readonly running: boolean;
  /** `null`, or why it cannot be run now. */
  readonly hindrance: string | null;
  readonly onRun: (args: JsonObject) => void;
}

type Mode = "form" | "json";

export function ToolForm({ tool, running, hindrance, onRun }: ToolFormProps) {
  const properties = useMemo(() => formOf(tool.inputSchema), [tool.inputSchema]);
  const [mode, setMode] = useState<Mode>(properties === null ? "json" : "form");
  const [draft, setDraft] = useState(() => emptyDraft(properties ?? []));
  const [raw, setRaw] = useState("{}");
  const [problems, setProblems] = useState<Problems>({});

  const change = (next: Mode) => {
    if (next === "json") {
      const built = buildArguments(properties ?? [], draft);
      if (built.ok) setRaw(JSON.stringify(built.args, null, 2));
    } else {
      const args = parseArguments(raw);
      if (args !== null) setDraft(emptyDraft(properties ?? [], args));
    }
    setProblems({});
    setMode(next);
  };

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (hindrance !== null) return;
    if (mode === "json") {
      const args = parseArguments(raw);
      setProblems(args === null ? { raw: text.tools.rawInvalid } : {});
      if (args !== null) onRun(args);
      return;
    }
    const built = buildArguments(properties ?? [], draft);
    setProblems(built.ok ? {} : built.problems);
    if (built.ok) onRun(built.args);
    else focusFirstProblem(event.currentTarget);
  };

  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4">
      {properties !== null && properties.length > 0 && (
        <div className="flex justify-end">
          <SegmentedControl
            label={`${text.tools.form} / ${text.tools.json}`}
            value={mode}
            onChange={change}
            options={[
              { value: "form", label: text.tools.form },
              { value: "json", label: text.tools.json },
            ]}
          />
        </div>
      )}
      {mode === "json" ? (
        <TextField
          label={text.tools.json}
          help={text.tools.rawHelp}
          error={problems.raw}
          value={raw}
          onChange={setRaw}
          lines={8}
          mono
        />
      ) : properties?.length ? (
        <PropertyFields properties={properties} path="" draft={draft} problems={problems} onChange={setDraft} />
      ) : (
        <p className="text-sm text-muted">{text.tools.noInput}</p>
      )}
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" variant="primary" icon={Play} busy={running} disabled={hindrance !== null}>
          {running ? text.tools.running : text.tools.run}
        </Button>
        {hindrance !== null && <p className="text-sm text-muted">{hindrance}</p>}
      </div>
    </form>
  );
}

/** After the messages are on the page, the first field that has one gets the focus. */
function focusFirstProblem(form: HTMLFormElement): void {
  requestAnimationFrame(() => form.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
}
