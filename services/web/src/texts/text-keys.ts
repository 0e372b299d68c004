import type account from './en/account.json';
import type app from './en/app.json';
import type attachments from './en/attachments.json';
import type changing from './en/changing.json';
import type common from './en/common.json';
import type commands from './en/commands.json';
import type composer from './en/composer.json';
import type connection from './en/connection.json';
import type conversations from './en/conversations.json';
import type emoji from './en/emoji.json';
import type error from './en/error.json';
import type invite from './en/invite.json';
import type markdown from './en/markdown.json';
import type members from './en/members.json';
import type people from './en/people.json';
import type room from './en/room.json';
import type roomSettings from './en/room-settings.json';
import type search from './en/search.json';
import type settings from './en/settings.json';
import type sidebar from './en/sidebar.json';
import type switcher from './en/switcher.json';
import type unread from './en/unread.json';
import type notifications from './en/notifications.json';

/** Files of texts, one per folder of `features/` and one for errors; each exists in every language. */
interface Files {
  readonly account: typeof account;
  readonly app: typeof app;
  readonly attachments: typeof attachments;
  readonly changing: typeof changing;
  readonly common: typeof common;
  readonly commands: typeof commands;
  readonly composer: typeof composer;
  readonly connection: typeof connection;
  readonly conversations: typeof conversations;
  readonly emoji: typeof emoji;
  readonly error: typeof error;
  readonly invite: typeof invite;
  readonly markdown: typeof markdown;
  readonly members: typeof members;
  readonly people: typeof people;
  readonly room: typeof room;
  readonly 'room-settings': typeof roomSettings;
  readonly search: typeof search;
  readonly settings: typeof settings;
  readonly sidebar: typeof sidebar;
  readonly switcher: typeof switcher;
  readonly unread: typeof unread;
  readonly notifications: typeof notifications;
}

/** `<file>.<name>` */
export type TextKey = { [F in keyof Files]: `${F}.${keyof Files[F] & string}` }[keyof Files];
