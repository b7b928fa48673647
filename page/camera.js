// The camera: live frames for the network, and a still. Nothing is recorded, and nothing leaves the page.
import { fromDrawable } from "./pixels.js";

// Why there is no camera, in one plain sentence.
function why(problem) {
  const here = location.protocol === "file:" ? " Some browsers give no camera to a file that was opened from a disk." : "";
  const reasons = {
    NotAllowedError: `The camera was refused: allow it in the browser's bar, or choose a picture instead.${here}`,
    NotFoundError: "There is no camera on this device: choose a picture instead.",
    NotReadableError: "The camera is in use by another program: close that one, then try again.",
  };
  return reasons[problem?.name] ?? `The camera could not be had: choose a picture instead.${here}`;
}

export async function start(video) {
  if (!navigator.mediaDevices?.getUserMedia) throw new Error(why());
  try {
    const wanted = { video: { facingMode: "environment", width: { ideal: 640 } }, audio: false };
    video.srcObject = await navigator.mediaDevices.getUserMedia(wanted);
    await video.play();
  } catch (problem) {
    stop(video);
    throw new Error(why(problem));
  }
}

export function stop(video) {
  for (const track of video.srcObject?.getTracks() ?? []) track.stop();
  video.srcObject = null;
}

export const isOn = (video) => Boolean(video.srcObject);

// The frame of this moment, as a picture of joint 1.
export const frame = (video) => fromDrawable(video, video.videoWidth, video.videoHeight);

// The same as a file, which stays when the camera is off.
export function still(video) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
  canvas.getContext("2d").drawImage(video, 0, 0);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}
