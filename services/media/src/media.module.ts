import { Module } from '@nestjs/common';
import { provideDatabase } from '@parley/db';
import { UsesConsumer } from './consumers/uses.consumer.js';
import { MediaDatabase, mediaSchema } from './db/media.database.js';
import { FileReader } from './files/file-reader.js';
import { FileRemover } from './files/file-remover.js';
import { FileRepository } from './files/file.repository.js';
import { FileSweeper } from './files/file-sweeper.js';
import { LibraryService } from './files/library.service.js';
import { SweepRepository } from './files/sweep.repository.js';
import { UploadService } from './files/upload.service.js';
import { UseRegister } from './files/use-register.js';
import { MediaController } from './http/media.controller.js';
import { MediaProcessor } from './processing/media-processor.js';

@Module({
  controllers: [MediaController],
  providers: [
    provideDatabase(MediaDatabase, mediaSchema),
    FileRepository,
    SweepRepository,
    FileRemover,
    FileReader,
    FileSweeper,
    LibraryService,
    UploadService,
    MediaProcessor,
    UsesConsumer,
    { provide: UseRegister, useExisting: UsesConsumer },
  ],
  exports: [LibraryService],
})
export class MediaModule {}
