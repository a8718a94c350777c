// The camera and a recording of what was asked for: small JPEG frames with the times they were taken.

/** Between two frames. */
const PACE_MS = 250;
/** Longer side of a frame: enough for a face, and forty of them are sent in seconds. */
const SIDE = 640;
const QUALITY = 0.85;
/** Straight at first, then each action, straight after each. Three actions and all frames stay below what is accepted. */
const FIRST_MS = 1250;
const ACTION_MS = 2000;
const REST_MS = 750;

/** Opens the front camera in `video`; resolves to what stops it. */
export async function openCamera(video) {
  const size = { width: { ideal: 1280 }, height: { ideal: 720 } };
  const stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: "user", ...size } });
  video.srcObject = stream;
  await video.play();
  return () => {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
}

/** Records while `onStep(name, index)` tells the person what to do; resolves to `[{time, jpeg}]`, to null once `signal` says stop. */
export async function record(video, actions, { onStep, signal }) {
  const acts = actions.flatMap((action, i) => [[action, ACTION_MS, i], ["straight", REST_MS, i + 1]]);
  const steps = [["straight", FIRST_MS, 0], ...acts];
  const canvas = document.createElement("canvas");
  const factor = Math.min(1, SIDE / Math.max(video.videoWidth, video.videoHeight));
  canvas.width = Math.round(video.videoWidth * factor);
  canvas.height = Math.round(video.videoHeight * factor);
  const frames = [];
  const start = performance.now();
  let due = 0;
  let end = 0;
  for (const [name, lasts, index] of steps) {
    onStep(name, index);
    end += lasts;
    while (due < end) {
      await until(start + due);
      if (signal.aborted) return null;
      const time = Math.round(performance.now() - start);
      canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
      frames.push({ time, jpeg: await jpegOf(canvas) });
      // A slow machine takes fewer frames, never a longer recording.
      due = Math.max(due + PACE_MS, Math.ceil((performance.now() - start) / PACE_MS) * PACE_MS);
    }
  }
  return frames;
}

const until = (time) => new Promise((resolve) => setTimeout(resolve, Math.max(0, time - performance.now())));

const jpegOf = (canvas) =>
  new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no frame"))), "image/jpeg", QUALITY),
  );
