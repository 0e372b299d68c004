import { Injectable } from '@nestjs/common';
import { QuestionGatherer, ROOM_QUESTIONS_MAX, ReadMarkers, type RoomQuestion } from '@parley/chat';

/** How far people have read. What is asked in one turn of the event loop is one question to the rooms service. */
@Injectable()
export class ReadSeqs {
  private readonly gatherer: QuestionGatherer<RoomQuestion, number>;

  constructor(markers: ReadMarkers) {
    this.gatherer = new QuestionGatherer((questions) => markers.listReadSeqs(questions), { most: ROOM_QUESTIONS_MAX });
  }

  /** 0 for those who have no marker there. */
  find(roomId: string, userId: string): Promise<number> {
    return this.gatherer.ask({ roomId, userId });
  }
}
