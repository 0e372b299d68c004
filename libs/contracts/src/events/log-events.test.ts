import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LOG_EVENTS } from './index.js';
import { TOPIC_NAMES } from './topics.js';

interface Golden {
  readonly topic: string;
  readonly key: string;
  readonly payload: Record<string, unknown>;
}

/** Records as they stand in the logs of installations. A published version never changes, so neither do these. */
const folder = `${import.meta.dirname}/golden`;
const golden = (type: string) => JSON.parse(readFileSync(`${folder}/${type}.json`, 'utf8')) as Golden;

it('every event has a golden record and every golden record its event', () => {
  const types = LOG_EVENTS.map(({ type }) => type).sort();
  expect(readdirSync(folder).sort()).toEqual(types.map((type) => `${type}.json`));
});

describe.each(LOG_EVENTS.map((event) => ({ type: event.type, event })))('$type', ({ type, event }) => {
  it('reads its golden record as it was written', () => {
    const { topic, key, payload } = golden(type);
    expect(event.schema.parse(payload)).toEqual(payload);
    expect(event.topic).toBe(topic);
    expect(event.keyOf(event.schema.parse(payload))).toBe(key);
  });

  it('refuses a field that it does not know, and one that is missing', () => {
    const { payload } = golden(type);
    expect(event.schema.safeParse({ ...payload, later: 1 }).success).toBe(false);
    for (const field of Object.keys(payload)) {
      const { [field]: _missing, ...rest } = payload;
      expect(event.schema.safeParse(rest).success, field).toBe(false);
    }
  });

  it('is named as a fact with a version, in a topic that exists', () => {
    expect(type).toMatch(/^[a-z]+[.][a-z]+ed[.]v[1-9][0-9]*$/);
    expect(TOPIC_NAMES).toContain(event.topic);
  });
});

it('no two events share a type', () => {
  expect(new Set(LOG_EVENTS.map(({ type }) => type)).size).toBe(LOG_EVENTS.length);
});
