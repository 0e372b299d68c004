import type { ServerEventName, ServerPayload } from '@parley/contracts';

type Handle<E extends ServerEventName> = (payload: ServerPayload<E>) => void;

/** Who wants to hear of which event of the server. */
export class EventListeners {
  private readonly handles = new Map<ServerEventName, Set<(payload: never) => void>>();

  /** @returns a function that ends it */
  add<E extends ServerEventName>(event: E, handle: Handle<E>): () => void {
    const handles = this.handles.get(event) ?? new Set();
    this.handles.set(event, handles.add(handle));
    return () => handles.delete(handle);
  }

  tell<E extends ServerEventName>(event: E, payload: ServerPayload<E>): void {
    for (const handle of (this.handles.get(event) ?? []) as Iterable<Handle<E>>) handle(payload);
  }
}
