import sharp from 'sharp';

/** Of one colour, so small. */
export const plain = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: { r: 200, g: 60, b: 30 } } });

export const png = (width = 40, height = 30): Promise<Buffer> => plain(width, height).png().toBuffer();
export const jpeg = (width = 40, height = 30): Promise<Buffer> => plain(width, height).jpeg().toBuffer();
