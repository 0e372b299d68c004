import { ParleyError, type Room } from '@parley/contracts';
import { isRetryable } from '@parley/client';
import { codeText, errorText } from '../texts/error-text.js';
import { Store } from './store.js';

export type RoomLookup = { readonly room: Room } | { readonly error: string; readonly mayPass: boolean };

/** Rooms that were looked at, whether or not they are in the sidebar: public ones, and private chats without a message. */
export class KnownRooms {
  readonly store = new Store<ReadonlyMap<string, RoomLookup>>(new Map());
  private readonly asking = new Map<string, Promise<void>>();

  constructor(private readonly fetchRoom: (roomId: string) => Promise<Room>) {}

  find(roomId: string): Room | undefined {
    const lookup = this.store.get().get(roomId);
    return lookup && 'room' in lookup ? lookup.room : undefined;
  }

  learn(room: Room): void {
    this.store.update((known) => new Map(known).set(room.id, { room }));
  }

  /** Asks the server, once at a time. A failure that may pass leaves what is known. */
  refresh(roomId: string): Promise<void> {
    const asking =
      this.asking.get(roomId) ??
      this.fetchRoom(roomId)
        .then((room) => this.learn(room))
        .catch((error: unknown) => {
          if (isRetryable(error) && this.store.get().has(roomId)) return;
          const text = error instanceof ParleyError && error.code === 'VALIDATION_FAILED' ? codeText('ROOM_NOT_FOUND') : errorText(error);
          this.store.update((known) => new Map(known).set(roomId, { error: text, mayPass: isRetryable(error) }));
        })
        .finally(() => this.asking.delete(roomId));
    this.asking.set(roomId, asking);
    return asking;
  }
}
