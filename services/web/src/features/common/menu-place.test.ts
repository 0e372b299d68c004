import { describe, expect, it } from 'vitest';
import { placeOfMenu } from './menu-place.js';

const PAGE = { width: 400, height: 800 };
const MENU = { width: 200, height: 300 };
const at = (left: number, top: number) => ({ left, right: left + 20, top, bottom: top + 20 });

describe('placeOfMenu', () => {
  it.each([
    ['below its button', at(50, 100), { left: 50, top: 120 }],
    ['above it at the end of the page', at(50, 700), { left: 50, top: 400 }],
    ['not beyond the side', at(370, 100), { left: 192, top: 120 }],
  ])('is %s', (_where, anchor, place) => {
    expect(placeOfMenu(anchor, MENU, PAGE)).toEqual(place);
  });

  it('shows its beginning where it is higher than the page', () => {
    expect(placeOfMenu(at(50, 100), { width: 200, height: 900 }, PAGE)).toEqual({ left: 50, top: 8 });
  });
});
