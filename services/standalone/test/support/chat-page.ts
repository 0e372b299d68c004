import { eventually, TEST_PASSWORD, uniqueUsername } from '@parley/testing';
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core';

export const DESKTOP: BrowserContextOptions = { viewport: { width: 1280, height: 800 } };
export const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };

/** One person at one window, as seen from the chair: by labels and roles, never by the inside of the page. */
export class ChatPage {
  private constructor(
    readonly page: Page,
    readonly url: string,
    readonly name: string,
    readonly username: string,
    /** What the browser had to complain about, in any tab: errors of scripts, refused loads, violations of the policy. */
    readonly complaints: string[] = [],
  ) {
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      // What the network does is on show in the page itself.
      if (message.type() === 'error' && !/Failed to load resource|WebSocket connection/.test(message.text()))
        this.complaints.push(message.text());
    });
    // Nothing that anybody writes, is called or does makes the page ask another server.
    page.on('request', (request) => {
      const asked = new URL(request.url());
      if (/^(?:https?|wss?):$/.test(asked.protocol) && asked.host !== new URL(url).host) this.complaints.push(`asked ${asked.origin}`);
    });
    page.on('websocket', (socket) => {
      if (new URL(socket.url()).host !== new URL(url).host) this.complaints.push(`connected to ${socket.url()}`);
    });
    page.on('dialog', (dialog) => {
      this.complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
  }

  /** A new person in a browser of their own, registered through the form. */
  static async register(
    browser: Browser,
    url: string,
    name: string,
    options = DESKTOP,
    prepare: (context: BrowserContext) => Promise<unknown> = () => Promise.resolve(),
  ): Promise<ChatPage> {
    const context = await browser.newContext({ ...options, locale: 'en-GB' });
    await prepare(context);
    const chat = new ChatPage(await context.newPage(), url, name, uniqueUsername('web'));
    await chat.page.goto(`${url}/register`);
    await chat.page.getByLabel('User name').fill(chat.username);
    await chat.page.getByLabel('Display name').fill(name);
    await chat.page.getByLabel('Password').fill(TEST_PASSWORD);
    await chat.page.getByRole('button', { name: 'Create account' }).click();
    await chat.page.waitForURL(/\/chat/);
    return chat;
  }

  /** The same person at another device. */
  async logInElsewhere(browser: Browser, options = DESKTOP): Promise<ChatPage> {
    const context = await browser.newContext({ ...options, locale: 'en-GB' });
    const chat = new ChatPage(await context.newPage(), this.url, this.name, this.username);
    await chat.page.goto(`${this.url}/login`);
    await chat.page.getByLabel('User name').fill(this.username);
    await chat.page.getByLabel('Password').fill(TEST_PASSWORD);
    await chat.page.getByRole('button', { name: 'Log in' }).click();
    await chat.page.waitForURL(/\/chat/);
    return chat;
  }

  /** Another tab of the same browser. */
  async newTab(path: string): Promise<ChatPage> {
    const chat = new ChatPage(await this.page.context().newPage(), this.url, this.name, this.username, this.complaints);
    await chat.page.goto(this.url + path);
    return chat;
  }

  get path(): string {
    return new URL(this.page.url()).pathname;
  }

  get list(): Locator {
    return this.page.getByRole('navigation', { name: 'Conversations' });
  }

  get log(): Locator {
    return this.page.getByRole('log');
  }

  conversation(title: string): Locator {
    return this.list.getByRole('link').filter({ hasText: title });
  }

  async open(title: string): Promise<void> {
    await this.conversation(title).click();
    await this.page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
  }

  async openDirect(name: string): Promise<void> {
    await this.page.getByRole('button', { name: 'People' }).click();
    await this.page.getByRole('searchbox', { name: 'Search people' }).fill(name);
    await this.page.getByRole('dialog').getByRole('button', { name }).click();
    await this.page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
  }

  get composer(): Locator {
    return this.page.getByRole('textbox', { name: /^Message to/ });
  }

  async send(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.page.getByRole('button', { name: 'Send', exact: true }).click();
  }

  /** Picks files as by the button; they are on the server when this resolves. */
  async attach(...files: { name: string; mimeType: string; buffer: Buffer }[]): Promise<void> {
    await this.page.locator('input[type=file]').setInputFiles(files);
    for (const { name } of files)
      await this.drafts.getByRole('listitem').filter({ hasText: name }).and(this.page.locator('[data-state=ready]')).waitFor();
  }

  /** Files that wait beside the composer. */
  get drafts(): Locator {
    return this.page.getByRole('list', { name: 'Files to send' });
  }

  /** The texts in the room, top to bottom, those on their way included. */
  texts(): Promise<string[]> {
    return this.log.locator('.message-text').allInnerTexts();
  }

  /** The texts that are not stored yet, or not known to be. */
  pending(): Promise<string[]> {
    return this.log.locator('.message[data-state] .message-text').allInnerTexts();
  }

  async sees(...texts: string[]): Promise<void> {
    const check = async () => {
      const seen = await this.texts();
      return texts.every((text) => seen.includes(text));
    };
    await eventually(check, { timeoutMs: 15_000, describe: `${this.name} sees ${texts.join(', ')}` });
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}
