import type { ComponentType } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import type { TextKey } from '../../texts/text-keys.js';
import { onDemand } from '../common/on-demand.js';

export interface SettingsSection {
  /** In the address: `/settings/<id>`. Lower case. */
  readonly id: string;
  readonly title: TextKey;
  readonly View: ComponentType<{ readonly client: ChatClient }>;
}

/** The parts of the settings, in their order. A new one is a file of its own and a line in here. */
export const SETTINGS_SECTIONS: readonly [SettingsSection, ...SettingsSection[]] = [
  { id: 'profile', title: 'settings.profile', View: onDemand(async () => (await import('./ProfileSettings.js')).ProfileSettings) },
  {
    id: 'appearance',
    title: 'settings.appearance',
    View: onDemand(async () => (await import('./AppearanceSettings.js')).AppearanceSettings),
  },
  {
    id: 'notifications',
    title: 'notifications.title',
    View: onDemand(async () => (await import('../notifications/DeviceNotificationSettings.js')).DeviceNotificationSettings),
  },
  { id: 'password', title: 'settings.password', View: onDemand(async () => (await import('./PasswordSettings.js')).PasswordSettings) },
  { id: 'sessions', title: 'settings.sessions', View: onDemand(async () => (await import('./SessionSettings.js')).SessionSettings) },
];
