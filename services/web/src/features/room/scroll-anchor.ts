/** Nearer to the end than this counts as being there. */
const AT_BOTTOM_PX = 80;

/**
 * Keeps what people look at in its place while rows come in above, below and in between: at the end of the list the
 * end stays in sight, anywhere else the first visible row does not move. Rows carry `data-key`.
 */
export class ScrollAnchor {
  private isFollowing = true;
  private anchor: { key: string; bottom: number } | undefined;

  constructor(
    private readonly container: HTMLElement,
    private readonly list: HTMLElement,
    private readonly onMove: (isAtBottom: boolean) => void,
  ) {}

  get isAtBottom(): boolean {
    return this.isFollowing;
  }

  /** People (or `toBottom`) scrolled. */
  scrolled(): void {
    const { scrollHeight, scrollTop, clientHeight } = this.container;
    this.isFollowing = scrollHeight - scrollTop - clientHeight <= AT_BOTTOM_PX;
    this.anchor = this.findAnchor();
    this.onMove(this.isFollowing);
  }

  /** Rows or sizes changed. */
  changed(): void {
    if (this.isFollowing) {
      this.container.scrollTop = this.container.scrollHeight;
    } else if (this.anchor) {
      const row = this.list.querySelector<HTMLElement>(`[data-key="${CSS.escape(this.anchor.key)}"]`);
      if (row) this.container.scrollTop += bottomOf(row) - this.container.scrollTop - this.anchor.bottom;
    }
  }

  toBottom(): void {
    this.isFollowing = true;
    this.container.scrollTop = this.container.scrollHeight;
    this.onMove(true);
  }

  /**
   * The first row that ends inside the view, held by its lower edge: its upper part may change when an older row
   * above takes over the name and the picture.
   */
  private findAnchor(): { key: string; bottom: number } | undefined {
    const rows = this.list.children;
    const { scrollTop } = this.container;
    let low = 0;
    let high = rows.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (bottomOf(rows[middle] as HTMLElement) > scrollTop) high = middle;
      else low = middle + 1;
    }
    for (let index = low; index < rows.length; index += 1) {
      const row = rows[index] as HTMLElement;
      if (row.dataset['key'] !== undefined) return { key: row.dataset['key'], bottom: bottomOf(row) - scrollTop };
    }
    return undefined;
  }
}

const bottomOf = (row: HTMLElement) => row.offsetTop + row.offsetHeight;
