import { useEffect, useRef } from 'react';
import { DEVICE_CHOICES, deviceSettings, type DeviceSettings } from '../../state/device-settings.js';
import { LANGUAGES, type Language } from '../../texts/languages.js';
import type { TextKey } from '../../texts/text-keys.js';
import { t } from '../../texts/texts.js';
import { useStore } from '../common/use-store.js';
import { Choice } from './Choice.js';

type Choices = typeof DEVICE_CHOICES;

const TEXTS: { readonly [C in keyof Choices]: { readonly label: TextKey; readonly of: Readonly<Record<Choices[C][number], TextKey>> } } = {
  theme: {
    label: 'settings.theme',
    of: { system: 'settings.asSystem', light: 'settings.light', dark: 'settings.dark', contrast: 'settings.contrast' },
  },
  density: { label: 'settings.density', of: { comfortable: 'settings.comfortable', compact: 'settings.compact' } },
  textSize: {
    label: 'settings.textSize',
    of: { normal: 'settings.normal', small: 'settings.small', large: 'settings.large', huge: 'settings.huge' },
  },
  motion: { label: 'settings.motion', of: { system: 'settings.asSystem', less: 'settings.lessMotion' } },
};

/** The whole page is made anew in another language: whoever chose it goes on where he was. */
let isChoosingLanguage = false;

/** How the client looks and speaks. Everything applies at once, on this device only. */
export function AppearanceSettings() {
  const settings = useStore(deviceSettings);
  const form = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isChoosingLanguage) form.current?.querySelector<HTMLElement>('fieldset:last-child input:checked')?.focus();
    isChoosingLanguage = false;
  }, []);
  const choice = <C extends keyof Choices>(name: C) => {
    const texts: Readonly<Record<string, TextKey>> = TEXTS[name].of;
    const options: readonly string[] = DEVICE_CHOICES[name];
    return (
      <Choice
        key={name}
        label={t(TEXTS[name].label)}
        value={settings[name] as string}
        options={options.map((value) => [value, t(texts[value]!)] as const)}
        onChange={(value) => deviceSettings.change({ [name]: value } as Partial<DeviceSettings>)}
      />
    );
  };
  return (
    <div className="settings-form" ref={form}>
      <p className="hint">{t('settings.onThisDevice')}</p>
      {(Object.keys(DEVICE_CHOICES) as (keyof Choices)[]).map(choice)}
      <Choice
        label={t('settings.language')}
        value={settings.language}
        options={[
          ['system', t('settings.asBrowser')],
          ...(Object.keys(LANGUAGES) as Language[]).map((language) => [language, LANGUAGES[language].name] as const),
        ]}
        onChange={(language) => {
          isChoosingLanguage = true;
          deviceSettings.change({ language });
        }}
      />
    </div>
  );
}
