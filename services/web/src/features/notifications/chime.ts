const NOTES = [
  { hertz: 880, atSeconds: 0 },
  { hertz: 1174.7, atSeconds: 0.11 },
] as const;
const FADE_SECONDS = 0.35;
const VOLUME = 0.12;

let context: AudioContext | undefined;

/** Two soft notes, computed: there is no file to fetch. Silent where the browser allows no sound before somebody touched the page. */
export async function chime(): Promise<void> {
  context ??= new AudioContext();
  if (context.state === 'suspended') await context.resume();
  const now = context.currentTime;
  for (const { hertz, atSeconds } of NOTES) {
    const [tone, volume] = [context.createOscillator(), context.createGain()];
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(VOLUME, now + atSeconds);
    volume.gain.exponentialRampToValueAtTime(0.001, now + atSeconds + FADE_SECONDS);
    tone.connect(volume).connect(context.destination);
    tone.start(now + atSeconds);
    tone.stop(now + atSeconds + FADE_SECONDS);
  }
}
