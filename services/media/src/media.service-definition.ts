import { mediaLibraryPort, mediaLimitConfig } from '@parley/chat';
import type { ServiceDefinition } from '@parley/service';
import { mediaSchema } from './db/media.database.js';
import { LibraryService } from './files/library.service.js';
import { mediaConfig } from './media.config.js';
import { MediaModule } from './media.module.js';

export const mediaService: ServiceDefinition = {
  name: 'media',
  module: MediaModule,
  configs: [mediaConfig, mediaLimitConfig],
  schema: mediaSchema,
  keepsFiles: true,
  answers: [{ contract: mediaLibraryPort, by: LibraryService }],
};
