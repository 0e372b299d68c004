import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { launchBrowser } from './browser.js';
import { ChatPage, DESKTOP } from './chat-page.js';
import { startProduct, type Product } from './product.js';

/** The product and a browser, and everybody who sits before it. There once the hooks of `useBrowserProduct` have run. */
export class BrowserProduct implements AsyncDisposable {
  #product: Product | undefined;
  #browser: Browser | undefined;
  readonly #open: ChatPage[] = [];
  /** Those who were there before the first test began stay until the last one is over. */
  #residents: number | undefined;
  #running = 0;

  async start(env: Readonly<Record<string, string>>): Promise<void> {
    this.#product = await startProduct({ env });
    this.#browser = await launchBrowser();
  }

  get product(): Product {
    return there(this.#product);
  }

  get browser(): Browser {
    return there(this.#browser);
  }

  get url(): string {
    return this.product.url;
  }

  /** A new person in a browser of their own, until the end of the test; from a `beforeAll`, until the end of the last one. */
  async register(name: string, options = DESKTOP, prepare?: (context: BrowserContext) => Promise<unknown>): Promise<ChatPage> {
    const chat = await ChatPage.register(this.browser, this.url, name, options, prepare);
    this.#open.push(chat);
    return chat;
  }

  /** The same person at another device, for as long. */
  async logInElsewhere(chat: ChatPage, options = DESKTOP): Promise<ChatPage> {
    const elsewhere = await chat.logInElsewhere(this.browser, options);
    this.#open.push(elsewhere);
    return elsewhere;
  }

  testBegins(): void {
    this.#residents ??= this.#open.length;
    this.#running += 1;
  }

  /** Of tests that run beside each other the last one closes the doors. @returns what the browser complained about */
  async testEnds(): Promise<string[]> {
    this.#running -= 1;
    if (this.#running > 0) return [];
    const complaints = this.#open.flatMap((chat) => chat.complaints.splice(0).map((complaint) => `${chat.name}: ${complaint}`));
    await Promise.all(this.#open.splice(this.#residents ?? 0).map((chat) => chat.close()));
    return complaints;
  }

  /** What is on all pages, for whoever wonders why a test has failed. */
  async describePages(): Promise<string> {
    const pages = this.browser.contexts().flatMap((context) => context.pages());
    const texts = pages.map(async (page) => {
      const text = await page.locator('body').innerText({ timeout: 2_000 }).catch(String);
      return `${page.url()}: ${text.replaceAll(/\s+/g, ' ').slice(0, 400)}`;
    });
    return (await Promise.all(texts)).join('\n');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser?.close();
    await this.#product?.[Symbol.asyncDispose]();
  }
}

/**
 * A product without limits, and a browser, for the tests of the `describe` that calls this. No page of anybody who was
 * registered here may have anything to complain about when a test is over.
 */
export function useBrowserProduct(options: { env?: () => Readonly<Record<string, string>> } = {}): BrowserProduct {
  const web = new BrowserProduct();
  beforeAll(() => web.start({ PARLEY_LIMITS_FACTOR: '0', ...options.env?.() }));
  beforeEach(() => web.testBegins());
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') console.log(await web.describePages());
    expect(await web.testEnds()).toEqual([]);
  });
  afterAll(() => web[Symbol.asyncDispose]());
  return web;
}

function there<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('the product has not been started');
  return part;
}
