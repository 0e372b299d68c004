/** The parts of the screen, in their order, each with what gets the focus in it. */
const REGIONS = [
  { part: '.sidebar', focus: '[aria-current=page], a.conversation, button' },
  { part: '.messages', focus: '.message-item[tabindex="0"], [role=log]' },
  { part: '.composer, .join-bar', focus: 'textarea, button' },
  { part: '.side-panel', focus: 'input, button' },
] as const;

/** Moves the focus to the next part of the screen, or the one before; around the ends. */
export function moveToRegion(step: 1 | -1): void {
  const parts = REGIONS.flatMap(({ part, focus }) => {
    const element = document.querySelector<HTMLElement>(part);
    const target = element?.querySelector<HTMLElement>(focus);
    return element && target ? [{ element, target }] : [];
  });
  if (parts.length === 0) return;
  const at = parts.findIndex(({ element }) => element.contains(document.activeElement));
  const next = at === -1 ? (step === 1 ? 0 : parts.length - 1) : (at + step + parts.length) % parts.length;
  parts[next]!.target.focus();
}
