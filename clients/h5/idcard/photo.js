// A photograph made fit to be sent: upright, not larger than the reader can use, of a kind it takes.

import { Problem } from "../lib/api.js";

/** Long side in pixels; more does not read better and takes longer to send. */
const LONG_SIDE = 2000;
const QUALITY = 0.9;
/** The interface's own limit, in bytes. */
const LIMIT = 10 * 1024 * 1024;
/** What is not even opened here, in bytes. */
const OPEN_LIMIT = 60 * 1024 * 1024;
const TAKEN = ["image/jpeg", "image/png", "image/webp"];

/** Resolves to the blob to send. `original` sends the file as it is. */
export async function prepare(file, { original = false } = {}) {
  if (file.size === 0) throw new Problem({ code: "empty_file" });
  if (file.size > OPEN_LIMIT) throw new Problem({ code: "too_large" });
  if (original) {
    if (!TAKEN.includes(file.type)) throw new Problem({ code: "unsupported_format" });
    if (file.size > LIMIT) throw new Problem({ code: "too_large" });
    return file;
  }
  let bitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    // The server has the last word on a file that only this browser cannot open.
    if (TAKEN.includes(file.type) && file.size <= LIMIT) return file;
    throw new Problem({ code: "unsupported_format" });
  }
  try {
    const scale = LONG_SIDE / Math.max(bitmap.width, bitmap.height);
    if (scale >= 1 && TAKEN.includes(file.type) && file.size <= LIMIT) return file;
    return await draw(bitmap, 0, 0, bitmap.width, bitmap.height, Math.min(1, scale));
  } finally {
    bitmap.close();
  }
}

/** A rectangle of a picture or video as a JPEG, scaled. */
export function draw(source, x, y, width, height, scale = 1) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext("2d", { alpha: false });
  context.fillStyle = "#fff"; // what is transparent is paper
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(source, x, y, width, height, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Problem({ code: "unsupported_format" }))), "image/jpeg", QUALITY),
  );
}
