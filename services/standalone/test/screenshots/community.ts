import { TEST_PASSWORD } from '@parley/testing';
import type { Browser, Cookie } from 'playwright-core';

interface Account {
  readonly id: string;
  readonly token: string;
}

const PEOPLE = {
  mara: 'Mara Lindqvist',
  tom: 'Tom Achebe',
  yuki: 'Yuki Tanaka',
  leila: 'Leila Haddad',
  ben: 'Ben Okafor',
  ines: 'Inês Carvalho',
} as const;
type Name = keyof typeof PEOPLE;

const ROOMS = [
  { name: 'night-sky', topic: 'Telescopes, photographs and cloudless nights' },
  { name: 'garden-project', topic: 'The raised beds behind the library' },
  { name: 'help-desk', topic: 'Ask anything, somebody knows' },
  { name: 'book-club', topic: 'This month: The Left Hand of Darkness' },
] as const;

/** A few people who have known each other for a while, as one of them sees it. */
export class Community {
  /** Of whoever looks; replaced with every use, as browsers do. */
  readonly cookies: Cookie[] = [];
  private readonly accounts = new Map<Name, Account>();

  /** The room that is worth a picture. */
  roomId = '';
  readonly #url: string;

  // Written out, because this runs by stripping its types.
  private constructor(url: string) {
    this.#url = url;
  }

  static async build(url: string, browser: Browser): Promise<Community> {
    const community = new Community(url);
    for (const name of Object.keys(PEOPLE) as Name[]) await community.register(name);
    await community.talk(await drawPicture(browser));
    const context = await browser.newContext();
    const login = { username: 'mara', password: TEST_PASSWORD };
    await context.request.post(`${url}/api/login`, { data: login, headers: { origin: url } });
    community.cookies.push(...(await context.cookies()));
    await context.close();
    return community;
  }

  private async talk(picture: Buffer): Promise<void> {
    const rooms = new Map<string, string>();
    for (const { name, topic } of ROOMS) {
      const { id } = await this.call<{ id: string }>('ines', 'POST', '/api/chat/rooms', { name, topic, visibility: 'public' });
      rooms.set(name, id);
      for (const person of Object.keys(PEOPLE) as Name[])
        if (person !== 'ines') await this.call(person, 'POST', `/api/chat/rooms/${id}/join`);
    }
    await this.say('ben', rooms.get('book-club')!, 'Chapter 7 broke me a little. In a good way.');
    await this.say('leila', rooms.get('help-desk')!, 'Solved, thank you! It was the **second** cable.');
    await this.say('yuki', rooms.get('garden-project')!, '@mara the seedlings arrived, I put them next to the door.');
    const sky = (this.roomId = rooms.get('night-sky')!);
    await this.say('tom', sky, 'Clear sky forecast for *tonight*. Who is coming up to the hill?');
    await this.say('leila', sky, 'Me! I will bring the big flask of tea and the red torch.');
    const photo = await this.upload('yuki', picture);
    const first = await this.say('yuki', sky, 'This is from last night, 40 × 30 s stacked. The camera finally behaves.', {
      attachments: [photo],
    });
    await this.react(first, sky, '😍', ['mara', 'tom', 'leila', 'ben']);
    await this.react(first, sky, '😎', ['ines', 'mara']);
    const question = await this.say('ben', sky, 'Beautiful. How did you stack them?');
    await this.say(
      'yuki',
      sky,
      'Nothing fancy:\n```python\nframes = [load(f) for f in sorted(glob("*.fits"))]\nsave("sky.tiff", median(align(frames)))\n```',
      {
        replyTo: question,
      },
    );
    await this.say('mara', sky, 'I have room for three in the car, leaving from the library at 21:30.');
    const last = await this.say('ines', sky, '- blankets: Tom\n- tea: Leila\n- chocolate: **everybody**');
    await this.react(last, sky, '😋', ['mara', 'yuki', 'tom']);
    const { id } = await this.call<{ id: string }>('tom', 'POST', '/api/chat/direct', { userId: this.accounts.get('mara')!.id });
    await this.say('tom', id, 'Can I sit in front? The bends…');
  }

  private async register(name: Name): Promise<void> {
    const body = JSON.stringify({ username: name, password: TEST_PASSWORD, displayName: PEOPLE[name] });
    const response = await fetch(`${this.#url}/api/register`, { method: 'POST', body, headers: this.headers() });
    const { user, accessToken } = (await read(response)) as { user: { id: string }; accessToken: string };
    this.accounts.set(name, { id: user.id, token: accessToken });
  }

  /** @returns the id of the message, once it is stored */
  private async say(name: Name, roomId: string, text: string, more: { replyTo?: string; attachments?: string[] } = {}): Promise<string> {
    const message = await this.call<{ id: string }>(name, 'POST', `/api/chat/rooms/${roomId}/messages?wait=stored`, { text, ...more });
    return message.id;
  }

  private async react(messageId: string, roomId: string, emoji: string, names: readonly Name[]): Promise<void> {
    const path = `/api/chat/rooms/${roomId}/messages/${messageId}/reactions/${encodeURIComponent(emoji)}`;
    for (const name of names) await this.call(name, 'PUT', path);
  }

  private async upload(name: Name, picture: Buffer): Promise<string> {
    const form = new FormData();
    form.set('file', new File([new Uint8Array(picture)], 'milky-way.png', { type: 'image/png' }));
    const headers = { origin: this.#url, authorization: `Bearer ${this.accounts.get(name)!.token}` };
    const { id } = (await read(await fetch(`${this.#url}/api/media`, { method: 'POST', body: form, headers }))) as { id: string };
    return id;
  }

  private async call<T>(name: Name, method: string, path: string, body?: object): Promise<T> {
    const headers = { ...this.headers(), authorization: `Bearer ${this.accounts.get(name)!.token}` };
    return (await read(await fetch(this.#url + path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) }))) as T;
  }

  private headers(): Record<string, string> {
    return { origin: this.#url, 'content-type': 'application/json' };
  }
}

async function read(response: Response): Promise<unknown> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

/** A starry sky over a hill, drawn by the browser. */
async function drawPicture(browser: Browser): Promise<Buffer> {
  const page = await browser.newPage({ viewport: { width: 960, height: 540 } });
  const stars = Array.from({ length: 220 }, (_, index) => {
    const [x, y] = [(index * 7919) % 960, (index * 6271) % 400];
    return `<circle cx="${x}" cy="${y}" r="${0.5 + (index % 5) / 3}" fill="#fff" opacity="${0.35 + (index % 7) / 12}"/>`;
  });
  await page.setContent(
    `<body style="margin:0"><svg width="960" height="540"><defs><linearGradient id="s" x2="0" y2="1"><stop stop-color="#0b1030"/><stop offset=".6" stop-color="#33366e"/><stop offset="1" stop-color="#d98c6a"/></linearGradient><filter id="b"><feGaussianBlur stdDeviation="28"/></filter></defs><rect width="960" height="540" fill="url(#s)"/><path d="M-50 420 Q 400 120 1010 -40" stroke="#b9b5ff" stroke-opacity=".45" stroke-width="70" fill="none" filter="url(#b)"/>${stars.join('')}<path d="M0 460 Q 260 380 520 450 T 960 420 V540 H0Z" fill="#0d0f1c"/></svg></body>`,
  );
  const picture = await page.screenshot();
  await page.close();
  return picture;
}
