import type { TextStorage } from './recent-rooms.js';
import { SECTIONS, type SectionId, type SidebarSort } from './sidebar-sections.js';
import { Store } from './store.js';

export interface SidebarView {
  readonly sort: SidebarSort;
  readonly collapsed: ReadonlySet<SectionId>;
}

const KEY = 'parley:sidebar';

/** How the list looks at this device. */
export class SidebarSettings {
  readonly store: Store<SidebarView>;

  constructor(private readonly storage: TextStorage) {
    this.store = new Store(this.read());
  }

  sortBy(sort: SidebarSort): void {
    this.change({ ...this.store.get(), sort });
  }

  toggle(section: SectionId): void {
    const collapsed = new Set(this.store.get().collapsed);
    if (!collapsed.delete(section)) collapsed.add(section);
    this.change({ ...this.store.get(), collapsed });
  }

  private change(view: SidebarView): void {
    this.store.set(view);
    try {
      this.storage.setItem(KEY, JSON.stringify({ sort: view.sort, collapsed: [...view.collapsed] }));
    } catch {
      // Then it is so until the page is closed.
    }
  }

  private read(): SidebarView {
    try {
      const kept = JSON.parse(this.storage.getItem(KEY) ?? '{}') as { sort?: unknown; collapsed?: unknown };
      const collapsed = Array.isArray(kept.collapsed) ? kept.collapsed : [];
      return { sort: kept.sort === 'name' ? 'name' : 'activity', collapsed: new Set(SECTIONS.filter((id) => collapsed.includes(id))) };
    } catch {
      return { sort: 'activity', collapsed: new Set() };
    }
  }
}
