import { ParleyError, type Media } from '@parley/contracts';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { LocalExclusive, NoAnswerError, noOtherTabs } from '@parley/client';
import type { Upload } from '../net/upload.js';
import { FakeTabs, ROOM_ID, mediaOf, uuidOf } from '@parley/client/testing';
import { DraftFiles } from './draft-files.js';
import { NoDraftStore, type StoredFile } from './draft-store.js';
import { KeptFiles } from './kept-files.js';
import { speak } from '../texts/texts.js';

beforeAll(() => speak('en'));

type Call = Omit<Upload, 'token'> & { resolve: (media: Media) => void; reject: (error: Error) => void };

const fileOf = (name: string, size = 3) => new File(['x'.repeat(size)], name);

describe('DraftFiles', () => {
  let calls: Call[];
  let removed: string[];
  let drafts: DraftFiles;

  beforeEach(() => {
    vi.useFakeTimers();
    calls = [];
    removed = [];
    drafts = new DraftFiles({
      upload: (upload) =>
        new Promise((resolve, reject) => {
          upload.signal.addEventListener('abort', () => reject(upload.signal.reason as Error));
          calls.push({ ...upload, resolve, reject });
        }),
      remove: (mediaId) => Promise.resolve(removed.push(mediaId)),
      random: () => 0.5,
      kept: new KeptFiles(new NoDraftStore(), noOtherTabs()),
      exclusive: new LocalExclusive(),
    });
  });
  afterEach(() => {
    drafts.dispose();
    vi.useRealTimers();
  });

  const states = (roomId = ROOM_ID) => drafts.of(roomId).map(({ file, state }) => `${file.name} ${state}`);
  const keyOf = (name: string) => drafts.of(ROOM_ID).find(({ file }) => file.name === name)!.key;
  const settled = () => vi.advanceTimersByTimeAsync(0);
  /** Uploads have begun. */
  const add = async (files: File[], roomId = ROOM_ID) => {
    const leftOut = drafts.add(roomId, files);
    await settled();
    return leftOut;
  };

  it('uploads three at a time, in the order in which they were picked', async () => {
    await add(['a', 'b', 'c', 'd'].map((name) => fileOf(name)));
    expect(states()).toEqual(['a uploading', 'b uploading', 'c uploading', 'd waiting']);
    expect(drafts.take(ROOM_ID)).toBeUndefined();
    calls[1]!.resolve(mediaOf(2));
    await settled();
    expect(states()).toEqual(['a uploading', 'b ready', 'c uploading', 'd uploading']);
    calls[0]!.onProgress(0.4);
    expect(drafts.of(ROOM_ID)[0]?.progress).toBe(0.4);
  });

  it('hands over what is complete, in order, and begins anew', async () => {
    await add([fileOf('a'), fileOf('b')]);
    calls[1]!.resolve(mediaOf(2));
    calls[0]!.resolve(mediaOf(1));
    await settled();
    expect(drafts.take(ROOM_ID)?.map(({ name }) => name)).toEqual(['picture-1.png', 'picture-2.png']);
    expect(drafts.of(ROOM_ID)).toEqual([]);
    expect(removed).toEqual([]);
    expect(drafts.take(ROOM_ID)).toEqual([]);
  });

  it('keeps the files of each room apart', async () => {
    await add([fileOf('a')]);
    await add([fileOf('b')], uuidOf(5));
    expect([states(), states(uuidOf(5))]).toEqual([['a uploading'], ['b uploading']]);
  });

  it('takes ten and says how many were left out', () => {
    const many = Array.from({ length: 9 }, (_, index) => fileOf(`${index}`));
    expect(drafts.add(ROOM_ID, many)).toBe(0);
    expect(drafts.add(ROOM_ID, [fileOf('x'), fileOf('y'), fileOf('z')])).toBe(2);
    expect(states()).toHaveLength(10);
  });

  it('does not begin with what cannot succeed', () => {
    drafts.bytesMax = 2 * 1024 * 1024;
    drafts.add(ROOM_ID, [fileOf('large', 2 * 1024 * 1024 + 1), fileOf('empty', 0)]);
    expect(drafts.of(ROOM_ID).map(({ error, canRetry }) => [error, canRetry])).toEqual([
      ['This file is larger than 2 MB.', false],
      ['This file is empty.', false],
    ]);
    expect(calls).toEqual([]);
  });

  it('stops the upload of what is removed, and takes off the server what is there', async () => {
    await add([fileOf('a'), fileOf('b')]);
    calls[1]!.resolve(mediaOf(2));
    await settled();
    drafts.remove(ROOM_ID, keyOf('a'));
    expect(calls[0]!.signal.aborted).toBe(true);
    drafts.remove(ROOM_ID, keyOf('b'));
    await settled();
    expect([states(), removed]).toEqual([[], [mediaOf(2).id]]);
  });

  it('waits without a connection, goes with one, and can leave with its message before', async () => {
    drafts.setOnline(false);
    await add([fileOf('a'), fileOf('b')]);
    expect(states()).toEqual(['a waiting', 'b waiting']);
    drafts.setOnline(true);
    await settled();
    drafts.setOnline(false);
    calls[0]!.reject(new NoAnswerError('lost'));
    await settled();
    expect(states()).toEqual(['a waiting', 'b uploading']);
    expect(drafts.take(ROOM_ID)).toBeUndefined();
    expect(drafts.takeForLater(ROOM_ID)?.map(({ file }) => file.name)).toEqual(['a', 'b']);
    expect(calls[1]!.signal.aborted).toBe(true);
    expect(states()).toEqual([]);
  });

  it('takes off the server what arrives although it was removed meanwhile', async () => {
    const upload = Promise.withResolvers<Media>();
    const stubborn = new DraftFiles({
      upload: () => upload.promise,
      remove: async (id) => removed.push(id),
      random: () => 0.5,
      kept: new KeptFiles(new NoDraftStore(), noOtherTabs()),
      exclusive: new LocalExclusive(),
    });
    stubborn.add(ROOM_ID, [fileOf('a')]);
    await settled();
    stubborn.remove(ROOM_ID, stubborn.of(ROOM_ID)[0]!.key);
    upload.resolve(mediaOf(1));
    await settled();
    expect(removed).toEqual([mediaOf(1).id]);
  });

  it.each([
    [new ParleyError('MEDIA_TYPE_REFUSED'), 'Files of this kind cannot be sent.', false],
    [new ParleyError('TOO_LARGE'), 'This file is larger than 16 MB.', false],
    [new ParleyError('MEDIA_UNREADABLE'), 'This file is damaged, or not what its name says.', false],
    [new NoAnswerError('lost'), 'The server cannot be reached.', true],
  ])('explains %s', async (error, text, canRetry) => {
    vi.spyOn(console, 'warn').mockReturnValue();
    await add([fileOf('a')]);
    calls[0]!.reject(error);
    await settled();
    expect(drafts.of(ROOM_ID)[0]).toMatchObject({ state: 'failed', error: text, canRetry });
    drafts.retry(ROOM_ID, keyOf('a'));
    await settled();
    expect(states()).toEqual([canRetry ? 'a uploading' : 'a failed']);
  });

  it('repeats by itself what the server asks to repeat, when it says', async () => {
    await add([fileOf('a')]);
    calls[0]!.reject(new ParleyError('RATE_LIMITED', { retryAfterMs: 3_000 }));
    await settled();
    expect(states()).toEqual(['a waiting']);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(states()).toEqual(['a uploading']);
    calls[1]!.resolve(mediaOf(1));
    await settled();
    expect(states()).toEqual(['a ready']);
  });

  it('sends a picture once more with its description', async () => {
    await add([fileOf('a')]);
    calls[0]!.resolve(mediaOf(1));
    await settled();
    drafts.describe(ROOM_ID, keyOf('a'), 'A cat');
    await settled();
    expect([states(), removed, calls[1]?.altText]).toEqual([['a uploading'], [mediaOf(1).id], 'A cat']);
    drafts.describe(ROOM_ID, keyOf('a'), 'A cat');
    expect(calls).toHaveLength(2);
  });

  describe('in two tabs', () => {
    const storeOfBoth = () => {
      const stored = new Map<string, StoredFile>();
      return {
        files: () => Promise.resolve([...stored.values()]),
        file: (key: string) => Promise.resolve(stored.get(key)),
        putFile: (file: StoredFile) => Promise.resolve(void stored.set(file.key, file)),
        removeFile: (key: string) => Promise.resolve(void stored.delete(key)),
      };
    };

    const uploads: Call[] = [];
    let tabs: DraftFiles[];
    const [one, two] = [() => tabs[0]!, () => tabs[1]!];
    const shown = () =>
      tabs.map((tab) =>
        tab
          .of(ROOM_ID)
          .map(({ file, altText, state }) => `${file.name}${altText} ${state}`)
          .join(),
      );

    beforeEach(() => {
      const shared = new FakeTabs<string>();
      const store = storeOfBoth();
      uploads.length = 0;
      tabs = [1, 2].map(
        () =>
          new DraftFiles({
            upload: (upload) =>
              new Promise((resolve, reject) => {
                upload.signal.addEventListener('abort', () => reject(upload.signal.reason as Error));
                uploads.push({ ...upload, resolve, reject });
              }),
            remove: (mediaId) => Promise.resolve(removed.push(mediaId)),
            random: () => 0.5,
            kept: new KeptFiles(store, shared.openChannel()),
            exclusive: shared.exclusive,
          }),
      );
    });
    afterEach(() => {
      for (const tab of tabs) tab.dispose();
    });

    it('is there in both, uploaded once, and gone from both when it is sent', async () => {
      one().add(ROOM_ID, [fileOf('a')]);
      await settled();
      expect([shown(), uploads.length]).toEqual([['a uploading', 'a uploading'], 1]);
      uploads[0]!.resolve(mediaOf(1));
      await settled();
      expect([shown(), uploads.length]).toEqual([['a ready', 'a ready'], 1]);
      expect(two().take(ROOM_ID)).toHaveLength(1);
      await settled();
      expect([shown(), removed]).toEqual([['', ''], []]);
    });

    it('is taken over when the tab that uploads it is closed', async () => {
      one().add(ROOM_ID, [fileOf('a')]);
      await settled();
      one().dispose();
      await settled();
      expect(uploads).toHaveLength(2);
      uploads[1]!.resolve(mediaOf(1));
      await settled();
      expect(shown()[1]).toBe('a ready');
    });

    it('is stopped, and described, from either', async () => {
      one().add(ROOM_ID, [fileOf('a'), fileOf('b')]);
      await settled();
      const [a, b] = two().of(ROOM_ID);
      two().remove(ROOM_ID, a!.key);
      uploads[1]!.resolve(mediaOf(2));
      await settled();
      expect([shown(), uploads[0]!.signal.aborted]).toEqual([['b ready', 'b ready'], true]);
      two().describe(ROOM_ID, b!.key, ' of a cat');
      await settled();
      expect([shown(), uploads.length, removed]).toEqual([['b of a cat uploading', 'b of a cat uploading'], 3, [mediaOf(2).id]]);
      uploads[2]!.resolve(mediaOf(3));
      await settled();
      expect([shown(), uploads.length]).toEqual([['b of a cat ready', 'b of a cat ready'], 3]);
    });
  });
});
