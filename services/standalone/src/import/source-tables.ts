import { OperatorError } from '../installation/operator-error.js';
import type { SourceTable } from './sqlite-source.js';

/**
 * What the earlier applications and their many copies call their tables and columns, compared without case and
 * underscores, the likeliest first. `--table` and `--column` name what is called otherwise.
 */
const KNOWN = {
  users: {
    names: ['users', 'user', 'accounts', 'account'],
    columns: {
      id: ['id', 'userid'],
      username: ['username', 'login', 'name', 'nickname'],
      password: ['passwordhash', 'password', 'pwhash', 'hash'],
      displayName: ['displayname', 'fullname'],
      createdAt: ['createdat', 'datejoined', 'registeredat', 'created'],
    },
  },
  rooms: {
    names: ['rooms', 'room', 'chatrooms', 'chatroom', 'channels', 'channel'],
    columns: {
      id: ['id', 'roomid'],
      name: ['name', 'roomname', 'title'],
      topic: ['topic', 'description'],
      isPrivate: ['isprivate', 'private'],
      ownerId: ['createdby', 'ownerid', 'creatorid', 'userid'],
      createdAt: ['createdat', 'created', 'timestamp'],
    },
  },
  roomMembers: {
    names: ['roommembers', 'roommember', 'roomusers', 'userrooms', 'usersrooms', 'memberships', 'chatroommembers'],
    columns: { roomId: ['roomid', 'chatroomid'], userId: ['userid', 'memberid'] },
  },
  chats: {
    names: ['chats', 'chat', 'privatechats', 'conversations'],
    columns: { id: ['id', 'chatid'], name: ['name', 'title'], createdAt: ['createdat', 'created'] },
  },
  chatMembers: {
    names: ['userschats', 'userchats', 'chatsusers', 'chatusers', 'chatmembers', 'participants'],
    columns: { chatId: ['chatid', 'conversationid'], userId: ['userid', 'participantid'] },
  },
  messages: {
    names: ['messages', 'message', 'chatmessages', 'chatmessage'],
    columns: {
      id: ['id', 'messageid'],
      senderId: ['userid', 'senderid', 'authorid', 'fromuserid'],
      sender: ['username', 'sender', 'author', 'user', 'fromuser', 'name'],
      text: ['messagetext', 'message', 'content', 'text', 'body', 'msg'],
      sentAt: ['sentat', 'timestamp', 'createdat', 'datetime', 'date', 'time', 'created'],
      roomId: ['roomid', 'chatroomid', 'channelid'],
      room: ['room', 'roomname', 'channel'],
      chatId: ['chatid', 'conversationid'],
      recipientId: ['receiverid', 'recipientid', 'touserid'],
      recipient: ['receiver', 'recipient', 'touser'],
      file: ['filename', 'file', 'filepath', 'fileurl', 'attachment'],
    },
  },
} as const;

type TableKey = keyof typeof KNOWN;
export type FieldOf<T extends TableKey> = keyof (typeof KNOWN)[T]['columns'];

/** A table that was found, with the column of each field that it has. */
export interface MappedTable<T extends TableKey> {
  readonly name: string;
  readonly columns: Readonly<Partial<Record<FieldOf<T>, string>>>;
}

export type MappedTables = { readonly [T in TableKey]?: MappedTable<T> };

/** What the options say: `users` -> table, `users.username` -> column. */
export interface TableNames {
  readonly tables: ReadonlyMap<string, string>;
  readonly columns: ReadonlyMap<string, string>;
}

/** Fields without which a table is of no use. */
const NEEDED: { readonly [T in TableKey]: readonly FieldOf<T>[] } = {
  users: ['username'],
  rooms: ['name'],
  roomMembers: ['roomId', 'userId'],
  chats: ['id'],
  chatMembers: ['chatId', 'userId'],
  messages: ['text'],
};

/** Finds the tables by their names. Throws an OperatorError when there are no users, or when an option names what is not there. */
export function mapTables(found: readonly SourceTable[], names: TableNames): MappedTables {
  assertKnownKeys(names);
  const mapped = Object.fromEntries(
    (Object.keys(KNOWN) as TableKey[]).map((key) => [key, mapTable(key, found, names)]),
  ) as unknown as MappedTables;
  const there = found.map(({ name }) => name).join(', ') || 'no table at all';
  if (!mapped.users) throw new OperatorError(`no table of users was found; there is ${there}. Name it with --table users=NAME`);
  const { messages } = mapped;
  if (messages && !messages.columns.senderId && !messages.columns.sender)
    throw new OperatorError(`table ${messages.name} does not say who wrote a message. Name the column with --column messages.sender=NAME`);
  return mapped;
}

function mapTable(key: TableKey, found: readonly SourceTable[], names: TableNames): MappedTable<TableKey> | undefined {
  const given = names.tables.get(key);
  const candidates: readonly string[] = given === undefined ? KNOWN[key].names : [folded(given)];
  const table = candidates.map((name) => found.find((each) => folded(each.name) === name)).find((each) => each !== undefined);
  if (!table) {
    if (given !== undefined) throw new OperatorError(`--table ${key}=${given}: there is no such table`);
    return undefined;
  }
  const columns: Record<string, string> = {};
  for (const [field, known] of Object.entries(KNOWN[key].columns) as [string, readonly string[]][]) {
    const wanted = names.columns.get(`${key}.${field}`);
    const column = (wanted === undefined ? known : [folded(wanted)])
      .map((name) => table.columns.find((each) => folded(each) === name))
      .find((each) => each !== undefined);
    if (column !== undefined) columns[field] = column;
    else if (wanted !== undefined) throw new OperatorError(`--column ${key}.${field}=${wanted}: table ${table.name} has no such column`);
  }
  const missing = NEEDED[key].filter((field) => columns[field] === undefined);
  if (missing.length === 0) return { name: table.name, columns };
  throw new OperatorError(
    `table ${table.name} has no column for ${missing.join(', ')}; it has ${table.columns.join(', ')}. Name it with --column ${key}.${missing[0]}=NAME`,
  );
}

function assertKnownKeys({ tables, columns }: TableNames): void {
  for (const key of tables.keys())
    if (!Object.hasOwn(KNOWN, key)) throw new OperatorError(`--table ${key}: known are ${Object.keys(KNOWN).join(', ')}`);
  for (const key of columns.keys()) {
    const [table = '', field = ''] = key.split('.');
    const fields = Object.hasOwn(KNOWN, table) ? KNOWN[table as TableKey].columns : {};
    if (!Object.hasOwn(fields, field))
      throw new OperatorError(`--column ${key}: known are ${Object.keys(fields).join(', ') || Object.keys(KNOWN).join(', ')}`);
  }
}

const folded = (name: string): string => name.toLowerCase().replaceAll('_', '');
