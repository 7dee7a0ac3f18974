/** Chance that a seed repeats. Each thing draws from a stream of its own, so that one more draw here moves nothing there. */
export class Seeded {
  #state: number;
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed >>> 0;
    this.#state = this.#seed;
  }

  /** A stream that depends on the seed and the name only. */
  stream(name: string): Seeded {
    let hash = 0x811c9dc5 ^ this.#seed; // FNV-1a
    for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
    const mixed = new Seeded(hash);
    mixed.fraction();
    return new Seeded(Math.floor(mixed.fraction() * 2 ** 32));
  }

  /** In [0, 1): Mulberry32. */
  readonly fraction = (): number => {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };

  chance(share: number): boolean {
    return share > 0 && this.fraction() < share;
  }

  /** A whole number from `low` to below `high`. */
  between(low: number, high: number): number {
    return low + Math.floor(this.fraction() * (high - low));
  }

  /** Takes one out of the list, wherever it is. */
  takeFrom<T>(list: T[]): T | undefined {
    const at = this.between(0, list.length);
    const last = list.pop();
    if (last === undefined || at === list.length) return last;
    const taken = list[at];
    list[at] = last;
    return taken;
  }
}
