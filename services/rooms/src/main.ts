import 'reflect-metadata';
import { startService } from '@parley/service';
import { runProcess } from '@parley/runtime';
import { roomsService } from './rooms.service-definition.js';

await runProcess((signal) => startService(process.env, roomsService, signal));
