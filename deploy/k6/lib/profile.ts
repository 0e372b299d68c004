import exec from 'k6/execution';
import http from 'k6/http';
import type { Options } from 'k6/options';
import { setTimeout } from 'k6/timers';
import * as metrics from './metrics.ts';
import { Person } from './person.ts';
import { lobby, people, rooms, settings } from './settings.ts';

/** A load, by what people do. Each number may be replaced from outside; see docs/load-testing.md. */
export interface Profile {
  readonly people: number;
  /** Everybody connects within this time, one after the other (s). */
  readonly joinSeconds: number;
  /** Then they write for this long (s). */
  readonly seconds: number;
  /** Of all together. */
  readonly messagesPerSecond: number;
  /** `lobby`: everybody in one room. */
  readonly place?: 'own rooms' | 'lobby';
  /** Share of those who write; default: all. */
  readonly writers?: number;
  /** When this share of the time is over, this share of the people lose their connections in one moment. */
  readonly cut?: { readonly after: number; readonly people: number };
  /** Times a minute that each person does it besides writing. */
  readonly life?: { readonly typing: number; readonly reading: number; readonly roaming: number; readonly history: number };
  readonly thresholds?: Record<string, string[]>;
}

/** Time that messages have to arrive when nobody writes any more (ms). */
const QUIET_MS = 5_000;
/** For the last questions of those who leave (s). */
const LEAVING_SECONDS = 60;
/** They leave as many in a second: gateways let no more catch up at once. */
const LEAVING_PER_SECOND = 50;

/** The options of k6 for a profile: so many VUs, each of which is some of the people, once. */
export function optionsOf(profile: Profile): Options {
  const seconds = settings.joinSeconds(profile.joinSeconds) + settings.seconds(profile.seconds);
  return {
    scenarios: {
      people: {
        executor: 'per-vu-iterations',
        vus: Math.ceil(settings.people(profile.people) / settings.peoplePerVu),
        iterations: 1,
        maxDuration: `${Math.ceil(seconds + QUIET_MS / 1_000 + 2 * settings.patienceSeconds + LEAVING_SECONDS + settings.people(profile.people) / LEAVING_PER_SECOND)}s`,
      },
    },
    thresholds: { ...metrics.PROMISES, ...profile.thresholds },
    summaryTrendStats: ['avg', 'med', 'p(95)', 'p(99)', 'max'],
    setupTimeout: '10s',
  };
}

/** What one VU does: its part of the people, until all of them have gone. */
export function run(profile: Profile): void {
  const total = settings.people(profile.people);
  const joinMs = settings.joinSeconds(profile.joinSeconds) * 1_000;
  const beginAt = exec.scenario.startTime + joinMs;
  const endAt = beginAt + settings.seconds(profile.seconds) * 1_000;
  const writers = Math.max(1, Math.round(total * (profile.writers ?? 1)));
  const writeEveryMs = (writers / settings.rate(profile.messagesPerSecond)) * 1_000;
  const first = (exec.vu.idInTest - 1) * settings.peoplePerVu;
  for (let index = first; index < Math.min(first + settings.peoplePerVu, total); index += 1) {
    const who = people[index]!;
    const roomIds = profile.place === 'lobby' ? [lobby] : who.rooms.map((place) => rooms[place]!);
    const person = new Person({ ...who, roomIds });
    const spread = (index + 0.5) / total;
    later(exec.scenario.startTime + spread * joinMs, () =>
      person.join(() => {
        const every = (ms: number, act: () => void) => repeat(Math.max(beginAt, Date.now()), endAt, ms, act);
        if (index % Math.max(1, Math.floor(total / writers)) === 0) every(writeEveryMs, () => person.write());
        live(person, profile.life, every);
      }),
    );
    if (profile.cut && spread < profile.cut.people) later(beginAt + profile.cut.after * (endAt - beginAt), () => person.cut());
    later(endAt + QUIET_MS + (index / LEAVING_PER_SECOND) * 1_000, () => leave(person, endAt));
  }
}

function live(person: Person, life: Profile['life'], every: (ms: number, act: () => void) => void): void {
  if (!life) return;
  every(60_000 / life.typing, () => person.typing());
  every(60_000 / life.reading, () => person.read());
  every(60_000 / life.roaming, () => person.roam());
  every(60_000 / life.history, () => void readHistory(person));
}

async function readHistory(person: Person): Promise<void> {
  const headers = { authorization: `Bearer ${person.token}` };
  const { status, timings } = await http.asyncRequest('GET', person.historyUrl(), null, { headers, tags: { name: 'history' } });
  if (status === 200) metrics.historyTime.add(timings.duration);
}

function leave(person: Person, quietSince: number): void {
  person.leave(quietSince, settings.patienceSeconds * 1_000, () => {
    for (const metric of [metrics.lost, metrics.duplicated, metrics.outOfOrder, metrics.stranded]) metric.add(0); // a line for each
  });
}

function later(at: number, act: () => void): void {
  setTimeout(act, Math.max(0, at - Date.now()));
}

/** About so often, at moments that nobody else has. */
function repeat(from: number, until: number, everyMs: number, act: () => void): void {
  const next = from + Math.random() * everyMs * 2;
  if (next >= until) return;
  later(next, () => {
    act();
    repeat(Math.max(next, Date.now()), until, everyMs, act);
  });
}
