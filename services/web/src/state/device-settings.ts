import { isLanguage, type Language } from '../texts/languages.js';
import { Store } from './store.js';

/** What everybody may choose, the first of each being what is taken without a choice. */
export const DEVICE_CHOICES = {
  theme: ['system', 'light', 'dark', 'contrast'],
  density: ['comfortable', 'compact'],
  textSize: ['normal', 'small', 'large', 'huge'],
  motion: ['system', 'less'],
} as const;

type Choices = { readonly [C in keyof typeof DEVICE_CHOICES]: (typeof DEVICE_CHOICES)[C][number] };

/** How the client looks and speaks on this device. */
export interface DeviceSettings extends Choices {
  /** `system`: as the browser wishes. */
  readonly language: 'system' | Language;
}

/** Also in `early.ts`, which applies all but the language. */
const KEY = 'parley:device';

const settings = new Store<DeviceSettings>(read());

export const deviceSettings = {
  get: settings.get,
  subscribe: settings.subscribe,
  /** Keeps it on this device, for all tabs; applies at once. */
  change(change: Partial<DeviceSettings>): void {
    try {
      localStorage.setItem(KEY, JSON.stringify({ ...settings.get(), ...change }));
    } catch (error) {
      console.warn('this browser keeps no settings', error);
    }
    dispatchEvent(new Event(KEY));
    settings.set(read());
  },
};

/** Hears of what other tabs change. */
export function followOtherTabs(): void {
  addEventListener('storage', (event) => {
    if (event.key === KEY || event.key === null) settings.set(read());
  });
}

function read(): DeviceSettings {
  const stored = readStored();
  const chosen = <C extends keyof Choices>(name: C): Choices[C] => {
    const choices: readonly unknown[] = DEVICE_CHOICES[name];
    return (choices.includes(stored[name]) ? stored[name] : choices[0]) as Choices[C];
  };
  return {
    theme: chosen('theme'),
    density: chosen('density'),
    textSize: chosen('textSize'),
    motion: chosen('motion'),
    language: isLanguage(stored['language']) ? stored['language'] : 'system',
  };
}

/** What lies there may be anything. */
function readStored(): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
