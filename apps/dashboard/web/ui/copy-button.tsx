// Copies a text and says so.
import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { text } from "../i18n/en.ts";
import { Button } from "./button.tsx";

export function CopyButton({ value, label = text.copy }: { readonly value: string; readonly label?: string }) {
  const [copied, setCopied] = useState(false);
  const copy = () =>
    navigator.clipboard.writeText(value).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  return (
    <Button size="small" icon={copied ? Check : Copy} onClick={() => void copy()} onBlur={() => setCopied(false)}>
      <span aria-live="polite">{copied ? text.copied : label}</span>
    </Button>
  );
}
