import { Module } from '@nestjs/common';
import { ClassicModule } from './classic/classic.module.js';
import { ClientModule } from './client/client.module.js';

/** Everything that people's browsers get from us which is not the API. */
@Module({ imports: [ClientModule, ClassicModule] })
export class WebModule {}
