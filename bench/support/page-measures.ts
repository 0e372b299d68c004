interface PageMeasures {
  /** From the press on a conversation until its last message is drawn, in ms. */
  switchTo(name: string, lastText: string): Promise<number>;
  /** Waits for Enter, which sends this text. */
  expectEcho(text: string): void;
  /** From that Enter until the text is in the page: ms, and in which frame after it. */
  echo(): Promise<{ ms: number; frames: number }>;
  rows(): number;
  /** From a change of what is looked for until the list of the switcher begins with it and is drawn, in ms. */
  filter(text: string): Promise<number>;
  /** Up by a view, with what is loaded for it. */
  pageUp(): Promise<void>;
  /** Frames drawn in each full second of this time. */
  frames(ms: number): Promise<number[]>;
}

declare global {
  interface Window {
    pageMeasures: PageMeasures;
  }
}

/** Runs in the page: measures there, where no way to the test is counted. */
export function measures(): void {
  const nextFrame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
  const log = () => document.querySelector('[role=log]')!;
  const isShown = (text: string) =>
    [...document.querySelectorAll('[role=log] .message-text')].some((element) => element.textContent === text);
  let echo: Promise<{ ms: number; frames: number }>;
  window.pageMeasures = {
    async switchTo(name, lastText) {
      const link = [...document.querySelectorAll<HTMLElement>('a.conversation')].find((element) => element.textContent.includes(name))!;
      const begin = performance.now();
      link.click();
      do await nextFrame();
      while (document.querySelector('h1')?.textContent !== name || !isShown(lastText));
      // The frame that shows it is drawn before the next one begins.
      return (await nextFrame()) - begin;
    },
    expectEcho(text) {
      echo = new Promise((resolve) => {
        addEventListener(
          'keydown',
          (event) => {
            let frames = 0;
            const look = () => {
              frames += 1;
              if (isShown(text)) resolve({ ms: performance.now() - event.timeStamp, frames });
              else requestAnimationFrame(look);
            };
            requestAnimationFrame(look);
          },
          { capture: true, once: true },
        );
      });
    },
    echo: () => echo,
    async filter(text) {
      const field = document.querySelector<HTMLInputElement>('dialog [role=combobox]')!;
      const begin = performance.now();
      // As the browser does: React keeps its own idea of what stands in a field.
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!.set!.call(field, text);
      field.dispatchEvent(new InputEvent('input', { bubbles: true }));
      do await nextFrame();
      while (!document.querySelector('dialog [role=option]')?.textContent?.includes(text));
      return (await nextFrame()) - begin;
    },
    rows: () => log().querySelectorAll('.message').length,
    async pageUp() {
      log().scrollBy(0, -log().clientHeight);
      for (let frame = 0; frame < 6; frame += 1) await nextFrame();
    },
    async frames(ms) {
      const seconds: number[] = [];
      const begin = await nextFrame();
      for (let now = begin; now - begin < ms; now = await nextFrame()) {
        const second = Math.floor((now - begin) / 1000);
        seconds[second] = (seconds[second] ?? 0) + 1;
      }
      return Array.from(seconds, (count) => count ?? 0);
    },
  };
}
