import { PushClient } from './push-client.js';
import { PushDelivery } from './push-delivery.js';
import { PushDeviceRepository } from './push-device.repository.js';
import { PushService } from './push.service.js';
import { PushShownRepository } from './push-shown.repository.js';
import { PushWaitingRepository } from './push-waiting.repository.js';
import { PushWorker } from './push-worker.js';
import { VapidKeys } from './vapid-keys.js';

/** Web Push, as parts of the rooms service: it knows memberships, read markers and who wants to be told what. */
export const PUSH_PROVIDERS = [
  VapidKeys,
  PushClient,
  PushDelivery,
  PushDeviceRepository,
  PushService,
  PushShownRepository,
  PushWaitingRepository,
  PushWorker,
];
