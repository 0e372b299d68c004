import type { ChatClient } from '../../state/chat-client.js';
import { t } from '../../texts/texts.js';
import { settingsPath, type Router } from '../app/router.js';
import { Icon } from '../common/Icon.js';
import { Link } from '../common/Link.js';
import { SETTINGS_SECTIONS } from './settings-sections.js';

interface SettingsPageProps {
  readonly client: ChatClient;
  readonly router: Router;
  /** Of the address; the first section where there is no such. */
  readonly section: string | undefined;
}

/** Everything that people set about themselves and this device. */
export function SettingsPage({ client, router, section }: SettingsPageProps) {
  const { id, title, View } = SETTINGS_SECTIONS.find((one) => one.id === section) ?? SETTINGS_SECTIONS[0];
  return (
    <>
      <header className="room-header">
        <Link router={router} href="/chat" className="icon-button" aria-label={t('settings.back')} title={t('settings.back')}>
          <Icon name="back" />
        </Link>
        <div className="room-titles">
          <h1>{t('settings.title')}</h1>
        </div>
      </header>
      <div className="settings">
        <nav className="settings-sections" aria-label={t('settings.sections')}>
          <ul>
            {SETTINGS_SECTIONS.map((one) => (
              <li key={one.id}>
                <Link router={router} href={settingsPath(one.id)} aria-current={one.id === id ? 'page' : undefined}>
                  {t(one.title)}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <section className="settings-section" aria-labelledby="settings-title">
          <h2 id="settings-title">{t(title)}</h2>
          <View key={id} client={client} />
        </section>
      </div>
    </>
  );
}
