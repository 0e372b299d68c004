// The look that was chosen on this device, on the page before anything is drawn. A classic script in a file of its own:
// modules come later, and the policy forbids scripts in the page. It imports nothing, so it knows its key again by heart;
// `state/device-settings.ts` writes what is read here.
{
  const ATTRIBUTES = ['theme', 'density', 'textSize', 'motion', 'direction'] as const;
  const COLOURS = { light: '#f4f4f8', dark: '#17181f' } as const;

  const read = (): Record<string, unknown> => {
    try {
      const stored: unknown = JSON.parse(localStorage.getItem('parley:device') ?? '{}');
      return typeof stored === 'object' && stored !== null ? (stored as Record<string, unknown>) : {};
    } catch {
      return {};
    }
  };

  const apply = () => {
    const settings = read();
    const { dataset } = document.documentElement;
    for (const name of ATTRIBUTES) {
      const value = settings[name];
      if (typeof value === 'string' && value !== 'system') dataset[name] = value;
      else delete dataset[name];
    }
    for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name=theme-color]')) {
      const own = meta.media.includes('dark') ? 'dark' : 'light';
      meta.content = COLOURS[settings['theme'] === 'light' || settings['theme'] === 'dark' ? settings['theme'] : own];
    }
  };

  apply();
  addEventListener('storage', apply);
  addEventListener('parley:device', apply);
}
