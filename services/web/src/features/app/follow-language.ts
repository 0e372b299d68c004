import { LANGUAGES } from '../../texts/languages.js';
import { spokenLanguage } from '../../texts/texts.js';

/** Tells the page which language it is in, for its voice and the direction of its lines. */
export function followLanguage(): void {
  const apply = () => {
    const { language } = spokenLanguage.get();
    document.documentElement.lang = language;
    document.documentElement.dir = LANGUAGES[language].direction;
  };
  apply();
  spokenLanguage.subscribe(apply);
}
