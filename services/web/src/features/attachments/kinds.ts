export type Kind = 'image' | 'video' | 'audio' | 'file';

/** How a file is shown, by the type that the server told from its content. */
export function kindOf(type: string): Kind {
  const [family] = type.split('/', 1);
  return family === 'image' || family === 'video' || family === 'audio' ? family : 'file';
}
