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
