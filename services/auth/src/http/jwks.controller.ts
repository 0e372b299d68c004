import { Controller, Get, Header } from '@nestjs/common';
import type { JSONWebKeySet } from 'jose';
import { SigningKeys } from '../keys/signing-keys.service.js';

@Controller('.well-known/jwks.json')
export class JwksController {
  constructor(private readonly keys: SigningKeys) {}

  /** Kept no longer than half of the time that a new key is published before it signs. */
  @Get()
  @Header('Cache-Control', 'public, max-age=300')
  async list(): Promise<JSONWebKeySet> {
    return this.keys.publicKeys();
  }
}
