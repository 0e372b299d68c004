import { Injectable, type OnModuleInit } from '@nestjs/common';
import { GENERAL_ROOM_NAME, RoomChanged } from '@parley/contracts';
import { Outbox } from '@parley/platform';
import { v7 as uuidV7 } from 'uuid';
import { RoomsDatabase } from '../db/rooms.database.js';
import { RoomRepository } from './room.repository.js';
import { roomState } from './room.view.js';

/**
 * The room that everyone is in. It is there before anything else happens: the first process to start makes it, and an
 * index lets there be only one. What it is called later is its own affair.
 */
@Injectable()
export class GeneralRoom implements OnModuleInit {
  constructor(
    private readonly database: RoomsDatabase,
    private readonly rooms: RoomRepository,
    private readonly outbox: Outbox,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.database.transaction(async (transaction) => {
      const room = await this.rooms.insert(transaction, {
        id: uuidV7(),
        kind: 'room',
        name: GENERAL_ROOM_NAME,
        visibility: 'public',
        isForEveryone: true,
      });
      if (room) await this.outbox.add(transaction, RoomChanged, { room: roomState(room) });
    });
  }
}
