import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds on the screen as it is: by all rules, or by those that are named. */
export async function axeFaults(page: Page, rules?: string[]): Promise<string[]> {
  // The page forbids scripts from elsewhere; axe comes in through the debugger, in one frame.
  const axe = new AxeBuilder({ page }).setLegacyMode();
  const { violations } = await (rules === undefined ? axe.withTags(RULES) : axe.withRules(rules)).analyze();
  return violations.map(({ id, impact, nodes }) => `${id} (${impact}) ${nodes.map((node) => node.html).join(' ')}`);
}

/** The same in light and in dark: all rules once, then what depends on colours. */
export async function axeFaultsInBothThemes(page: Page): Promise<string[]> {
  const [own, other] = (await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches))
    ? (['dark', 'light'] as const)
    : (['light', 'dark'] as const);
  // Without motion: colours are what they are, not on their way.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const faults = await axeFaults(page);
  await page.emulateMedia({ colorScheme: other });
  faults.push(...(await axeFaults(page, ['color-contrast'])).map((fault) => `${other} ${fault}`));
  await page.emulateMedia({ colorScheme: own });
  await page.emulateMedia({ reducedMotion: null });
  return faults;
}
