// A labelled line or block of text with help and an error, tied together for assistive technology.
import { Field } from "@base-ui/react/field";
import type { ComponentProps, ReactNode } from "react";
import { classes } from "./classes.ts";

export const CONTROL_LOOK =
  "w-full rounded-lg border border-line-strong bg-surface px-3 text-sm text-ink placeholder:text-muted " +
  "focus-visible:outline-2 focus-visible:-outline-offset-1 focus-visible:outline-accent aria-invalid:border-bad data-invalid:border-bad";

export interface TextFieldProps {
  readonly label: ReactNode;
  readonly help?: string | undefined;
  readonly error?: string | undefined;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly lines?: number;
  readonly required?: boolean;
  readonly mono?: boolean;
  readonly type?: "text" | "url" | "password" | "number" | "search";
  readonly step?: string;
  readonly placeholder?: string | undefined;
  readonly autoFocus?: boolean;
  readonly name?: string;
}

export function TextField({
  label,
  help,
  error,
  value,
  onChange,
  lines = 1,
  required,
  mono,
  type = "text",
  ...rest
}: TextFieldProps) {
  const shared = { ...rest, value, required, autoComplete: "off", spellCheck: false } satisfies ComponentProps<"input">;
  return (
    <Field.Root invalid={error !== undefined} className="flex flex-col gap-1.5">
      <Field.Label className="text-sm font-medium">
        {label}
        {required && <Required />}
      </Field.Label>
      <Field.Control
        {...shared}
        type={type}
        onValueChange={onChange}
        render={lines > 1 ? <textarea rows={lines} /> : <input />}
        className={classes(
          CONTROL_LOOK,
          lines > 1 ? "resize-y py-2 leading-relaxed" : "h-9",
          mono && "font-mono text-[0.8125rem]",
        )}
      />
      {help && <Field.Description className="text-[0.8125rem] text-muted wrap-anywhere">{help}</Field.Description>}
      {error !== undefined && (
        <Field.Error match className="text-[0.8125rem] font-medium text-bad">
          {error}
        </Field.Error>
      )}
    </Field.Root>
  );
}

/** The mark of a field that must be filled in; the control itself says `required`. */
export function Required() {
  return (
    <span aria-hidden className="ml-0.5 text-bad">
      *
    </span>
  );
}
