const SYLLABLES =
  'ba be bi bo ca ce co da de di do fa fe fi fo ga ge go ha he hi ho ka ke ki ko la le li lo ma me mi mo na ne ni no pa pe pi po ra re ri ro sa se si so ta te ti to va ve vi vo za ze zo'.split(
    ' ',
  );
const CHINESE =
  '的一是不了人我在有他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知民样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化由却代军产入先山五太水万市眼体别处总才场师书比住员九笑性通目华报立马命张活难神数件安表原车白应路期叫死常提感金何更反合放做系计或司利受光王果亲界及今京务制解各任至清物台象记边共风战干接它许八特觉望直服毛林题建南度统色字请交爱让认算论百吃义科怎元社术结六功指思非流每青管夫连远资队跟带花快条院变联言权往展该领传近留红治决周保达办运武半候七必城父强步完革深区即求品士转量空甚众技轻程告江语英基派满式李息写呢识极令黄德收脸钱党倒未持取设始版双历越史商千片容研像找友孩站广改议形委早房音火际则首单据导影失拿网香似斯专石若兵弟谁校读志飞观争究包组造落视济喜离虽坏兴切'.split(
    '',
  );

/** The same numbers for the same seed, in [0, 1). */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * Text as people write it, as far as an index notices: few words are in most sentences and most words in few (Zipf), one
 * message in twelve is Chinese, one in thirty has a link.
 */
export class SeededWords {
  readonly words: string[];
  readonly #random: () => number;

  constructor(seed: number, count = 60_000) {
    this.#random = seededRandom(seed);
    const words = new Set<string>();
    for (let size = 1; words.size < count; size = words.size < 50 ? 1 : words.size < 2_000 ? 2 : words.size < 20_000 ? 3 : 4) {
      words.add(Array.from({ length: size }, () => SYLLABLES[Math.floor(this.#random() * SYLLABLES.length)]).join(''));
    }
    this.words = [...words];
  }

  random(): number {
    return this.#random();
  }

  /** The `rank`th most common word, from 0. */
  word(rank: number): string {
    return this.words[rank]!;
  }

  sentence(): string {
    if (this.random() < 1 / 12) return this.chinese(8 + Math.floor(this.random() * 24));
    const words = Array.from({ length: 3 + Math.floor(this.random() ** 2 * 30) }, () => this.#any());
    if (this.random() < 1 / 30) words.push(`https://example.org/${this.#any()}/${this.#any()}`);
    return words.join(' ');
  }

  chinese(length: number): string {
    return Array.from({ length }, () => CHINESE[Math.floor(this.random() ** 2 * CHINESE.length)]).join('');
  }

  /** Rank r with a probability of about 1/r. */
  #any(): string {
    return this.words[Math.floor(this.words.length ** this.random()) - 1] ?? this.words[0]!;
  }
}
