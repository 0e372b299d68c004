import { parseArgs } from 'node:util';
import { RoomName } from '@parley/contracts';
import { OperatorError } from '../installation/operator-error.js';
import { parseUtcOffset } from './source-time.js';
import type { TableNames } from './source-tables.js';

export interface ImportOptions {
  readonly from: string;
  readonly isDryRun: boolean;
  readonly names: TableNames;
  /** Name in the file -> username in Parley. */
  readonly renames: ReadonlyMap<string, string>;
  /** Where messages go that name no room. */
  readonly room: string;
  /** What times without a zone are ahead of UTC. */
  readonly offsetMinutes: number;
  /** Name in the file; in an installation without anybody he becomes the administrator. */
  readonly administrator: string | undefined;
  /** The column of passwords holds passwords and not hashes. */
  readonly arePasswordsPlain: boolean;
}

export const USAGE = `npm run import -- --from FILE [options]

Takes users, rooms, messages and private chats of an earlier application's SQLite database over into Parley.
Run it as often as you like: what is there already is left as it is. Stop an embedded Parley before.

  --from FILE              the database of the earlier application; it is only read
  --dry-run                says what would be done, and does nothing
  --table KEY=NAME         what a table is called: users, rooms, roomMembers, chats, chatMembers, messages
  --column KEY.FIELD=NAME  what a column is called, like users.username=login
  --rename OLD=NEW         another username for somebody
  --room NAME              where messages go that name no room (general)
  --utc-offset +HH:MM      zone of times that name none (+00:00)
  --administrator NAME     who becomes administrator of a new installation (the first user of the file)
  --plain-passwords        the passwords of the file are not hashed; they will be

It goes where the same variables would start Parley: PARLEY_DATA_DIR, or PARLEY_MODE with PARLEY_DATABASE_URL and so on.
`;

/** undefined when only help was asked for. Throws an OperatorError that says what is wrong. */
export function parseImportOptions(args: readonly string[]): ImportOptions | undefined {
  const values = parse(args);
  if (values.help) return undefined;
  if (!values.from) throw new OperatorError(`--from is missing\n\n${USAGE}`);
  const offsetMinutes = parseUtcOffset(values['utc-offset']);
  if (offsetMinutes === undefined) throw new OperatorError('--utc-offset must be like +02:00');
  const room = RoomName.safeParse(values.room);
  if (!room.success) throw new OperatorError(`--room: a room cannot be called ${JSON.stringify(values.room)}`);
  return {
    from: values.from,
    isDryRun: values['dry-run'],
    names: { tables: pairs('--table', values.table), columns: pairs('--column', values.column) },
    renames: pairs('--rename', values.rename),
    room: room.data,
    offsetMinutes,
    administrator: values.administrator,
    arePasswordsPlain: values['plain-passwords'],
  };
}

function parse(args: readonly string[]) {
  const many = { type: 'string', multiple: true, default: [] as string[] } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', default: false },
        from: { type: 'string' },
        'dry-run': { type: 'boolean', default: false },
        table: many,
        column: many,
        rename: many,
        room: { type: 'string', default: 'general' },
        'utc-offset': { type: 'string', default: '+00:00' },
        administrator: { type: 'string' },
        'plain-passwords': { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new OperatorError(`${(error as Error).message}\n\n${USAGE}`);
  }
}

function pairs(option: string, values: readonly string[]): Map<string, string> {
  return new Map(
    values.map((value) => {
      const at = value.lastIndexOf('=');
      if (at < 1 || at === value.length - 1) throw new OperatorError(`${option} ${value}: must be like this=that`);
      return [value.slice(0, at), value.slice(at + 1)];
    }),
  );
}
