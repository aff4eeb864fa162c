// One block of content a server sent. Text is shown as text: nothing in it is interpreted, nothing is fetched.
import { ExternalLink, File, Music } from "lucide-react";
import { text } from "../../i18n/en.ts";
import type { ContentBlock as Block, ResourceContents } from "../../model.ts";
import { Code } from "../../ui/code.tsx";

export function ContentBlock({ block }: { readonly block: Block }) {
  switch (block.type) {
    case "text":
      return <Code label={text.result.title}>{block.text}</Code>;
    case "image":
      return <Picture data={block.data} mimeType={block.mimeType} />;
    case "audio":
      return <Sound data={block.data} mimeType={block.mimeType} />;
    case "resource_link":
      return (
        <Named icon={ExternalLink} kind={text.result.link} name={block.title ?? block.name}>
          {block.description && <p className="text-sm wrap-anywhere">{block.description}</p>}
          <p className="font-mono text-[0.8125rem] text-muted wrap-anywhere">{block.uri}</p>
        </Named>
      );
    case "resource":
      return <ResourceContent contents={block.resource} />;
    default:
      return (
        <div className="space-y-1.5">
          <p className="text-sm text-muted">{text.result.unknown(String((block as { type?: unknown }).type))}</p>
          <Code>{JSON.stringify(block, null, 2)}</Code>
        </div>
      );
  }
}

/** The contents of a resource, wherever they come from. */
export function ResourceContent({ contents }: { readonly contents: ResourceContents }) {
  const mime = contents.mimeType ?? "application/octet-stream";
  return (
    <div className="space-y-2">
      <Named icon={File} kind={contents.mimeType ?? text.result.resource} name={contents.uri} />
      {contents.text !== undefined ? (
        <Code label={contents.uri}>{contents.text}</Code>
      ) : contents.blob !== undefined && SAFE_IMAGE.has(mime) ? (
        <Picture data={contents.blob} mimeType={mime} />
      ) : (
        <p className="text-sm text-muted">
          {text.result.binary(mime, Math.floor(((contents.blob?.length ?? 0) * 3) / 4))}
        </p>
      )}
    </div>
  );
}

/** Formats that cannot carry script or load anything. */
const SAFE_IMAGE: ReadonlySet<string> = new Set(["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"]);
const SAFE_SOUND: ReadonlySet<string> = new Set([
  "audio/wav",
  "audio/x-wav",
  "audio/mpeg",
  "audio/ogg",
  "audio/webm",
  "audio/mp4",
]);

function Picture({ data, mimeType }: { readonly data: string; readonly mimeType: string }) {
  if (!SAFE_IMAGE.has(mimeType))
    return <p className="text-sm text-muted">{text.result.binary(mimeType, Math.floor((data.length * 3) / 4))}</p>;
  return (
    <img
      src={`data:${mimeType};base64,${data}`}
      alt={text.result.image}
      className="max-h-96 max-w-full rounded-lg border border-line bg-sunken object-contain [image-rendering:auto]"
    />
  );
}

function Sound({ data, mimeType }: { readonly data: string; readonly mimeType: string }) {
  if (!SAFE_SOUND.has(mimeType)) return <Named icon={Music} kind={mimeType} name={text.result.audio} />;
  return <audio controls src={`data:${mimeType};base64,${data}`} aria-label={text.result.audio} className="w-full" />;
}

interface NamedProps {
  readonly icon: typeof File;
  readonly kind: string;
  readonly name: string;
  readonly children?: React.ReactNode;
}

function Named({ icon: Icon, kind, name, children }: NamedProps) {
  return (
    <div className="flex gap-2.5 rounded-lg border border-line bg-sunken px-3 py-2.5">
      <Icon aria-hidden size={16} className="mt-0.5 shrink-0 text-muted" />
      <div className="min-w-0">
        <p className="text-sm font-medium wrap-anywhere">{name}</p>
        <p className="text-[0.8125rem] text-muted">{kind}</p>
        {children}
      </div>
    </div>
  );
}
