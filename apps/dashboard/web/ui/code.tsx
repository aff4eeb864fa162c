// Text of a machine: monospaced, wrapped, never interpreted.

export function Code({ children, label }: { readonly children: string; readonly label?: string }) {
  return (
    <pre
      tabIndex={0}
      role="region"
      aria-label={label ?? "Text"}
      className="max-h-96 overflow-auto rounded-lg border border-line bg-sunken px-3 py-2.5 font-mono text-[0.8125rem] leading-relaxed whitespace-pre-wrap wrap-anywhere"
    >
      {children}
    </pre>
  );
}
