/** Differences below this are rounding, above it a keyboard or a bar. */
const NOISE_PX = 1;
/** Who has zoomed in sees a part of the page because he wishes to. */
const ZOOMED = 1.01;

/**
 * Writes down which part of the page the virtual keyboard leaves to be seen, for the styles. Most browsers make the page
 * itself smaller (`interactive-widget`), then there is nothing to do; Safari on iOS lays the keyboard over it.
 */
export function followVisiblePart(): void {
  const { visualViewport } = window;
  if (!visualViewport) return;
  const note = () => {
    const { style } = document.documentElement;
    const { height, offsetTop, scale } = visualViewport;
    const below = innerHeight - offsetTop - height;
    const isCovered = scale < ZOOMED && innerHeight - height > NOISE_PX;
    const set = (name: string, px: number) => (isCovered ? style.setProperty(name, `${px}px`) : style.removeProperty(name));
    set('--visible-height', height);
    set('--visible-top', offsetTop);
    set('--covered-below', Math.max(0, below));
  };
  visualViewport.addEventListener('resize', note);
  visualViewport.addEventListener('scroll', note);
  note();
}
