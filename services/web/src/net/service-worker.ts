const SCRIPT = '/service-worker.js';
/** How often a page that stays open asks for a new version. */
const UPDATE_EVERY_MS = 3_600_000;

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): { createScriptURL(url: string): string };
}

/** The page's policy lets one address be started as a script, whatever it is asked for. */
function scriptAddress(): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  return trustedTypes?.createPolicy('service-worker', { createScriptURL: () => SCRIPT }).createScriptURL(SCRIPT) ?? SCRIPT;
}

/** What a page says to its worker and hears from it. */
export class ServiceWorkers {
  private registering: Promise<ServiceWorkerRegistration | undefined> | undefined;
  private isReloading = false;

  /** `container` undefined: browsers have service workers on https and localhost only. */
  constructor(private readonly container: ServiceWorkerContainer | undefined) {}

  /** Once per page. Later calls give the same; undefined where there are none. */
  register(): Promise<ServiceWorkerRegistration | undefined> {
    this.registering ??= this.start();
    return this.registering;
  }

  /** Calls when a new version waits, with what makes it the current one. */
  async onUpdate(tell: (use: () => void) => void): Promise<void> {
    const registration = await this.register();
    if (!registration) return;
    const check = () => {
      const { waiting } = registration;
      if (waiting && this.container?.controller) tell(() => this.use(waiting));
    };
    registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', check));
    check();
  }

  /** A notification was clicked while this page was open. @returns what ends it */
  onOpen(open: (path: string) => void): () => void {
    const listen = ({ data }: MessageEvent) => {
      const { type, path } = (data ?? {}) as { type?: unknown; path?: unknown };
      if (type === 'open' && typeof path === 'string') open(path);
    };
    this.container?.addEventListener('message', listen);
    return () => this.container?.removeEventListener('message', listen);
  }

  private async start(): Promise<ServiceWorkerRegistration | undefined> {
    try {
      const registration = await this.container?.register(scriptAddress());
      if (registration) setInterval(() => void registration.update().catch(() => undefined), UPDATE_EVERY_MS);
      return registration;
    } catch (error) {
      console.warn('there is no service worker', error);
      return undefined;
    }
  }

  private use(waiting: ServiceWorker): void {
    this.container?.addEventListener('controllerchange', () => {
      if (this.isReloading) return;
      this.isReloading = true;
      location.reload();
    });
    waiting.postMessage('activate');
  }
}
