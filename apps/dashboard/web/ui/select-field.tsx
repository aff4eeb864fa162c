// A labelled choice of one among a few.
import { Field } from "@base-ui/react/field";
import { Select } from "@base-ui/react/select";
import { Check, ChevronsUpDown } from "lucide-react";
import { classes } from "./classes.ts";
import { CONTROL_LOOK, Required } from "./text-field.tsx";

export interface SelectOption {
  readonly value: string;
  readonly label: string;
}

export interface SelectFieldProps {
  readonly label: string;
  readonly help?: string | undefined;
  readonly error?: string | undefined;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly options: readonly SelectOption[];
  readonly required?: boolean;
}

export function SelectField({ label, help, error, value, onChange, options, required = false }: SelectFieldProps) {
  return (
    <Field.Root invalid={error !== undefined} className="flex flex-col gap-1.5">
      <Select.Root items={[...options]} value={value} onValueChange={(next) => onChange(next ?? "")}>
        <Field.Label nativeLabel={false} render={<div />} className="text-sm font-medium">
          {label}
          {required && <Required />}
        </Field.Label>
        <Select.Trigger className={classes(CONTROL_LOOK, "flex h-9 items-center justify-between gap-2 text-left")}>
          <Select.Value className="truncate" />
          <Select.Icon>
            <ChevronsUpDown aria-hidden size={15} className="text-muted" />
          </Select.Icon>
        </Select.Trigger>
        <Select.Portal>
          <Select.Positioner sideOffset={6} alignItemWithTrigger={false} className="z-60 outline-none">
            <Select.Popup className="max-h-(--available-height) min-w-(--anchor-width) overflow-y-auto rounded-xl border border-line bg-surface p-1 text-ink shadow-pop outline-none">
              {options.map((option) => (
                <Select.Item
                  key={option.value}
                  value={option.value}
                  className="flex cursor-default items-center gap-2 rounded-lg py-1.5 pr-3 pl-2 text-sm outline-none data-highlighted:bg-hover"
                >
                  <span className="inline-flex w-4">
                    <Select.ItemIndicator>
                      <Check aria-hidden size={15} />
                    </Select.ItemIndicator>
                  </span>
                  <Select.ItemText>{option.label}</Select.ItemText>
                </Select.Item>
              ))}
            </Select.Popup>
          </Select.Positioner>
        </Select.Portal>
      </Select.Root>
      {help && <Field.Description className="text-[0.8125rem] text-muted wrap-anywhere">{help}</Field.Description>}
      {error !== undefined && (
        <Field.Error match className="text-[0.8125rem] font-medium text-bad">
          {error}
        </Field.Error>
      )}
    </Field.Root>
  );
}
