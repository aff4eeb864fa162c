// Draws a small symmetric picture for a text, as a PNG.
import { createHash } from "node:crypto";
import { crc32, deflateSync } from "node:zlib";

const CELLS = 5;
const CELL = 16;
const SIDE = CELLS * CELL;

/** An 80 × 80 picture that is always the same for the same text. */
export function drawBadge(text: string): Buffer {
  const hash = createHash("sha256").update(text).digest();
  const ink = [hash[0] ?? 0, hash[1] ?? 0, hash[2] ?? 0];
  const paper = [244, 244, 247];
  const rows = Buffer.alloc(SIDE * (1 + SIDE * 3));
  for (let y = 0; y < SIDE; y += 1) {
    for (let x = 0; x < SIDE; x += 1) {
      const column = Math.floor(x / CELL);
      const mirrored = Math.min(column, CELLS - 1 - column);
      const cell = Math.floor(y / CELL) * 3 + mirrored;
      const colour = ((hash[3 + cell] ?? 0) & 1) === 1 ? ink : paper;
      rows.set(colour, y * (1 + SIDE * 3) + 1 + x * 3);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(SIDE, 0);
  header.writeUInt32BE(SIDE, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(kind: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(kind, "latin1"), data]);
  const framed = Buffer.alloc(named.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(named, 4);
  framed.writeUInt32BE(crc32(named), named.length + 4);
  return framed;
}
