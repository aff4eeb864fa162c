// The five meanings colour has here. Green works, blue is under way, amber waits for you, grey is off, red is broken.

export type Tone = "ok" | "busy" | "need" | "off" | "bad";

/** Text and soft background of one meaning. Always shown together with words and an icon. */
export const TONE_LOOK: Record<Tone, string> = {
  ok: "bg-ok-soft text-ok",
  busy: "bg-busy-soft text-busy",
  need: "bg-need-soft text-need",
  off: "bg-off-soft text-off",
  bad: "bg-bad-soft text-bad",
};
