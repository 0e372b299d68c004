import type { ClassicFile, ClassicLine, ClassicMessage, Media, Message } from '@parley/contracts';

/** Whose word a message is that nobody wrote. */
const SYSTEM_NAME = 'system';

/** As `/uploads/` knows a file: its id, then its name for people. */
export const classicFileName = ({ id, name }: Pick<Media, 'id' | 'name'>): string => `${id}-${name}`;

export function classicFile(media: Media): ClassicFile {
  const filename = classicFileName(media);
  return { url: `/uploads/${encodeURIComponent(filename)}`, filename, type: media.type, size: media.size };
}

/** The attachments of a message as classic clients know them: one, and all where there are several. */
export function classicFiles({ attachments }: Pick<Message, 'attachments'>): { file?: ClassicFile; files?: ClassicFile[] } {
  const files = attachments.map(classicFile);
  const [file] = files;
  return { ...(file ? { file } : {}), ...(files.length > 1 ? { files } : {}) };
}

/** `room` is what clients are to call the room: its public name, else its id. */
export const classicLine = (message: Message, room: string): ClassicLine => ({
  id: message.id,
  room,
  username: usernameOf(message),
  avatar: message.sender?.avatarUrl ?? '',
  message: message.text,
  timestamp: message.createdAt,
  ...classicFiles(message),
});

export const classicMessage = (message: Message, room: string): ClassicMessage => ({ ...classicLine(message, room), seq: message.seq });

export const usernameOf = ({ sender }: Pick<Message, 'sender'>): string => sender?.username ?? SYSTEM_NAME;

/** Classic clients know nothing of deletion: what is gone is left out. */
export const isShown = ({ deletedAt }: Pick<Message, 'deletedAt'>): boolean => deletedAt === null;
