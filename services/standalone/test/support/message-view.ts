import { eventually } from '@parley/testing';
import type { ChatPage } from './chat-page.js';

/** The list of messages as something to look at: what is in sight, and whether it stays where it is. */
export class MessageView {
  private watches = 0;

  constructor(private readonly chat: ChatPage) {}

  /** Scrolls to a place, as by the bar, in CSS pixels from the top; its rows are drawn when this resolves. */
  async scrollTo(top: number): Promise<void> {
    await this.chat.log.evaluate(async (element, y) => {
      element.scrollTop = y;
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    }, top);
  }

  isAtEnd(): Promise<boolean> {
    return this.chat.log.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight < 2);
  }

  /** How many message rows the page holds. */
  rowCount(): Promise<number> {
    return this.chat.log.locator('.message').count();
  }

  /**
   * Watches a row from now on, as it is drawn in every frame: the first one in sight, once the page is scrolled to `top`
   * if that is given. @returns the most that its lower edge moved, in CSS pixels, once it is asked for
   */
  async watch(top?: number): Promise<() => Promise<number>> {
    const name = `watch-${(this.watches += 1)}`;
    await this.chat.log.evaluate(
      async (element, { watch, y }) => {
        const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
        if (y !== undefined) {
          element.scrollTop = y;
          await nextFrame();
          await nextFrame();
        }
        const view = element.getBoundingClientRect();
        const rows = [...element.querySelectorAll<HTMLElement>('[data-key]')];
        const { key } = rows.find((row) => row.getBoundingClientRect().bottom > view.top + 1)!.dataset;
        const bottom = () => element.querySelector(`[data-key="${CSS.escape(key!)}"]`)?.getBoundingClientRect().bottom ?? Infinity;
        const seen = { first: bottom(), most: 0 };
        // What the list does when sizes change is done before a frame is drawn: a size that changes in every frame makes
        // an observer that comes after the list's.
        const pulse = document.body.appendChild(document.createElement('div'));
        pulse.style.cssText = 'position: fixed; width: 0; height: 1px';
        new ResizeObserver(() => (seen.most = Math.max(seen.most, Math.abs(bottom() - seen.first)))).observe(pulse);
        const beat = () => {
          if (!pulse.isConnected) return;
          pulse.style.height = pulse.style.height === '1px' ? '2px' : '1px';
          requestAnimationFrame(beat);
        };
        beat();
        Object.assign(window, {
          [watch]: async () => {
            await nextFrame();
            await nextFrame();
            pulse.remove();
            return seen.most;
          },
        });
      },
      { watch: name, y: top },
    );
    return () => this.chat.page.evaluate((watch) => (window as unknown as Record<string, () => Promise<number>>)[watch]!(), name);
  }

  /** Reads from the top of what is loaded to the end, loading what comes near: every text once, in the order of the page. */
  async readDown(): Promise<string[]> {
    const read: string[] = [];
    await eventually(
      async () => {
        // A gap fills itself when it is near.
        if ((await this.chat.page.locator('.gap').count()) > 0) return false;
        const texts = await this.chat.texts();
        const known = read.lastIndexOf(texts[0] ?? '');
        read.splice(known === -1 ? read.length : known, Infinity, ...texts);
        const isDone = await this.isAtEnd();
        if (!isDone) await this.scrollTo(await this.chat.log.evaluate((element) => element.scrollTop + element.clientHeight / 2));
        return isDone;
      },
      { timeoutMs: 30_000, describe: 'the end is read' },
    );
    return read;
  }

  /** Up to the beginning of the room. */
  async scrollToBeginning(): Promise<void> {
    await eventually(
      async () => {
        await this.scrollTo(0);
        const isLoaded = (await this.chat.log.getByText('This is the beginning of').count()) === 1;
        return isLoaded && this.chat.log.evaluate((element) => element.scrollTop === 0);
      },
      { timeoutMs: 30_000, describe: 'the beginning of the room' },
    );
  }
}
