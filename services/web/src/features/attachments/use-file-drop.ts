import { useEffect, useRef, useState } from 'react';

/** Files may be dropped anywhere on the page; without this the browser would leave it for them. True while some hover. */
export function useFileDrop(onFiles: (files: File[]) => void): boolean {
  const [isOver, setOver] = useState(false);
  const latest = useRef(onFiles);
  latest.current = onFiles;
  useEffect(() => {
    // Every element that the pointer crosses is entered and left.
    let depth = 0;
    const withFiles = (handle: (event: DragEvent) => void) => (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files') || document.querySelector('dialog[open]')) return;
      event.preventDefault();
      handle(event);
    };
    const count = (change: number) => {
      depth = Math.max(0, depth + change);
      setOver(depth > 0);
    };
    const listeners = {
      dragenter: withFiles(() => count(1)),
      dragover: withFiles((event) => (event.dataTransfer!.dropEffect = 'copy')),
      dragleave: withFiles(() => count(-1)),
      drop: withFiles((event) => {
        count(-depth);
        latest.current([...event.dataTransfer!.files]);
      }),
    };
    for (const [name, listener] of Object.entries(listeners)) addEventListener(name as 'drop', listener);
    return () => {
      for (const [name, listener] of Object.entries(listeners)) removeEventListener(name as 'drop', listener);
    };
  }, []);
  return isOver;
}
