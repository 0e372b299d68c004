import { deviceSettings } from '../../state/device-settings.js';
import { LANGUAGES, languageFor } from '../../texts/languages.js';
import { speak, spokenLanguage } from '../../texts/texts.js';

/** Speaks as the settings of this device say, else as the browser does; tells the page which language it is in. */
export async function followLanguage(): Promise<void> {
  spokenLanguage.subscribe(() => {
    const { language } = spokenLanguage.get();
    const { lang, dataset } = document.documentElement;
    if (lang !== language) document.documentElement.lang = language;
    // A mirrored page can be looked at before there is a language that is written so.
    document.documentElement.dir = dataset['direction'] ?? LANGUAGES[language].direction;
  });
  deviceSettings.subscribe(() => void speakAsChosen().catch((error: unknown) => console.warn('these texts cannot be loaded', error)));
  // Without texts there is nothing to show. A catalogue that cannot be fetched leaves English, if that can be.
  await speakAsChosen().catch(() => speak('en'));
}

const speakAsChosen = (): Promise<void> => {
  const { language } = deviceSettings.get();
  return speak(language === 'system' ? languageFor(navigator.languages) : language);
};
