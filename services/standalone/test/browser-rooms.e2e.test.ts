import { eventually } from '@parley/testing';
import { describe, expect, it } from 'vitest';
import { axeFaultsInBothThemes } from './support/axe-faults.js';
import { useBrowserProduct } from './support/browser-product.js';
import { ChatPage, DESKTOP, PHONE } from './support/chat-page.js';

describe('running a room in the web client', () => {
  const web = useBrowserProduct();

  const createRoom = async ({ page }: ChatPage, name: string, isPrivate = false) => {
    await page.getByRole('button', { name: 'New room', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'New room' });
    await dialog.getByLabel('Name').fill(name);
    if (isPrivate) await dialog.getByLabel('Private').check();
    await dialog.getByRole('button', { name: 'Create room' }).click();
    await page.getByRole('heading', { level: 1, name }).waitFor();
  };
  const open = async ({ page }: ChatPage, button: 'Members' | 'Settings', room: string) => {
    await page.getByRole('button', { name: `${button} of ${room}` }).click();
    return page.getByRole('dialog', { name: button === 'Members' ? 'Members' : 'Room settings' });
  };
  const close = ({ page }: ChatPage) => page.keyboard.press('Escape');

  it('invites into a private room, shows who is there, gives roles and puts people out', { timeout: 120_000 }, async () => {
    const owner = await web.register('Olga Owner');
    await createRoom(owner, 'Inner circle', true);
    const settings = await open(owner, 'Settings', 'Inner circle');
    await settings.getByLabel('Holds for').selectOption('1 day');
    await settings.getByLabel('Number of uses').selectOption('10');
    await settings.getByRole('button', { name: 'Create link' }).click();
    await settings.getByText(/^Used 0 of 10 times · until \d/).waitFor();
    const link = await settings.getByLabel('Link of the invitation').inputValue();
    expect(link).toMatch(new RegExp(`/invite/[A-Za-z0-9_-]{16}$`));
    await close(owner);

    const guest = await web.register('Gina Guest', PHONE);
    await guest.page.route(/\/api\/invites\//, (route) => route.abort(), { times: 1 });
    await guest.page.goto(web.url + new URL(link).pathname);
    await guest.page.getByText('The room could not be joined').waitFor();
    await guest.page.getByRole('button', { name: 'Try again' }).click();
    await guest.page.getByRole('heading', { level: 1, name: 'Inner circle' }).waitFor();
    await guest.send('Thank you for the invitation');
    await owner.sees('Thank you for the invitation');

    await owner.page.route(/\/members/, (route) => route.abort(), { times: 1 });
    const members = await open(owner, 'Members', 'Inner circle');
    await members.getByRole('button', { name: 'Try again' }).click();
    const row = members.getByRole('listitem').filter({ hasText: 'Gina Guest' });
    await row.getByText('online').waitFor();
    await row.getByLabel('Role of Gina Guest').selectOption('moderator');
    await guest.page.getByRole('button', { name: 'Settings of Inner circle' }).waitFor();
    const own = await open(guest, 'Settings', 'Inner circle');
    await own.getByRole('heading', { name: 'Invitations' }).waitFor();
    await close(guest);

    await row.getByRole('button', { name: 'Remove Gina Guest' }).press('Enter');
    const hasFocus = (name: string) => row.getByRole('button', { name }).evaluate((button) => button === document.activeElement);
    expect(await hasFocus('Keep')).toBe(true);
    await owner.page.keyboard.press('Enter');
    expect(await hasFocus('Remove Gina Guest')).toBe(true);
    await owner.page.keyboard.press('Enter');
    await row.getByRole('button', { name: 'Remove and ban' }).click();
    await members.getByRole('button', { name: 'Lift the ban of Gina Guest' }).waitFor();
    await guest.page.getByText('This conversation cannot be opened').waitFor();
    expect(await guest.log.count()).toBe(0);
    await guest.page.goto(web.url + new URL(link).pathname);
    await guest.page.getByText('You are banned from this room.').waitFor();
    await members.getByRole('button', { name: 'Lift the ban of Gina Guest' }).click();
    await members.getByRole('button', { name: 'Lift the ban of Gina Guest' }).waitFor({ state: 'detached' });
    await guest.page.reload();
    await guest.page.getByRole('heading', { level: 1, name: 'Inner circle' }).waitFor();
  });

  it('renames, slows down, mutes and archives a room, before everybody’s eyes', { timeout: 120_000 }, async () => {
    const owner = await web.register('Oscar Owner');
    await createRoom(owner, 'Workshop');
    const visitor = await web.register('Vera Visitor');
    await visitor.page.goto(web.url + owner.path);
    await visitor.page.getByRole('button', { name: 'Join room' }).click();
    await visitor.composer.waitFor();
    await owner.log.getByText('Vera Visitor joined.').waitFor();
    expect(await axeFaultsInBothThemes(owner.page), 'who joined').toEqual([]);

    let settings = await open(owner, 'Settings', 'Workshop');
    await settings.getByLabel('Name').fill('Studio');
    await settings.getByLabel('Topic').fill('Things that we make');
    await settings.getByLabel(/^Slow mode/).selectOption('3600');
    await settings.getByRole('button', { name: 'Save' }).click();
    await visitor.page.getByRole('heading', { level: 1, name: 'Studio' }).waitFor();
    await visitor.page.getByText('members · Things that we make').waitFor();

    settings = await open(visitor, 'Settings', 'Studio');
    await settings.getByLabel('Tell me of').selectOption('none');
    await settings.getByRole('button', { name: '8 hours' }).click();
    await settings.getByRole('button', { name: /^Unmute/ }).waitFor();
    expect(await settings.getByRole('heading').allInnerTexts()).not.toContain('Invitations');
    await close(visitor);

    settings = await open(owner, 'Settings', 'Studio');
    await settings.getByRole('button', { name: 'Archive room' }).click();
    await settings.getByRole('button', { name: 'Archive for good' }).click();
    for (const chat of [owner, visitor]) {
      await chat.page.getByText('This room is archived: it can be read, not written in.').waitFor();
      await eventually(async () => (await chat.conversation('Studio').count()) === 0);
    }
  });

  for (const [size, options] of Object.entries({ desktop: DESKTOP, phone: PHONE }))
    it(`has no violations on these screens, ${size}`, { timeout: 90_000 }, async () => {
      const chat = await web.register(`Person of ${size}`, options);
      await createRoom(chat, `Room of ${size}`);
      for (const button of ['Members', 'Settings'] as const) {
        const dialog = await open(chat, button, `Room of ${size}`);
        await dialog.getByText(button === 'Members' ? '(you)' : 'Archive room').waitFor();
        if (button === 'Settings') {
          await dialog.getByRole('button', { name: 'Create link' }).click();
          await dialog.getByLabel('Link of the invitation').waitFor();
        }
        expect(await axeFaultsInBothThemes(chat.page), button).toEqual([]);
        await close(chat);
      }
      await chat.page.goto(`${web.url}/invite/nobody-has-made-it`);
      await chat.page.getByText('This invitation cannot be used').waitFor();
      expect(await axeFaultsInBothThemes(chat.page), 'invitation').toEqual([]);
    });

  it('finds messages in all rooms, marks what fits and opens the conversation', { timeout: 120_000 }, async () => {
    // Without the service worker, which keeps the parts of the page that was open before a release.
    const owner = await web.register('Sita Search', { ...DESKTOP, serviceWorkers: 'block' });
    await createRoom(owner, 'Lighthouse keepers');
    await owner.send('The lamp of the lighthouse needs oil');
    await createRoom(owner, 'Elsewhere');
    const searchFor = async ({ page }: ChatPage, words: string) => {
      const dialog = page.getByRole('complementary', { name: 'Search messages' });
      await dialog.getByRole('combobox', { name: 'Search messages' }).fill(words);
      await dialog.getByRole('button', { name: 'Search', exact: true }).click();
      return dialog;
    };
    await owner.page.getByRole('button', { name: 'Search messages' }).click();
    const hit = owner.page.getByRole('list', { name: 'Messages found' }).getByRole('listitem').filter({ hasText: 'Lighthouse keepers' });
    await eventually(async () => {
      await searchFor(owner, 'lamp oil');
      await hit.getByText('lamp', { exact: true }).waitFor({ timeout: 1_000 });
    });
    expect(await hit.locator('mark').allTextContents()).toEqual(['lamp', 'oil']);
    expect(await axeFaultsInBothThemes(owner.page)).toEqual([]);
    const dialog = await searchFor(owner, 'has:sound');
    await dialog.getByRole('alert').getByText('must be one of image, file, link').waitFor();
    expect(await hit.count()).toBe(0);
    await searchFor(owner, 'submarine');
    await dialog.getByText('No message found').waitFor();
    await searchFor(owner, 'lamp');
    await hit.getByRole('button').click();
    await owner.page.getByRole('heading', { level: 1, name: 'Lighthouse keepers' }).waitFor();
    await owner.log.locator('[data-target=true]').getByText('The lamp of the lighthouse needs oil').waitFor();

    // What was found stays beside the room; names are completed, and each piece can be taken out again.
    await hit.waitFor();
    const field = dialog.getByRole('combobox', { name: 'Search messages' });
    await field.fill('lamp in:light');
    await dialog.getByRole('option', { name: /Lighthouse keepers/ }).waitFor();
    await field.press('Enter');
    expect(await field.inputValue()).toBe('lamp in:"Lighthouse keepers" ');
    await field.press('Enter');
    await dialog.getByRole('button', { name: 'Search without in:"Lighthouse keepers"' }).waitFor();
    await hit.waitFor();
    expect(await axeFaultsInBothThemes(owner.page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Search without in:"Lighthouse keepers"' }).click();
    expect(await field.inputValue()).toBe('lamp');
    await field.press('Escape');
    await dialog.waitFor({ state: 'detached' });

    // After a release the parts that this page has not fetched yet are gone.
    const { page } = owner;
    await page.route('**/assets/SearchDialog*', (route) => route.abort());
    await page.reload();
    await page.getByRole('button', { name: 'Search messages' }).click();
    const failure = page.getByRole('alert').filter({ hasText: 'This part could not be loaded' });
    await failure.getByRole('button', { name: 'Close' }).waitFor();
    expect(await axeFaultsInBothThemes(page), 'a part is missing').toEqual([]);
    await page.unroute('**/assets/SearchDialog*');
    await failure.getByRole('button', { name: 'Reload the page' }).click();
    await page.getByRole('button', { name: 'Search messages' }).click();
    await page.getByRole('combobox', { name: 'Search messages' }).waitFor();
  });
});
