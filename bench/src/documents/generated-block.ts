// The part of a page that is written by this program, between two comments.

/** `text` with everything between the markers of `name` replaced by `block`. */
export function withBlock(text: string, name: string, block: string): string {
  const begin = `<!-- ${name}: written by \`npm run bench\` -->`;
  const end = `<!-- /${name} -->`;
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from === -1 || to < from) throw new Error(`the page has no ${begin} … ${end}`);
  return `${text.slice(0, from + begin.length)}\n\n${block.trim()}\n\n${text.slice(to)}`;
}
