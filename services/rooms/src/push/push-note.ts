import type { Message, PushLanguage, PushPayload } from '@parley/contracts';
import { previewOf } from '@parley/markdown/parser';

const SUMMARIES: Readonly<Record<PushLanguage, (count: number) => string>> = {
  en: (count) => `${count} new messages`,
  de: (count) => `${count} neue Nachrichten`,
};

/** What is new in one room: its newest message that still exists, and how many there are with it. */
export interface RoomNews {
  readonly roomId: string;
  /** '' for a private chat. */
  readonly roomName: string;
  readonly message: Message;
  readonly count: number;
}

const addressed = (publicUrl: string, path: string, tag: string, title: string, body: string): PushPayload => ({
  web_push: 8030,
  notification: { title, body, tag, dir: 'auto', navigate: new URL(path, publicUrl).href, data: { path } },
});

const titleOf = ({ roomName, message: { sender } }: RoomNews): string => [sender?.displayName, roomName].filter(Boolean).join(' · ');

/** One notification for each room: the next one takes its place. */
export function noteOf(news: RoomNews, publicUrl: string): PushPayload {
  const { roomId, message, count } = news;
  const title = count > 1 ? `${titleOf(news)} (${count})` : titleOf(news);
  return addressed(publicUrl, `/chat/${roomId}/${message.seq}`, roomId, title, previewOf(message));
}

/** One for all of them, for whom more came than anybody wants to be told one by one. */
export function summaryOf(all: readonly RoomNews[], language: PushLanguage, publicUrl: string): PushPayload {
  const count = all.reduce((sum, news) => sum + news.count, 0);
  const names = [...new Set(all.map((news) => news.roomName || titleOf(news)))].slice(0, 5);
  return addressed(publicUrl, '/chat', 'summary', SUMMARIES[language](count), names.join(', '));
}
