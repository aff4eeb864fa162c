// A labelled yes or no.
import { Switch } from "@base-ui/react/switch";

export interface SwitchFieldProps {
  readonly label: string;
  readonly help?: string | undefined;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

export function SwitchField({ label, help, checked, onChange }: SwitchFieldProps) {
  return (
    <label className="flex items-start gap-3">
      <Switch.Root
        checked={checked}
        onCheckedChange={onChange}
        className="mt-0.5 flex h-5 w-9 shrink-0 rounded-full border border-line-strong bg-sunken p-px transition-colors data-checked:border-accent data-checked:bg-accent"
      >
        <Switch.Thumb className="aspect-square h-full rounded-full bg-line-strong transition-transform data-checked:translate-x-4 data-checked:bg-on-accent" />
      </Switch.Root>
      <span className="min-w-0">
        <span className="block text-sm font-medium">{label}</span>
        {help && <span className="block text-[0.8125rem] text-muted wrap-anywhere">{help}</span>}
      </span>
    </label>
  );
}
